// Scores of predictions beside accuracy, in scikit-learn's definitions: those that a rare class counts in as much as a
// common one, and those that look further than the first guess. Pure functions.

import { classScores, type Predictions } from "../metrics.ts";

export interface ConfusionScores {
  /** Mean recall of the classes that have images. */
  readonly balancedAccuracy: number;
  /** Mean F1 of the classes that have images or were said. */
  readonly macroF1: number;
  /** Mean F1 weighted by images. */
  readonly weightedF1: number;
  /** Cohen's κ: agreement beyond what chance would give, 0 to 1, below 0 where it is less. */
  readonly kappa: number;
}

/** @param matrix - `matrix[truth][said]` counts images */
export function confusionScores(matrix: readonly (readonly number[])[]): ConfusionScores {
  const scores = classScores(matrix);
  const images = scores.reduce((total, score) => total + score.images, 0);
  const said = matrix.map((_, k) => matrix.reduce((total, row) => total + row[k]!, 0));
  const right = matrix.reduce((total, row, k) => total + row[k]!, 0) / images;
  const byChance = scores.reduce((total, score, k) => total + (score.images * said[k]!) / images ** 2, 0);
  return {
    balancedAccuracy: mean(scores.flatMap(({ recall }) => (recall === null ? [] : [recall]))),
    macroF1: mean(scores.flatMap(({ f1 }) => (f1 === null ? [] : [f1]))),
    weightedF1: scores.reduce((total, score) => total + ((score.f1 ?? 0) * score.images) / images, 0),
    kappa: byChance === 1 ? 0 : (right - byChance) / (1 - byChance),
  };
}

/** Share of the rows whose true class is among the `k` most probable; of equals the later class is the more probable. */
export function topAccuracy({ probabilities, labels, classes }: Predictions, k: number): number {
  let right = 0;
  for (let row = 0; row < labels.length; row++) {
    const own = probabilities[row * classes + labels[row]!]!;
    let before = 0;
    for (let c = 0; c < classes; c++) {
      const other = probabilities[row * classes + c]!;
      if (other > own || (other === own && c > labels[row]!)) before += 1;
    }
    if (before < k) right += 1;
  }
  return right / labels.length;
}

/**
 * Mean over classes of the chance that an image of the class has a higher probability of it than an image of another class
 * (the area under its ROC curve, one against the rest). Classes without images, or without others, do not count.
 */
export function rocArea({ probabilities, labels, classes }: Predictions): number {
  const rows = Array.from({ length: labels.length }, (_, row) => row);
  const areas = Array.from({ length: classes }, (_, k) => {
    const claims = rows.map((row) => ({ probability: probabilities[row * classes + k]!, own: labels[row] === k }));
    return areaOf(claims.sort((left, right) => left.probability - right.probability));
  });
  return mean(areas.filter((area) => !Number.isNaN(area)));
}

/** Mann and Whitney's U over the number of pairs; equals count half. Not a number where one side is empty. */
function areaOf(rising: readonly { readonly probability: number; readonly own: boolean }[]): number {
  let [others, won] = [0, 0];
  for (let start = 0, end = 0; start < rising.length; start = end) {
    while (end < rising.length && rising[end]!.probability === rising[start]!.probability) end += 1;
    const own = rising.slice(start, end).filter((claim) => claim.own).length;
    const beside = end - start - own;
    won += own * (others + beside / 2);
    others += beside;
  }
  return won / (others * (rising.length - others));
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
