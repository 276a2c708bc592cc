// Whether a classifier is right as often as it says: calibration errors and the two proper scores. Pure functions of
// probabilities and labels.

import { argmax, type Predictions } from "../metrics.ts";

/** The predictions whose probability lies in one of the equal bins ((b) / bins, (b + 1) / bins]. */
export interface CalibrationBin {
  readonly bin: number;
  readonly count: number;
  /** Share of them that came true. */
  readonly accuracy: number;
  /** Mean of their probabilities. */
  readonly confidence: number;
}

export interface Calibration {
  /** Mean of -log p of the true class. */
  readonly logLoss: number;
  /** Mean squared distance of the probabilities to one and zeros, summed over classes. */
  readonly brier: number;
  /** Expected calibration error of the top class: Σ share of the bin · |accuracy - confidence|. */
  readonly ece: number;
  /** The same for each class by its own probability, as a mean over classes. */
  readonly classwiseEce: number;
  /** Largest |accuracy - confidence| of a bin. */
  readonly largestError: number;
  /** Those with predictions in them, in rising order. */
  readonly bins: readonly CalibrationBin[];
}

export function calibrationOf(predictions: Predictions, bins = 15): Calibration {
  const { probabilities, labels, classes } = predictions;
  const rows = labels.length;
  const said = argmax(probabilities, classes);
  const top = binned(
    Array.from(said, (k, row) => ({ probability: probabilities[row * classes + k]!, came: labels[row] === k })),
    bins,
  );
  const byClass = Array.from({ length: classes }, (_, k) =>
    expectedError(
      binned(
        Array.from(said, (_, row) => ({ probability: probabilities[row * classes + k]!, came: labels[row] === k })),
        bins,
      ),
      rows,
    ),
  );
  return {
    ...properScores(predictions),
    ece: expectedError(top, rows),
    classwiseEce: byClass.reduce((total, error) => total + error, 0) / classes,
    largestError: top.reduce((most, { accuracy, confidence }) => Math.max(most, Math.abs(accuracy - confidence)), 0),
    bins: top,
  };
}

/** Smallest probability that a log loss counts with: an error that was called impossible shall not be infinite. */
const smallest = Number.EPSILON;

function properScores({ probabilities, labels, classes }: Predictions): { logLoss: number; brier: number } {
  let [logLoss, brier] = [0, 0];
  for (let at = 0; at < probabilities.length; at++) {
    const came = labels[Math.floor(at / classes)] === at % classes ? 1 : 0;
    if (came === 1) logLoss -= Math.log(Math.max(probabilities[at]!, smallest));
    brier += (probabilities[at]! - came) ** 2;
  }
  return { logLoss: logLoss / labels.length, brier: brier / labels.length };
}

interface Claim {
  readonly probability: number;
  readonly came: boolean;
}

function binned(claims: readonly Claim[], bins: number): readonly CalibrationBin[] {
  const sums = Array.from({ length: bins }, () => ({ count: 0, right: 0, probability: 0 }));
  for (const { probability, came } of claims) {
    const sum = sums[Math.min(bins, Math.max(1, Math.ceil(probability * bins))) - 1]!;
    sum.count += 1;
    sum.right += came ? 1 : 0;
    sum.probability += probability;
  }
  return sums.flatMap(({ count, right, probability }, bin) =>
    count === 0 ? [] : [{ bin, count, accuracy: right / count, confidence: probability / count }],
  );
}

function expectedError(bins: readonly CalibrationBin[], rows: number): number {
  return bins.reduce(
    (total, { count, accuracy, confidence }) => total + (count / rows) * Math.abs(accuracy - confidence),
    0,
  );
}
