// The photos of a run: listed, named by content, divided, and rid of copies that lie on two sides.

import { nowMs } from "../clock.ts";
import { applyCorrections, type CorrectionCounts, wasExcluded } from "../data/apply-corrections.ts";
import { type Audit, auditOf, whyLeftOut } from "../data/audit.ts";
import { readCorrections } from "../data/corrections-file.ts";
import { copiesOf } from "../data/copies.ts";
import { fingerprintOf, type HashedImage, hashImages } from "../data/fingerprint.ts";
import { groupPattern } from "../data/group-pattern.ts";
import { leaveOutCopies } from "../data/leave-out.ts";
import { readDataset, type Side } from "../data/sources.ts";
import { type Split, splitDataset } from "../data/split.ts";
import type { RunConfig } from "./config.ts";
import type { RunEvent } from "./events.ts";
import type { ExaminedPictures } from "./examine.ts";
import type { KnownImage, RunImage } from "./views.ts";

/** The pictures of all sources, each named by its content, as corrections have them. */
export interface Listed {
  readonly classes: readonly string[];
  readonly images: readonly HashedImage[];
  readonly skipped: readonly Skipped[];
  /** Null where none were asked for or there is no file of them. */
  readonly corrections: CorrectionCounts | null;
}

export interface RunData<Image extends KnownImage = RunImage> {
  readonly classes: readonly string[];
  readonly train: readonly Image[];
  readonly validation: readonly Image[];
  readonly test: readonly Image[];
  /** What lies in the sources and takes no part, with the reason. */
  readonly skipped: readonly Skipped[];
  /** Changes with the pictures and their classes, not with where they lie. */
  readonly fingerprint: string;
}

export interface Skipped {
  readonly path: string;
  readonly reason: string;
  /** The side it would have been on, where it was left out after the split, for a copy. */
  readonly side?: Side;
}

type Listing = Pick<RunConfig, "data" | "groupBy"> & { readonly corrections?: boolean };

/** How pictures are divided. */
export type Division = Pick<RunConfig, "validation" | "seed">;

/** Lists the pictures of the sources, reads each once for its hash, and does to them what corrections say. */
export async function* listPictures({
  data,
  groupBy,
  corrections = true, // runs of earlier versions say nothing
}: Listing): AsyncGenerator<RunEvent & { type: "progress" }, Listed> {
  const startedMs = nowMs();
  const groupOf = groupBy === null ? () => undefined : groupPattern(groupBy);
  const { classes, images, skipped } = await readDataset(data);
  yield { type: "progress", phase: "read", done: 0, total: images.length, imagesPerSecond: 0 };
  const lost: Skipped[] = [];
  const hashed = await hashImages(images, ({ name }, { found }) => lost.push({ path: name, reason: found }));
  const imagesPerSecond = (images.length * 1000) / Math.max(nowMs() - startedMs, 1);
  yield { type: "progress", phase: "read", done: images.length, total: images.length, imagesPerSecond };
  const grouped = hashed.map((image) => {
    const group = groupOf(image.name);
    return group === undefined ? image : { ...image, group };
  });
  const found = corrections ? await readCorrections(data) : undefined;
  const all = { classes, images: grouped, skipped: [...skipped, ...lost], corrections: null };
  if (found === undefined || found.files.length === 0) return all;
  const corrected = applyCorrections(classes, grouped, found);
  const { images: taking, counts } = corrected;
  return { ...all, images: taking, skipped: [...all.skipped, ...corrected.skipped], corrections: counts };
}

/**
 * Divides pictures into those that are learnt from and those that are held back, leaves out copies that would be on both
 * sides, and says what was found on the way.
 */
export function divideAudited(
  { listed, facts }: ExaminedPictures,
  division: Division,
): { readonly data: RunData; readonly audit: Audit } {
  const { classes, images, skipped } = listed;
  const split = splitDataset(images, division);
  const clusters = copiesOf(images.map(({ hash }) => ({ hash, facts: facts.get(hash) })));
  const labels = images.map(({ label }) => label);
  const leftOut = leaveOutCopies(labels, split, clusters);
  const nameOf = (at: number) => images[at]!.name;
  const copies = leftOut.map((left) => ({
    path: nameOf(left.image),
    reason: whyLeftOut(left, nameOf),
    side: left.side,
  }));
  const audit = auditOf({ classes, images, facts, clusters, skipped, split, leftOut });
  return { data: withoutCopies(dividedBy(split, listed, division), copies), audit };
}

/**
 * Divides the pictures of a run as it did, without looking at any of them again: what it could not read is left out before
 * the split, what it left out for a copy after it.
 *
 * @param left - what took no part in the run
 */
export function divideAgain(
  { classes, images, skipped, corrections }: Listed,
  left: readonly Skipped[],
  division: Division,
): RunData {
  const present = new Set(images.map(({ name }) => name));
  const unreadable = left.filter((one) => one.side === undefined && !wasExcluded(one) && present.has(one.path));
  const names = new Set(unreadable.map(({ path }) => path));
  const readable = images.filter(({ name }) => !names.has(name));
  const rest = { classes, images: readable, skipped: [...skipped, ...unreadable], corrections };
  return withoutCopies(
    dividedBy(splitDataset(readable, division), rest, division),
    left.filter(({ path, side }) => side !== undefined && present.has(path)),
  );
}

function dividedBy(split: Split, { classes, images, skipped }: Listed, division: Division): RunData {
  const before = sidesBefore(images, division);
  const pick = (indices: readonly number[]) =>
    indices.map((at): RunImage => (before.has(at) ? { ...images[at]!, cameFrom: before.get(at)! } : images[at]!));
  return {
    classes,
    train: pick(split.train),
    validation: pick(split.validation),
    test: pick(split.test),
    skipped,
    fingerprint: fingerprintOf(classes, images),
  };
}

/** Of pictures that corrections put on a side, the one on which they would be otherwise. */
function sidesBefore(images: readonly HashedImage[], division: Division): ReadonlyMap<number, Side> {
  if (images.every(({ moved }) => moved === undefined)) return new Map();
  const split = splitDataset(
    images.map(({ moved: _, ...image }) => image),
    division,
  );
  const sides = (["train", "validation", "test"] as const).flatMap((side) =>
    split[side].map((at) => [at, side] as const),
  );
  return new Map(sides.filter(([at]) => images[at]!.moved !== undefined));
}

function withoutCopies(data: RunData, copies: readonly Skipped[]): RunData {
  const names = new Set(copies.map(({ path }) => path));
  const rest = (images: readonly RunImage[]) => images.filter(({ name }) => !names.has(name));
  return {
    ...data,
    train: rest(data.train),
    validation: rest(data.validation),
    test: rest(data.test),
    skipped: [...data.skipped, ...copies],
  };
}
