// Sets of classes that hold the true one as often as was asked for, whatever the classifier is worth: split conformal
// prediction. Needs rows that the classifier has not learned from; promises nothing for pictures of another kind.
//
//   LAC   1 - p_y                              smallest sets on average           (Sadinle et al. 2019)
//   APS   p_(1) + ... + p_(rank of y)          sets that grow with the doubt      (Romano et al. 2020)
//   RAPS  APS + penalty · (rank of y - free)+  APS without its long tails         (Angelopoulos et al. 2021)

import { fail } from "../errors.ts";
import { shuffled, stream } from "../random.ts";
import type { Predictions } from "../metrics.ts";
import { type KeptNumbers, numberBelow, placeOf } from "./kept-numbers.ts";

export type ConformalMethod = "lac" | "aps" | "raps";

export interface ConformalRule {
  readonly method: ConformalMethod;
  /** Share of the pictures whose true class may be missing in their sets. */
  readonly miss: number;
  /** A class belongs to the set when its score is not larger. */
  readonly threshold: number;
  /** Of RAPS: added for each rank behind `freeRanks`; 0 for the others. */
  readonly penalty: number;
  readonly freeRanks: number;
  /** Rows that the threshold was taken from. */
  readonly rows: number;
}

export interface ConformalOptions {
  readonly method: ConformalMethod;
  readonly miss: number;
  /** Of the division of the rows by RAPS. */
  readonly seed?: number;
}

type Score = Pick<ConformalRule, "method" | "penalty" | "freeRanks">;

/** Of RAPS, as its authors try them, on this share of the rows. */
const penalties = [0.001, 0.01, 0.1, 0.2, 0.5];
const tuningShare = 0.3;

/**
 * Takes the threshold from rows with known classes: the ⌈(n + 1)(1 - miss)⌉-th smallest score of the true class, which is
 * what makes the promise hold for any n. RAPS chooses penalty and free ranks on 30 % of the rows and uses the others for that.
 *
 * @throws head/too-few-to-calibrate when there are fewer rows than 1 / miss - 1
 * @throws head/number-out-of-range when `miss` is no share
 */
export function fitConformal(predictions: Predictions, { method, miss, seed = 0 }: ConformalOptions): ConformalRule {
  if (!(miss > 0 && miss < 1))
    fail("head/number-out-of-range", { option: "miss", value: miss, needed: "between 0 and 1" });
  const rows = predictions.labels.length;
  const tuned = method === "raps" ? Math.floor(rows * tuningShare) : 0;
  const order =
    method === "raps" ? shuffled(rows, stream(seed, "conformal")) : Uint32Array.from({ length: rows }, (_, i) => i);
  const own = order.subarray(tuned);
  if (placeOf(own.length, miss) > own.length) {
    const each = Math.ceil(1 / miss - 1);
    const needed = method === "raps" ? Math.ceil(each / (1 - tuningShare)) : each;
    fail("head/too-few-to-calibrate", { rows, needed, miss });
  }
  const score = method === "raps" ? tunedScore(predictions, order.subarray(0, tuned), miss) : plainScore(method);
  return { ...score, miss, threshold: thresholdOf(predictions, own, score, miss), rows: own.length };
}

/** LAC's score of the true class of each row: what a model carries so that sets can be asked of it. */
export function trueClassScores({ probabilities, labels, classes }: Predictions): Float64Array {
  return Float64Array.from({ length: labels.length }, (_, row) => 1 - probabilities[row * classes + labels[row]!]!);
}

/** The rule of LAC from such scores; its threshold is infinite, so that all classes are in every set, where they are too few. */
export function lacRule(scores: KeptNumbers, miss: number): ConformalRule {
  return { ...plainScore("lac"), miss, threshold: numberBelow(scores, miss), rows: scores.rows };
}

/** The classes of one row whose scores are within the threshold, the most probable first; that one is always among them. */
export function predictionSet(
  probabilities: ArrayLike<number>,
  rule: Score & { readonly threshold: number },
): readonly number[] {
  const ranked = rankedClasses(probabilities);
  const scores = scoresOf(probabilities, ranked, rule);
  return ranked.filter((_, rank) => rank === 0 || scores[rank]! <= rule.threshold);
}

function plainScore(method: ConformalMethod): Score {
  return { method, penalty: 0, freeRanks: 0 };
}

/** The rank that holds the true class often enough is free; the penalty is the one with the smallest sets. */
function tunedScore(predictions: Predictions, rows: Uint32Array, miss: number): Score {
  const { probabilities, labels, classes } = predictions;
  const rowOf = (row: number) => probabilities.subarray(row * classes, (row + 1) * classes);
  const ranks = Array.from(rows, (row) => rankedClasses(rowOf(row)).indexOf(labels[row]!) + 1);
  const freeRanks = Math.min(classes, quantile(ranks, miss));
  const candidates = penalties.map((penalty): Score => ({ method: "raps", penalty, freeRanks }));
  const sizes = candidates.map((score) => {
    const rule = { ...score, threshold: thresholdOf(predictions, rows, score, miss) };
    return Array.from(rows, (row) => predictionSet(rowOf(row), rule).length).reduce((total, size) => total + size, 0);
  });
  return candidates[sizes.indexOf(Math.min(...sizes))]!;
}

function thresholdOf(
  { probabilities, labels, classes }: Predictions,
  rows: Uint32Array,
  score: Score,
  miss: number,
): number {
  const scores = Array.from(rows, (row) => {
    const own = probabilities.subarray(row * classes, (row + 1) * classes);
    const ranked = rankedClasses(own);
    return scoresOf(own, ranked, score)[ranked.indexOf(labels[row]!)]!;
  });
  return quantile(scores, miss);
}

/** Scores of the classes in the order of their ranks. */
function scoresOf(
  probabilities: ArrayLike<number>,
  ranked: readonly number[],
  { method, penalty, freeRanks }: Score,
): readonly number[] {
  if (method === "lac") return ranked.map((k) => 1 - probabilities[k]!);
  let total = 0;
  return ranked.map((k, i) => {
    total += probabilities[k]!;
    return total + penalty * Math.max(0, i + 1 - freeRanks);
  });
}

/** From the most probable class to the least; of equals the first. */
function rankedClasses(probabilities: ArrayLike<number>): readonly number[] {
  return Array.from(probabilities, (_, k) => k).sort(
    (left, right) => probabilities[right]! - probabilities[left]! || left - right,
  );
}

/** Infinite where there are too few. */
function quantile(values: readonly number[], miss: number): number {
  const place = placeOf(values.length, miss);
  return place > values.length ? Infinity : values.toSorted((left, right) => left - right)[place - 1]!;
}
