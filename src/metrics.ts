// Numbers about predictions: pure functions of probabilities and labels.

/** Rows of probabilities, row-major [images, classes], with the true class of each row. */
export interface Predictions {
  readonly probabilities: Float32Array | Float64Array;
  readonly labels: ArrayLike<number>;
  readonly classes: number;
}

export interface ClassScore {
  readonly images: number;
  /** Of the images which were called this class, the share that are; null when none was. */
  readonly precision: number | null;
  /** Of the images of this class, the share that were called so; null when there are none. */
  readonly recall: number | null;
  readonly f1: number | null;
}

/** Softmax of each row of logits, in float64. */
export function softmax(logits: ArrayLike<number>, classes: number): Float64Array {
  const result = new Float64Array(logits.length);
  for (let start = 0; start < logits.length; start += classes) {
    let top = -Infinity;
    for (let c = 0; c < classes; c++) top = Math.max(top, logits[start + c]!);
    let total = 0;
    for (let c = 0; c < classes; c++) total += result[start + c] = Math.exp(logits[start + c]! - top);
    for (let c = 0; c < classes; c++) result[start + c] = result[start + c]! / total;
  }
  return result;
}

/** Class of the largest number of each row, the first of equals. */
export function argmax(rows: ArrayLike<number>, classes: number): Uint32Array {
  return Uint32Array.from({ length: rows.length / classes }, (_, row) => {
    let best = 0;
    for (let c = 1; c < classes; c++) if (rows[row * classes + c]! > rows[row * classes + best]!) best = c;
    return best;
  });
}

export function accuracy({ probabilities, labels, classes }: Predictions): number {
  const said = argmax(probabilities, classes);
  return said.reduce((right, label, i) => right + (label === labels[i] ? 1 : 0), 0) / Math.max(said.length, 1);
}

/** `matrix[truth][said]` counts images. */
export function confusionMatrix({ probabilities, labels, classes }: Predictions): readonly (readonly number[])[] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  argmax(probabilities, classes).forEach((said, i) => {
    const row = matrix[labels[i]!]!;
    row[said] = row[said]! + 1;
  });
  return matrix;
}

export function classScores(matrix: readonly (readonly number[])[]): readonly ClassScore[] {
  const share = (part: number, whole: number) => (whole === 0 ? null : part / whole);
  return matrix.map((row, c) => {
    const images = row.reduce((total, count) => total + count, 0);
    const called = matrix.reduce((total, other) => total + other[c]!, 0);
    return {
      images,
      precision: share(row[c]!, called),
      recall: share(row[c]!, images),
      f1: share(2 * row[c]!, called + images),
    };
  });
}

/** Mean recall of the classes that have images: every class counts the same, however rare. 0 for no images. */
export function balancedAccuracy(scores: readonly ClassScore[]): number {
  return meanOf(scores.map(({ recall }) => recall));
}

/** Mean F1 of the classes which occur, among the images or among the answers; as scikit-learn's. 0 for no images. */
export function macroF1(scores: readonly ClassScore[]): number {
  return meanOf(scores.map(({ f1 }) => f1));
}

/** Of what there is. */
function meanOf(values: readonly (number | null)[]): number {
  const known = values.filter((value) => value !== null);
  return known.reduce((total, value) => total + value, 0) / Math.max(known.length, 1);
}

/**
 * 95 % confidence interval of an accuracy measured on `images` images: Wilson's score interval, which stays inside [0, 1]
 * and is right for few images and accuracies near 0 and 1.
 */
export function accuracyInterval(share: number, images: number): readonly [low: number, high: number] {
  if (images === 0) return [0, 1];
  const z = 1.959963984540054;
  const centre = share + (z * z) / (2 * images);
  const spread = z * Math.sqrt((share * (1 - share)) / images + (z * z) / (4 * images * images));
  const scale = 1 + (z * z) / images;
  return [Math.max(0, (centre - spread) / scale), Math.min(1, (centre + spread) / scale)];
}
