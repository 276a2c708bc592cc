// Folds for cross-validation, for sets too small to hold much of them back: each image is judged once, by what was learnt
// from the other folds. Pure, and stable as a split is: a unit's own number decides, and only a class that would lack a
// fold has units moved.

import { drawUnits, force, has, type Unit, type UnitImage, unitOf, unitsByClass } from "./split-units.ts";

/**
 * Divides images into `count` folds of about equal size.
 *
 * Copies and groups stay together. A class with at least `count` units that no other class has is in every fold; one with
 * fewer has each of them in another fold, so from two on something can be learnt of it for every fold.
 *
 * @returns the fold of each image, from 0
 */
export function foldsOf(images: readonly UnitImage[], count: number, seed: number): readonly number[] {
  if (!Number.isInteger(count) || count < 2) throw new Error(`internal: ${count} folds`);
  const units = drawUnits(images, seed, "fold", (u) => Math.floor(u * count));
  for (const own of unitsByClass(units)) {
    const alone = own.filter(({ labels }) => labels.size === 1);
    for (let fold = 0; fold < count; fold++) if (!has(alone, fold)) force(spare(alone), fold, (fold + 0.5) / count);
  }
  return images.map((image) => units.get(unitOf(image))!.place);
}

/** Units of folds which have several of them. */
function spare(units: readonly Unit<number>[]): readonly Unit<number>[] {
  return units.filter(({ place }) => units.filter((other) => other.place === place).length > 1);
}
