// The photos of a run: read, named by content, divided.

import { nowMs } from "../clock.ts";
import { fingerprintOf, hashImages } from "../data/fingerprint.ts";
import { readDataset } from "../data/sources.ts";
import { splitDataset } from "../data/split.ts";
import type { RunConfig } from "./config.ts";
import type { RunEvent } from "./events.ts";
import type { RunImage } from "./views.ts";

export interface RunData {
  readonly classes: readonly string[];
  readonly train: readonly RunImage[];
  readonly validation: readonly RunImage[];
  readonly test: readonly RunImage[];
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  /** Changes with the pictures and their classes, not with where they lie. */
  readonly fingerprint: string;
}

export async function* readRunData({ data, validation, seed }: RunConfig): AsyncGenerator<RunEvent, RunData> {
  const startedMs = nowMs();
  const { classes, images, skipped } = await readDataset(data);
  yield { type: "progress", phase: "read", done: 0, total: images.length, imagesPerSecond: 0 };
  const hashed = await hashImages(images);
  const imagesPerSecond = (images.length * 1000) / Math.max(nowMs() - startedMs, 1);
  yield { type: "progress", phase: "read", done: images.length, total: images.length, imagesPerSecond };
  const split = splitDataset(hashed, { validation, seed });
  const pick = (indices: readonly number[]) => indices.map((at) => hashed[at]!);
  return {
    classes,
    train: pick(split.train),
    validation: pick(split.validation),
    test: pick(split.test),
    skipped,
    fingerprint: fingerprintOf(classes, hashed),
  };
}
