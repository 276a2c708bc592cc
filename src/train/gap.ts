// Whether a stage has begun to learn its pictures by heart, told from the numbers of its epochs alone: what it gains on
// them is no gain on pictures that it does not learn from. It says since when; what becomes of the stage is not its business.

import type { EpochResult } from "./events.ts";

export interface Gap {
  /** The first epoch, from 1, that belongs to it. */
  readonly sinceEpoch: number;
  /** The epoch after which it could be told. */
  readonly toldAtEpoch: number;
  /** Which numbers come apart. */
  readonly sign: "loss" | "accuracy";
  /** That number on the pictures it learns from: before the epochs that tell, and at their end. */
  readonly training: readonly [before: number, now: number];
  /** The same on held-out pictures. */
  readonly validation: readonly [before: number, now: number];
}

/** Epochs in a row that have to show it: one or two of them are often chance. */
const telling = 3;

/** A held-out loss that has risen by less than this share is no rise worth a word. */
const leastRise = 0.05;

/**
 * The first gap of a stage; null while there is none, and always in its first three epochs.
 *
 * Either the held-out loss rises for three epochs in a row while the training loss falls. Or in three epochs in a row the
 * training accuracy is above the held-out one by more than two standard errors of their difference, and within these three
 * that distance has grown by more than one. Once found it stays the same, whatever epochs follow.
 *
 * Training numbers are means over an epoch in which the parameters change, with dropout and changed pictures: they look
 * worse than they are, so a gap is rather seen late than where there is none.
 *
 * @param images - how many pictures there are on each side
 */
export function gapIn(
  epochs: readonly EpochResult[],
  images: { readonly train: number; readonly validation: number },
): Gap | null {
  for (let end = telling; end < epochs.length; end++) {
    const gap = lossGap(epochs, end) ?? accuracyGap(epochs, end, images);
    if (gap !== null) return gap;
  }
  return null;
}

/** @param end - index of the last epoch to look at */
function lossGap(epochs: readonly EpochResult[], end: number): Gap | null {
  const [before, now] = [epochs[end - telling]!, epochs[end]!];
  for (let at = end - telling + 1; at <= end; at++) {
    const [previous, { loss, validationLoss }] = [epochs[at - 1]!, epochs[at]!];
    if (validationLoss <= previous.validationLoss || loss >= previous.loss) return null;
  }
  if (now.validationLoss < (1 + leastRise) * before.validationLoss) return null;
  return {
    sinceEpoch: end - telling + 2,
    toldAtEpoch: end + 1,
    sign: "loss",
    training: [before.loss, now.loss],
    validation: [before.validationLoss, now.validationLoss],
  };
}

function accuracyGap(
  epochs: readonly EpochResult[],
  end: number,
  images: { readonly train: number; readonly validation: number },
): Gap | null {
  const distances = epochs.slice(0, end + 1).map(({ accuracy, validationAccuracy }) => ({
    apart: accuracy - validationAccuracy,
    error: Math.hypot(standardError(accuracy, images.train), standardError(validationAccuracy, images.validation)),
  }));
  const near = distances.findLastIndex(({ apart, error }) => apart <= 2 * error);
  if (end - near < telling) return null;
  if (distances[end]!.apart - distances[end - telling]!.apart <= distances[end]!.error) return null;
  const [before, now] = [epochs[end - telling]!, epochs[end]!];
  return {
    sinceEpoch: near + 2,
    toldAtEpoch: end + 1,
    sign: "accuracy",
    training: [before.accuracy, now.accuracy],
    validation: [before.validationAccuracy, now.validationAccuracy],
  };
}

/** Of a share of `count`, with two more of each kind, so that a few pictures which are all right are not certainty (Agresti and Coull). */
function standardError(share: number, count: number): number {
  const [all, right] = [count + 4, share * count + 2];
  return Math.sqrt(((right / all) * (1 - right / all)) / all);
}
