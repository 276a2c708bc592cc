// Whether a classifier still says of pictures what it said before: what can be known about forgetting without the pictures
// that the classifier was made with. It needs no labels, and does not know which of the two answers is right.

import { argmax } from "../metrics.ts";
import { pairedRows } from "./paired-rows.ts";

export interface Agreement {
  /** Share of the rows whose most probable class is the same. */
  readonly agreement: number;
  /** Mean over rows of KL(before || after) = Σ p (log p - log q), in nats. */
  readonly divergence: number;
}

/** @param logitsBefore - row-major [rows, classes], and so is `logitsAfter` */
export function agreementOf(logitsBefore: Float32Array, logitsAfter: Float32Array, classes: number): Agreement {
  const rows = pairedRows(logitsBefore, logitsAfter, classes);
  const [said, says] = [argmax(logitsBefore, classes), argmax(logitsAfter, classes)];
  let [same, divergence] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const own = [row * classes, (row + 1) * classes] as const;
    if (said[row] === says[row]) same += 1;
    divergence += divergenceOf(logSoftmax(logitsBefore.subarray(...own)), logSoftmax(logitsAfter.subarray(...own)));
  }
  return { agreement: same / rows, divergence: divergence / rows };
}

/** Never below 0 but by rounding. */
function divergenceOf(logP: Float64Array, logQ: Float64Array): number {
  return Math.max(
    0,
    logP.reduce((total, log, k) => total + Math.exp(log) * (log - logQ[k]!), 0),
  );
}

/** Logarithms of the softmax: finite also where the probability is too small for a number. */
function logSoftmax(logits: Float32Array): Float64Array {
  const top = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
  const logTotal = Math.log(logits.reduce((total, logit) => total + Math.exp(logit - top), 0));
  return Float64Array.from(logits, (logit) => logit - top - logTotal);
}
