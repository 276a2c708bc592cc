// Features with mean 0 and deviation 1, and the way back: a head fitted on them is, with other weights, a head on the
// features as they were. Statistics are those of the rows that are learned from.

/** Of each feature. */
export interface ColumnStatistics {
  readonly mean: Float64Array;
  /** Standard deviation with the number of rows as divisor; 1 where a feature is the same in all rows. */
  readonly scale: Float64Array;
}

/** A linear classifier: logits = weight · features + bias. */
export interface LinearHead {
  readonly classes: number;
  readonly width: number;
  /** Row-major [classes, width], as in PyTorch. */
  readonly weight: Float64Array;
  /** [classes] */
  readonly bias: Float64Array;
}

/** Mean and deviation over the rows for which `counts` is true, in two passes in float64. */
export function columnStatistics(
  features: Float32Array,
  width: number,
  counts: (row: number) => boolean = () => true,
): ColumnStatistics {
  const rows = Array.from({ length: features.length / width }, (_, row) => row).filter(counts);
  const mean = new Float64Array(width);
  const scale = new Float64Array(width);
  for (const row of rows) for (let j = 0; j < width; j++) mean[j] = mean[j]! + features[row * width + j]!;
  for (let j = 0; j < width; j++) mean[j] = mean[j]! / rows.length;
  for (const row of rows)
    for (let j = 0; j < width; j++) scale[j] = scale[j]! + (features[row * width + j]! - mean[j]!) ** 2;
  for (let j = 0; j < width; j++) {
    const deviation = Math.sqrt(scale[j]! / rows.length);
    // the mean of equal numbers can be off by rounding; what is left then is no deviation
    scale[j] = deviation > 1e-12 * Math.abs(mean[j]!) ? deviation : 1;
  }
  return { mean, scale };
}

/** (x - mean) / scale, computed in float64 and written to `into`. */
export function standardise<Into extends Float32Array | Float64Array>(
  features: Float32Array,
  { mean, scale }: ColumnStatistics,
  into: Into,
): Into {
  const width = mean.length;
  for (let start = 0; start < features.length; start += width)
    for (let j = 0; j < width; j++) into[start + j] = (features[start + j]! - mean[j]!) / scale[j]!;
  return into;
}

/**
 * The head on the features as they were, of one on standardised features:
 *
 *   W (x - mean) / scale + b = (W / scale) x + (b - (W / scale) mean)
 *
 * Biases are shown less their mean, which changes no probability; without a penalty any other shift would do as well.
 *
 * @param point - [classes, width] weights, then [classes] biases
 */
export function foldBack(point: Float64Array, { mean, scale }: ColumnStatistics): LinearHead {
  const width = mean.length;
  const classes = point.length / (width + 1);
  const weight = new Float64Array(classes * width);
  const bias = point.slice(classes * width);
  for (let k = 0; k < classes; k++)
    for (let j = 0; j < width; j++) {
      weight[k * width + j] = point[k * width + j]! / scale[j]!;
      bias[k] = bias[k]! - weight[k * width + j]! * mean[j]!;
    }
  const shift = bias.reduce((total, one) => total + one, 0) / classes;
  return { classes, width, weight, bias: bias.map((one) => one - shift) };
}

/** Logits [rows, classes] of a head, in float64: for a few rows. Whole folders are judged with the head in the model. */
export function headLogits({ classes, width, weight, bias }: LinearHead, features: Float32Array): Float64Array {
  const logits = new Float64Array((features.length / width) * classes);
  for (let at = 0; at < logits.length; at++) {
    const k = at % classes;
    const start = ((at - k) / classes) * width;
    let total = bias[k]!;
    for (let j = 0; j < width; j++) total += weight[k * width + j]! * features[start + j]!;
    logits[at] = total;
  }
  return logits;
}
