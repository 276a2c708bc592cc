// The objective of one classifier in float64, by plain loops: it finds the last digits that float32 cannot. A few million
// multiplications cost it milliseconds; large problems stay with the engine.

import { type DataEvaluation, meanLoss, sum } from "./objective.ts";

export interface ExactData {
  /** Row-major [rows, width], standardised. */
  readonly features: Float64Array;
  readonly width: number;
  readonly labels: ArrayLike<number>;
  readonly classes: number;
  readonly rowWeights: Float64Array;
}

/** The function itself, to be asked at points of [classes, width] weights, then [classes] biases. */
export function exactObjective(data: ExactData): (point: Float64Array) => DataEvaluation {
  const { labels, classes, rowWeights } = data;
  const total = sum(rowWeights);
  return (point) => {
    const logProbabilities = logitsOf(data, point);
    const gradient = new Float64Array(point.length);
    for (let row = 0; row < labels.length; row++) {
      logSoftmaxInPlace(logProbabilities.subarray(row * classes, (row + 1) * classes));
      if (rowWeights[row]! > 0) addGradient(gradient, data, row, logProbabilities, rowWeights[row]! / total);
    }
    return { value: meanLoss(logProbabilities, labels, classes, rowWeights, total), gradient, logProbabilities };
  };
}

function logitsOf({ features, width, labels, classes }: ExactData, point: Float64Array): Float64Array {
  const logits = new Float64Array(labels.length * classes);
  for (let row = 0; row < labels.length; row++)
    for (let k = 0; k < classes; k++) {
      let total = point[classes * width + k]!;
      for (let j = 0; j < width; j++) total += point[k * width + j]! * features[row * width + j]!;
      logits[row * classes + k] = total;
    }
  return logits;
}

function logSoftmaxInPlace(row: Float64Array): void {
  const top = row.reduce((largest, value) => Math.max(largest, value), -Infinity);
  const shift = top + Math.log(row.reduce((total, value) => total + Math.exp(value - top), 0));
  for (let k = 0; k < row.length; k++) row[k] = row[k]! - shift;
}

/** Adds `share` · (p - y) ⊗ (x, 1) of one row. */
function addGradient(
  gradient: Float64Array,
  { features, width, labels, classes }: ExactData,
  row: number,
  logProbabilities: Float64Array,
  share: number,
): void {
  for (let k = 0; k < classes; k++) {
    const residual = share * (Math.exp(logProbabilities[row * classes + k]!) - (labels[row] === k ? 1 : 0));
    for (let j = 0; j < width; j++)
      gradient[k * width + j] = gradient[k * width + j]! + residual * features[row * width + j]!;
    gradient[classes * width + k] = gradient[classes * width + k]! + residual;
  }
}
