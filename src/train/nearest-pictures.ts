// Which pictures that were learnt from look most alike a new one to the network: Euclid's distance between what enters its
// head, in the unit of the model's output `distance`. Every picture of the run is compared, so this is for one at a time.

import type { AnsweredPicture, RunAnswers } from "./answers-file.ts";

export interface NearPicture {
  /** In `answers.pictures`. */
  readonly row: number;
  readonly picture: AnsweredPicture;
  /** 1 is usual between a picture of that kind and the fifth nearest of some that were learnt from. */
  readonly distance: number;
}

/**
 * The pictures nearest to one, of those that were learnt from.
 *
 * @param features - of one picture, by the model of the same run
 * @param count - how many at most
 * @returns the nearest first
 */
export function nearestPictures(
  answers: RunAnswers,
  features: ArrayLike<number>,
  count: number,
): readonly NearPicture[] {
  const { pictures, unit } = answers;
  const width = features.length;
  if (width * pictures.length !== answers.features.length) throw new Error("internal: features of another network");
  const all = pictures.flatMap((picture, row) =>
    picture.split === "train"
      ? [{ row, picture, distance: distanceTo(answers.features, row * width, features) / unit }]
      : [],
  );
  return all.sort((left, right) => left.distance - right.distance || left.row - right.row).slice(0, count);
}

function distanceTo(rows: Float32Array, from: number, features: ArrayLike<number>): number {
  let square = 0;
  for (let j = 0; j < features.length; j++) square += (rows[from + j]! - features[j]!) ** 2;
  return Math.sqrt(square);
}
