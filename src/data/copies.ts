// Which pictures are copies of one another: the same file again, or the same photo stored anew, made smaller or larger,
// brighter, mirrored, or with a narrow border cut off. Says nothing about what is to be done with them.
//
// Two pictures are nearly the same if their perceptual hashes differ in at most 8 of 64 bits and their thumbnails, as 192
// numbers from 0 to 255, have a correlation of at least 0.98 and differ by at most 32 in the mean. Measured on 5,400 photos and drawings of five kinds, and on 60 of each
// stored anew in eight ways:
//
//                                     hash, bits  difference  correlation
//   JPEG of quality 30                  0 to 6      0 to 6      0.981 and more
//   half the size, 1.5 times the size   0 to 10     0 to 7      0.975 and more; at 64 pixels and more 0.993
//   mirrored                            0 to 2      0 to 2      0.999 and more
//   brighter by 15 %                    0 to 8      17 to 31    0.977 and more
//   2 % cut off at each side            0 to 14     4 to 14     0.94 to 0.99: large photos are found, of small ones half
//   other photos with close hashes                              0.973 and less, in 4 million pairs, but for 2 of copies
//
// Pooled features of the small network tell them apart less well: cosines from 0.22 on for copies at half the size, up to
// 0.98 for different pictures. Cuts of 5 % and more, and photos without their colours, count as other pictures.

import { closePairs } from "./close-hashes.ts";
import type { PictureFacts } from "./picture-facts.ts";
import { thumbnailSide } from "./picture-facts.ts";

export interface FactualImage {
  /** Of the file. */
  readonly hash: string;
  /** Undefined where they are not known; then only equal files count as copies. */
  readonly facts: PictureFacts | undefined;
}

const closestBits = 8;
const leastCorrelation = 0.98;
const mostDifference = 32;

/** Variance of a thumbnail, in squared steps of 1/255, below which there is nothing in it to compare. */
const leastVariance = 4;

/**
 * Groups of at least two pictures that hang together as copies; pictures that have no copy are in none.
 *
 * @returns positions in `images`, in an order that depends on contents alone; equal files stand side by side
 */
export function copiesOf(images: readonly FactualImage[]): readonly (readonly number[])[] {
  const order = Array.from(images.keys()).sort((left, right) => {
    const [one, other] = [images[left]!.hash, images[right]!.hash];
    return one < other ? -1 : one > other ? 1 : left - right;
  });
  const contents = order.filter((at, place) => place === 0 || images[order[place - 1]!]!.hash !== images[at]!.hash);
  const clusterOf = joined(contents.map((at) => images[at]!.facts));
  const numberOf = new Map(contents.map((at, number) => [images[at]!.hash, number]));
  const clusters = new Map<number, number[]>();
  for (const at of order) {
    const cluster = clusterOf[numberOf.get(images[at]!.hash)!]!;
    const members = clusters.get(cluster);
    if (members === undefined) clusters.set(cluster, [at]);
    else members.push(at);
  }
  return [...clusters.values()].filter((members) => members.length > 1);
}

/** The cluster of each content: the number of its first member. */
function joined(facts: readonly (PictureFacts | undefined)[]): readonly number[] {
  const known = facts.flatMap((own, number) => (own === undefined ? [] : [{ ...own, number }]));
  const thumbnails = known.map(({ thumbnail }) => Buffer.from(thumbnail, "base64"));
  const parent = Array.from(facts.keys());
  const rootOf = (number: number): number => {
    let root = number;
    while (parent[root] !== root) root = parent[root]!;
    parent[number] = root;
    return root;
  };
  for (const { first, second, mirrored } of closePairs(known, closestBits)) {
    const [one, other] = [rootOf(known[first]!.number), rootOf(known[second]!.number)];
    if (one === other) continue;
    if (!areAlike(thumbnails[first]!, thumbnails[second]!, mirrored)) continue;
    parent[Math.max(one, other)] = Math.min(one, other);
  }
  return parent.map((_, number) => rootOf(number));
}

function areAlike(left: Uint8Array, right: Uint8Array, mirrored: boolean): boolean {
  const first = mirrored ? mirrorImage(left) : left;
  return meanDifference(first, right) <= mostDifference && correlation(first, right) >= leastCorrelation;
}

function meanDifference(left: Uint8Array, right: Uint8Array): number {
  return left.reduce((sum, value, i) => sum + Math.abs(value - right[i]!), 0) / left.length;
}

/** Pearson's correlation of two thumbnails; 0 where one of them is flat. */
export function correlation(left: Uint8Array, right: Uint8Array): number {
  const count = left.length;
  let [sumLeft, sumRight, squaresLeft, squaresRight, products] = [0, 0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const one = left[i]!;
    const other = right[i]!;
    sumLeft += one;
    sumRight += other;
    squaresLeft += one * one;
    squaresRight += other * other;
    products += one * other;
  }
  const varianceLeft = squaresLeft / count - (sumLeft / count) ** 2;
  const varianceRight = squaresRight / count - (sumRight / count) ** 2;
  if (Math.min(varianceLeft, varianceRight) < leastVariance) return 0;
  return (products / count - (sumLeft / count) * (sumRight / count)) / Math.sqrt(varianceLeft * varianceRight);
}

/** A thumbnail `[8, 8, 3]` with left and right exchanged. */
export function mirrorImage(thumbnail: Uint8Array): Uint8Array {
  return thumbnail.map((_, i) => {
    const column = Math.floor(i / 3) % thumbnailSide;
    return thumbnail[i + (thumbnailSide - 1 - 2 * column) * 3]!;
  });
}
