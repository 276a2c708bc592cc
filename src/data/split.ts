// Which images are learned from, which are checked on. Pure: it sees content hashes and labels, no files, and so gives
// the same answer wherever the folder lies and however its files are called.
//
// Each content draws one number u in [0, 1) from the seed and its own hash, and that alone decides:
//
//   u < validation               -> validation
//   u < validation + test        -> test
//   otherwise                    -> train
//
// so an image keeps its place whatever is added or taken away, and copies of one file always stay together. Where the user
// has stated groups, a group draws the number for all its images. Chance may leave a small class without one of the sides.
// Then, and only then, one unit (content or group) of that class is forced over: the one whose u lies nearest to the side
// that lacks one. A forced unit goes back where its u puts it as soon as the class has grown one that belongs there by
// chance; nothing else ever moves. So at most one unit per class and side has a place which depends on its neighbours.

import type { Side } from "./sources.ts";
import { drawUnits, force, has, type Unit, type UnitImage, unitOf, unitsByClass } from "./split-units.ts";

export interface SplitImage extends UnitImage {
  /** What the user's folders say; then that is final. */
  readonly split?: Side;
  /** What the user has said of this one picture since, whatever else would hold, its group among that. */
  readonly moved?: Side;
}

export interface SplitOptions {
  /** Shares of all images, each in [0, 1), together less than 1. */
  readonly validation: number;
  readonly test?: number;
  readonly seed: number;
}

/** Indices into the images, ascending. */
export interface Split {
  readonly train: readonly number[];
  readonly validation: readonly number[];
  readonly test: readonly number[];
  /** Those whose side was not decided by their own hash or group, because their class would have lacked it. */
  readonly forced: readonly number[];
}

/**
 * Divides images into train, validation and test.
 *
 * Each class has a unit in train: a content, or a group. Each class with at least two units that no other class has gets one
 * in validation as well, and with three one in test, as far as those shares are above 0. (A unit of two classes goes to one
 * side, for both; it may be forced to train but to nothing else.)
 *
 * Folders which state splits are respected: nothing is moved. If they state no validation, it is cut from their train
 * images in the same way, and `test` is ignored.
 */
export function splitDataset(images: readonly SplitImage[], { validation, test = 0, seed }: SplitOptions): Split {
  if (!(validation >= 0 && test >= 0 && validation + test < 1)) throw new Error("internal: shares of a split");
  const stated = images.some(({ split }) => split !== undefined);
  if (images.some(({ split }) => split === "validation")) return collect(images, new Map());
  const shares = { validation, test: stated ? 0 : test };
  const placeAt = (u: number): Side =>
    u < shares.validation ? "validation" : u < shares.validation + shares.test ? "test" : "train";
  const free = images.filter(({ split, moved }) => split !== "test" && moved === undefined);
  const units = drawUnits(free, seed, "split", placeAt);
  const byClass = unitsByClass(new Map([...units, ...movedUnits(images)]));
  for (const own of byClass) if (!has(own, "train")) force(own.filter(isFree), "train", 1);
  if (shares.validation > 0) guarantee(byClass, "validation", 0);
  if (shares.test > 0) guarantee(byClass, "test", shares.validation);
  return collect(images, units);
}

/** Gives `side` a unit in each class that has one to spare: of its own, and not the last of a side which comes first. */
function guarantee(byClass: readonly (readonly Unit<Side>[])[], side: "validation" | "test", threshold: number): void {
  for (const own of byClass) {
    if (has(own, side)) continue;
    const manyIn = (other: Side) => own.filter(({ place }) => place === other).length > 1;
    const mayGive = { train: manyIn("train"), validation: manyIn("validation"), test: true };
    force(
      own.filter((unit) => isFree(unit) && unit.labels.size === 1 && mayGive[unit.place]),
      side,
      threshold,
    );
  }
}

/** Pictures that the user has put on a side, each by itself. */
function movedUnits(images: readonly SplitImage[]): ReadonlyMap<string, Unit<Side> & { readonly moved: true }> {
  return new Map(
    images.flatMap(({ moved, label }, i) =>
      moved === undefined
        ? []
        : [[`moved:${i}`, { u: 0, labels: new Set([label]), place: moved, forced: false, moved: true }]],
    ),
  );
}

function isFree(unit: Unit<Side>): boolean {
  return !("moved" in unit);
}

function collect(images: readonly SplitImage[], units: ReadonlyMap<string, Unit<Side>>): Split {
  const split = { train: [] as number[], validation: [] as number[], test: [] as number[], forced: [] as number[] };
  for (const [i, image] of images.entries()) {
    const unit = image.split === "test" || image.moved !== undefined ? undefined : units.get(unitOf(image));
    split[image.moved ?? unit?.place ?? image.split!].push(i);
    if (unit?.forced) split.forced.push(i);
  }
  return split;
}
