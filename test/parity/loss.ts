// What a fixture tells of judging: probabilities of logits, and their loss by given targets, in float64.

import type { Numbers } from "./measure.ts";

/** Rows of log softmax(logits), row-major [batch, classes]. */
export function logProbabilities(logits: Numbers, classes: number): Float64Array {
  const rows = Float64Array.from(logits);
  for (let start = 0; start < rows.length; start += classes) {
    const row = rows.subarray(start, start + classes);
    const top = Math.max(...row);
    const logSum = top + Math.log(row.reduce((total, value) => total + Math.exp(value - top), 0));
    for (let c = 0; c < classes; c++) row[c] = row[c]! - logSum;
  }
  return rows;
}

/** -Σ target · log softmax(logits). The mean over the batch is in the targets. */
export function lossOf(logits: Numbers, targets: Numbers, classes: number): number {
  return -logProbabilities(logits, classes).reduce((total, value, i) => total + targets[i]! * value, 0);
}
