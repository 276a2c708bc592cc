// The photos of a run: listed, named by content, tried, divided.

import { nowMs } from "../clock.ts";
import { fingerprintOf, type HashedImage, hashImages } from "../data/fingerprint.ts";
import { readDataset } from "../data/sources.ts";
import { splitDataset } from "../data/split.ts";
import { fail } from "../errors.ts";
import type { RunConfig } from "./config.ts";
import type { RunEvent } from "./events.ts";
import type { ImageLine } from "./run-images.ts";
import type { RunImage, Views } from "./views.ts";

/** The pictures of all sources, each named by its content. */
export interface Listed {
  readonly classes: readonly string[];
  readonly images: readonly HashedImage[];
  readonly skipped: readonly Skipped[];
}

export interface RunData {
  readonly classes: readonly string[];
  readonly train: readonly RunImage[];
  readonly validation: readonly RunImage[];
  readonly test: readonly RunImage[];
  /** What lies in the sources and takes no part, with the reason. */
  readonly skipped: readonly Skipped[];
  /** Changes with the pictures and their classes, not with where they lie. */
  readonly fingerprint: string;
}

interface Skipped {
  readonly path: string;
  readonly reason: string;
}

/** Lists the pictures of the sources and reads each once for its hash. */
export async function* listPictures({ data }: RunConfig): AsyncGenerator<RunEvent, Listed> {
  const startedMs = nowMs();
  const { classes, images, skipped } = await readDataset(data);
  yield { type: "progress", phase: "read", done: 0, total: images.length, imagesPerSecond: 0 };
  const lost: Skipped[] = [];
  const hashed = await hashImages(images, ({ name }, { found }) => lost.push({ path: name, reason: found }));
  const imagesPerSecond = (images.length * 1000) / Math.max(nowMs() - startedMs, 1);
  yield { type: "progress", phase: "read", done: images.length, total: images.length, imagesPerSecond };
  return { classes, images: hashed, skipped: [...skipped, ...lost] };
}

/** Pictures which are tried at a time. */
const triedAtOnce = 32;

/**
 * Tries every picture before anything learns, so that a damaged one is left out by name and never ends a run that has
 * gone on for hours.
 *
 * @param isKnown - whether a picture has been decoded in an earlier run, so that it need not be tried again
 */
export async function* leaveOutUnreadable(
  { classes, images, skipped }: Listed,
  views: Views,
  isKnown: (image: RunImage) => boolean,
): AsyncGenerator<RunEvent, Listed> {
  const startedMs = nowMs();
  const untried = images.filter((image) => !isKnown(image));
  const unreadable = new Map<RunImage, string>();
  for (let done = 0; done < untried.length; done += triedAtOnce) {
    const some = untried.slice(done, done + triedAtOnce);
    const problems = await Promise.all(some.map((image) => views.problemWith(image)));
    for (const [i, problem] of problems.entries()) if (problem !== undefined) unreadable.set(some[i]!, problem);
    const tried = Math.min(done + triedAtOnce, untried.length);
    const imagesPerSecond = (tried * 1000) / Math.max(nowMs() - startedMs, 1);
    yield { type: "progress", phase: "check", done: tried, total: untried.length, imagesPerSecond };
  }
  const readable = images.filter((image) => !unreadable.has(image));
  for (const [label, name] of classes.entries()) {
    const count = readable.filter((image) => image.label === label).length;
    if (count < 2) fail("data/class-too-small", { name, count });
  }
  const left = [...unreadable].map(([image, reason]) => ({ path: image.name, reason }));
  return { classes, images: readable, skipped: [...skipped, ...left] };
}

/** Leaves out what an interrupted run has found to be unreadable, without trying anything again. */
export function leaveOutSkipped({ classes, images, skipped }: Listed, lines: readonly ImageLine[]): Listed {
  const left = new Map(lines.flatMap((line) => ("skipped" in line ? [[line.name, line.skipped] as const] : [])));
  const out = images.flatMap(({ name }) => {
    const reason = left.get(name);
    return reason === undefined ? [] : [{ path: name, reason }];
  });
  return { classes, images: images.filter(({ name }) => !left.has(name)), skipped: [...skipped, ...out] };
}

/** Divides pictures into those that are learnt from and those that are held back. */
export function divide({ classes, images, skipped }: Listed, { validation, seed }: RunConfig): RunData {
  const split = splitDataset(images, { validation, seed });
  const pick = (indices: readonly number[]) => indices.map((at) => images[at]!);
  return {
    classes,
    train: pick(split.train),
    validation: pick(split.validation),
    test: pick(split.test),
    skipped,
    fingerprint: fingerprintOf(classes, images),
  };
}
