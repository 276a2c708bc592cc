// The path of strengths that one member walks: from the strongest penalty to the weakest, each fit starting from the last.
// And the question whether to go on, which all members answer together.

import type { Asking, Minimum } from "./lbfgs.ts";
import type { DataEvaluation } from "./objective.ts";
import { type FitOptions, fitAt, type Member } from "./ridge.ts";

/** Where a strength was judged on rows that were held back. */
export interface StrengthScore {
  /** λ = 1 / C in scikit-learn's words: the factor of ½ Σ w² beside the sum of the losses. */
  readonly strength: number;
  /** Mean over the rows, weighted as in learning. */
  readonly logLoss: number;
  readonly accuracy: number;
}

/**
 * Fifteen strengths, half a decade apart. Standardised features have squared norms near their number, so what suits 1,536
 * of them lies near 100; features as they are have smaller norms and need less.
 */
export function defaultStrengths(standardised: boolean): readonly number[] {
  const strongest = standardised ? 4 : 3;
  return Array.from({ length: 15 }, (_, i) => 10 ** (strongest - i / 2));
}

/** Of which the members of a cross-validation make theirs. */
export interface Walk {
  readonly strengths: readonly number[];
  readonly options: FitOptions;
  /** Whether strength `index` is still worth a fit. */
  readonly goesOn: (index: number) => boolean;
  readonly reached: (index: number, minimum: Minimum<DataEvaluation>) => void;
}

/** Fits a member at one strength after another, from zero weights. */
export function* walk(member: Member, { strengths, options, goesOn, reached }: Walk): Asking<void, DataEvaluation> {
  let point = new Float64Array(member.classes * (member.penalty.length + 1));
  for (const [index, strength] of strengths.entries()) {
    if (!goesOn(index)) return;
    const minimum = yield* fitAt(strength, point, member, options);
    reached(index, minimum);
    point = minimum.point as Float64Array<ArrayBuffer>;
  }
}

export type ChooseBy = "log-loss" | "accuracy";

/** Place of the best score: the first of equals, which is the one with the stronger penalty. */
export function bestOf(scores: readonly StrengthScore[], by: ChooseBy): number {
  const better = (left: StrengthScore, right: StrengthScore) =>
    by === "accuracy" && left.accuracy !== right.accuracy
      ? left.accuracy > right.accuracy
      : left.logLoss < right.logLoss;
  return scores.reduce((best, score, i) => (better(score, scores[best]!) ? i : best), 0);
}

/** Whether one of the last `patience` strengths was the best so far; at first it is taken to be so. */
export function stillGains(scores: readonly StrengthScore[], by: ChooseBy, patience = 5): boolean {
  return scores.length === 0 || scores.length - 1 - bestOf(scores, by) < patience;
}
