// images.jsonl of a run: every picture that takes part, by name and content, and every one that does not with its reason.
// From it a resumed run knows whether the data is still the same, and later readers know which pictures were held back.

import { open } from "node:fs/promises";
import { wasExcluded } from "../data/apply-corrections.ts";
import type { RunData, Skipped } from "./run-data.ts";
import type { KnownImage } from "./views.ts";

export type ImageLine =
  | {
      readonly name: string;
      readonly class: string;
      readonly split: "train" | "validation" | "test";
      /** SHA-256 of its bytes. */
      readonly hash: string;
      /** Factor of its loss; 1 where absent. */
      readonly weight?: number;
      /** What a correction has changed of it. */
      readonly was?: { readonly class?: string; readonly split?: "train" | "validation" | "test" };
    }
  | {
      readonly name: string;
      readonly skipped: string;
      /** The side it would have been on, where it was left out for a copy. */
      readonly split?: "train" | "validation" | "test";
    };

/** The lines of a run's pictures, as text. */
export function* imageLines(data: RunData<KnownImage>): Generator<string> {
  const { classes, train, validation, test, skipped } = data;
  for (const [split, images] of Object.entries({ train, validation, test }))
    for (const { name, label, hash, weight, was, cameFrom } of images) {
      const corrected = was !== undefined || cameFrom !== undefined;
      const before = corrected ? { class: was, split: cameFrom } : undefined;
      yield `${JSON.stringify({ name, class: classes[label], split, hash, weight, was: before })}\n`;
    }
  for (const { path, reason, side } of skipped)
    yield `${JSON.stringify({ name: path, skipped: reason, split: side })}\n`;
}

export async function readImageLines(path: string): Promise<readonly ImageLine[]> {
  const lines: ImageLine[] = [];
  const file = await open(path);
  try {
    for await (const line of file.readLines()) lines.push(JSON.parse(line) as ImageLine);
  } finally {
    await file.close();
  }
  return lines;
}

/** What took no part in the run. */
export function skippedIn(lines: readonly ImageLine[]): readonly Skipped[] {
  return lines.flatMap((line) => {
    if (!("skipped" in line)) return [];
    const { name: path, skipped: reason, split: side } = line;
    return [{ path, reason, ...(side !== undefined && { side }) }];
  });
}

/** What is otherwise now than when the run began, in words; empty where nothing is. */
export function differences(then: readonly ImageLine[], now: RunData): readonly string[] {
  const before = new Map(then.flatMap((line) => ("hash" in line ? [[line.name, line] as const] : [])));
  const excluded = new Set(now.skipped.filter(wasExcluded).map(({ path }) => path));
  const wereExcluded = new Set(
    skippedIn(then)
      .filter(wasExcluded)
      .map(({ path }) => path),
  );
  const changes: string[] = [];
  for (const [split, images] of Object.entries({ train: now.train, validation: now.validation, test: now.test }))
    for (const { name, label, hash } of images) {
      const old = before.get(name);
      before.delete(name);
      if (old === undefined) changes.push(`"${name}" is ${wereExcluded.has(name) ? "excluded no more" : "new"}`);
      else if (old.hash !== hash) changes.push(`"${name}" has another content`);
      else if (old.class !== now.classes[label])
        changes.push(`"${name}" is "${now.classes[label]}", was "${old.class}"`);
      else if (old.split !== split) changes.push(`"${name}" is in ${split}, was in ${old.split}`);
    }
  const gone = (name: string) => (excluded.has(name) ? "excluded by a correction" : "gone or cannot be read");
  return [...changes, ...[...before.keys()].map((name) => `"${name}" is ${gone(name)}`)];
}
