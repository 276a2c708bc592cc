// No picture is checked on that has a copy among those learnt from: then the result would be better than the model. Since
// a picture keeps its side whatever else there is, copies are left out instead of moved. Pure.

import type { Side } from "./sources.ts";
import type { Split } from "./split.ts";

export interface LeftOut {
  /** Position of the picture. */
  readonly image: number;
  /** The side it would have been on. */
  readonly side: Side;
  /** Position of a copy of it which stays. */
  readonly copy: number;
  readonly copySide: Side;
}

const sides = ["train", "validation", "test"] as const;

/**
 * Which pictures give way to their copies, so that all that stay of a cluster are on one side.
 *
 * Test stays before validation, and validation before train. A class of which nothing would be left to learn from keeps
 * what it has there of one cluster, and the copies that were to be held back are left out.
 *
 * @param labels - the class of each picture
 * @param clusters - positions of copies of one another, as `copiesOf` finds them
 */
export function leaveOutCopies(
  labels: readonly number[],
  split: Split,
  clusters: readonly (readonly number[])[],
): readonly LeftOut[] {
  const sideOf = new Map(sides.flatMap((side) => split[side].map((image) => [image, side] as const)));
  const straddling = clusters.filter((members) => new Set(members.map((image) => sideOf.get(image))).size > 1);
  const stays = straddling.map((members) => sides.findLast((side) => members.some((at) => sideOf.get(at) === side))!);
  const clusterOf = new Map(straddling.flatMap((members, i) => members.map((image) => [image, i] as const)));
  for (const own of byLabel(labels, split.train)) {
    const inClusters = own.flatMap((image) => clusterOf.get(image) ?? []);
    if (inClusters.length < own.length || inClusters.some((i) => stays[i] === "train")) continue;
    stays[Math.min(...inClusters)] = "train";
  }
  return straddling.flatMap((members, i) => {
    const staying = members.filter((image) => sideOf.get(image) === stays[i]);
    const leaving = members.filter((image) => sideOf.get(image) !== stays[i]);
    return leaving.map((image) => ({ image, side: sideOf.get(image)!, copy: staying[0]!, copySide: stays[i]! }));
  });
}

/** The images of each class that has some. */
function byLabel(labels: readonly number[], images: readonly number[]): readonly (readonly number[])[] {
  const classes = new Map<number, number[]>();
  for (const image of images) {
    const own = classes.get(labels[image]!);
    if (own === undefined) classes.set(labels[image]!, [image]);
    else own.push(image);
  }
  return [...classes].sort(([left], [right]) => left - right).map(([, own]) => own);
}
