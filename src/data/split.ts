// Which images are learned from, which are checked on. Pure: it sees content hashes and labels, no files, and so gives
// the same answer wherever the folder lies and however its files are called.
//
// Each content draws one number u in [0, 1) from the seed and its own hash, and that alone decides:
//
//   u < validation               -> validation
//   u < validation + test        -> test
//   otherwise                    -> train
//
// so an image keeps its place whatever is added or taken away, and copies of one picture always stay together. Chance may
// leave a small class without one of the sides. Then, and only then, one content of that class is forced over: the one
// whose u lies nearest to the side that lacks one. A forced content goes back where its u puts it as soon as the class has
// grown one that belongs there by chance; nothing else ever moves. So at most one content per class and side has a place
// which depends on its neighbours.

import { stream } from "../random.ts";
import type { Side } from "./sources.ts";

export interface SplitImage {
  readonly hash: string;
  readonly label: number;
  /** What the user's folders say; then that is final. */
  readonly split?: Side;
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
  /** Those whose side was not decided by their own hash, because their class would have lacked it. */
  readonly forced: readonly number[];
}

interface Content {
  readonly u: number;
  readonly labels: Set<number>;
  side: Side;
  forced: boolean;
}

/**
 * Divides images into train, validation and test.
 *
 * Each class has a content in train. Each class with at least two contents that no other class has gets one in validation
 * as well, and with three one in test, as far as those shares are above 0. (A picture that lies in two classes goes to
 * one side, for both; it may be forced to train but to nothing else.)
 *
 * Folders which state splits are respected: nothing is moved. If they state no validation, it is cut from their train
 * images in the same way, and `test` is ignored.
 */
export function splitDataset(images: readonly SplitImage[], { validation, test = 0, seed }: SplitOptions): Split {
  if (!(validation >= 0 && test >= 0 && validation + test < 1)) throw new Error("internal: shares of a split");
  const stated = images.some(({ split }) => split !== undefined);
  if (images.some(({ split }) => split === "validation")) return collect(images, new Map());
  const shares = { validation, test: stated ? 0 : test };
  const contents = drawSides(images, shares, seed);
  const byClass = classesOf(contents);
  for (const own of byClass) if (!has(own, "train")) force(own, "train", 1);
  if (shares.validation > 0) guarantee(byClass, "validation", 0);
  if (shares.test > 0) guarantee(byClass, "test", shares.validation);
  return collect(images, contents);
}

function drawSides(
  images: readonly SplitImage[],
  shares: { readonly validation: number; readonly test: number },
  seed: number,
): Map<string, Content> {
  const contents = new Map<string, Content>();
  for (const { hash, label, split } of images) {
    if (split === "test") continue;
    const known = contents.get(hash);
    if (known !== undefined) known.labels.add(label);
    else {
      const u = stream(seed, `split:${hash}`)();
      const side = u < shares.validation ? "validation" : u < shares.validation + shares.test ? "test" : "train";
      contents.set(hash, { u, labels: new Set([label]), side, forced: false });
    }
  }
  return contents;
}

/** The contents of each class in the order of their numbers, so that the order of the images does not matter. */
function classesOf(contents: ReadonlyMap<string, Content>): readonly (readonly Content[])[] {
  const byClass = new Map<number, Content[]>();
  const inOrder = [...contents].sort(([a, left], [b, right]) => left.u - right.u || (a < b ? -1 : 1));
  for (const [, content] of inOrder) {
    for (const label of content.labels) {
      const own = byClass.get(label);
      if (own === undefined) byClass.set(label, [content]);
      else own.push(content);
    }
  }
  return [...byClass].sort(([left], [right]) => left - right).map(([, own]) => own);
}

/** Gives `side` a content in each class that has one to spare: of its own, and not the last of a side which comes first. */
function guarantee(byClass: readonly (readonly Content[])[], side: "validation" | "test", threshold: number): void {
  for (const own of byClass) {
    if (has(own, side)) continue;
    const manyIn = (other: Side) => own.filter((content) => content.side === other).length > 1;
    const mayGive = { train: manyIn("train"), validation: manyIn("validation"), test: true };
    force(
      own.filter((content) => content.labels.size === 1 && mayGive[content.side]),
      side,
      threshold,
    );
  }
}

/** Moves the content whose number lies nearest to the side that lacks one; prefers those which no other class has. */
function force(candidates: readonly Content[], side: Side, threshold: number): void {
  const distance = ({ u, labels }: Content) => Math.abs(u - threshold) + (labels.size > 1 ? 1 : 0);
  const nearest = candidates.toSorted((left, right) => distance(left) - distance(right))[0];
  if (nearest === undefined) return;
  nearest.side = side;
  nearest.forced = true;
}

function has(own: readonly Content[], side: Side): boolean {
  return own.some((content) => content.side === side);
}

function collect(images: readonly SplitImage[], contents: ReadonlyMap<string, Content>): Split {
  const split = { train: [] as number[], validation: [] as number[], test: [] as number[], forced: [] as number[] };
  for (const [i, image] of images.entries()) {
    const content = image.split === "test" ? undefined : contents.get(image.hash);
    split[content?.side ?? image.split!].push(i);
    if (content?.forced) split.forced.push(i);
  }
  return split;
}
