// What predict is asked to doubt: sets of classes that hold the true one as often as is wanted, and pictures that are farther
// from anything learnt than nearly all held-back ones. Both promises are about pictures like the held-back ones.

import { fail } from "../errors.ts";
import { lacRule, predictionSet } from "../head/conformal.ts";
import { type KeptNumbers, numberBelow, smallestShare } from "../head/kept-numbers.ts";
import type { ModelCard } from "./model-file.ts";

export interface Asked {
  /** Share of the pictures whose true class is to be in their sets, in (0, 1). */
  readonly coverage?: number | undefined;
  /** Share of pictures like those held back that may be rejected, in (0, 1). */
  readonly reject?: number | undefined;
}

/** What is said of a picture besides its classes: only what was asked. */
export interface Doubts {
  /** Classes of which one is the true one as often as asked, the most probable first. */
  readonly set?: readonly string[];
  /** From what was learnt; 1 is usual for a picture of that kind. */
  readonly distance?: number;
  /** Whether that is farther than all but the share asked for of the held-back pictures. */
  readonly rejected?: boolean;
}

/**
 * A function from what a model says of a picture to what is to be doubted.
 *
 * @param path - of the model
 * @throws predict/not-calibrated when the model lacks what is needed
 * @throws predict/too-few-for-coverage, predict/too-few-to-reject when too few pictures were held back for what is asked
 */
export function doubtsFor(
  { classes, trueClassScores, distances }: ModelCard,
  { coverage, reject }: Asked,
  path: string,
): (probabilities: Float32Array, distance: number | undefined) => Doubts {
  const rule = coverage === undefined ? undefined : lacRule(known(trueClassScores, "--coverage", path), 1 - coverage);
  if (rule?.threshold === Infinity) {
    const largest = 1 - smallestShare(rule.rows);
    fail("predict/too-few-for-coverage", { coverage: coverage!, images: rule.rows, largest });
  }
  const farthest = reject === undefined ? undefined : numberBelow(known(distances, "--reject", path), reject);
  if (farthest === Infinity) {
    const images = distances!.rows;
    fail("predict/too-few-to-reject", { reject: reject!, images, smallest: smallestShare(images) });
  }
  return (probabilities, distance) => ({
    ...(rule !== undefined && { set: predictionSet(probabilities, rule).map((k) => classes[k]!) }),
    ...(farthest !== undefined && distance !== undefined && { distance, rejected: distance > farthest }),
  });
}

function known(numbers: KeptNumbers | undefined, option: string, path: string): KeptNumbers {
  return numbers ?? fail("predict/not-calibrated", { path, option });
}
