// What is done about classes of different size: weights in the loss, even sampling, logit adjustment; and when a run says
// that its classes differ much. Knows numbers of images only.

import type { LossOptions } from "../compile/2-loss.ts";

/**
 * `weights`: each image's loss counts as many times as its class is rarer than the mean. `sampling`: where only the head
 * learns each epoch draws all classes as often; a base that learns is better off with what there is (Kang et al., 2020).
 * `adjust`: the loss sees logits + log(share of the class), the model has the plain ones (Menon et al., 2020, tau = 1).
 */
export type Balance = "none" | "weights" | "sampling" | "adjust";

/** Images to learn from in the largest and the smallest class. */
export interface Imbalance {
  readonly most: { readonly name: string; readonly images: number };
  readonly least: { readonly name: string; readonly images: number };
}

/** From here on a run says that classes differ. */
const worthSaying = 10;

export function countsOf(labels: readonly number[], classes: number): readonly number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]! += 1;
  return counts;
}

/** The extremes where one class has more than ten times the images of another; undefined otherwise. */
export function imbalanceOf(names: readonly string[], counts: readonly number[]): Imbalance | undefined {
  const present = counts.flatMap((images, c) => (images > 0 ? [{ name: names[c]!, images }] : []));
  const sorted = present.sort((a, b) => a.images - b.images);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined || most.images <= worthSaying * least.images) return undefined;
  return { most, least };
}

/** What a balance adds to the loss. */
export function lossTermsOf(
  balance: Balance,
  counts: readonly number[],
): { readonly classWeights?: LossOptions["classWeights"]; readonly logitOffsets?: readonly number[] } {
  if (balance === "weights") return { classWeights: balancedWeights(counts) };
  if (balance === "adjust") return { logitOffsets: logShares(counts) };
  return {};
}

/** images / (classes · images of the class), as scikit-learn's "balanced": their mean over all images is 1. */
export function balancedWeights(counts: readonly number[]): readonly number[] {
  const images = counts.reduce((total, count) => total + count, 0);
  const classes = counts.filter((count) => count > 0).length;
  return counts.map((count) => (count === 0 ? 1 : images / (classes * count)));
}

/** log(share of the class); a class without images counts as one with a single one. */
function logShares(counts: readonly number[]): readonly number[] {
  const images = counts.reduce((total, count) => total + count, 0);
  return counts.map((count) => Math.log(Math.max(count, 1) / images));
}
