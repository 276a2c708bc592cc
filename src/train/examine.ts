// Looks at every picture before anything learns: whether it can be read, so that a damaged one is left out by name and
// never ends a run that has gone on for hours, and what is odd about it. What has been found out once about a content is
// kept and not found out again.

import { nowMs } from "../clock.ts";
import { factsFolder, openFactsCache } from "../data/facts-cache.ts";
import type { PictureFacts } from "../data/picture-facts.ts";
import { ReinceptionError } from "../errors.ts";
import type { RunEvent } from "./events.ts";
import type { Listed } from "./run-data.ts";
import type { RunImage } from "./views.ts";

/** Decodes a picture. */
export type Examine = (image: RunImage) => Promise<PictureFacts>;

export interface ExaminedPictures {
  /** Those that can be read; the others are among the skipped. */
  readonly listed: Listed;
  /** By content. */
  readonly facts: ReadonlyMap<string, PictureFacts>;
}

/** Pictures which are tried at a time. */
const triedAtOnce = 32;

/** Tries every picture that no earlier run has. */
export async function* examinePictures(
  listed: Listed,
  examine: Examine,
): AsyncGenerator<RunEvent & { type: "progress" }, ExaminedPictures> {
  const { images, skipped } = listed;
  const startedMs = nowMs();
  const kept = await openFactsCache(factsFolder());
  const facts = new Map(await kept.read(images.map(({ hash }) => hash)));
  const untried = images.filter(({ hash }) => !facts.has(hash));
  const unreadable = new Map<RunImage, string>();
  for (let done = 0; done < untried.length; done += triedAtOnce) {
    const some = untried.slice(done, done + triedAtOnce);
    const answers = await Promise.all(some.map((image) => examined(image, examine)));
    for (const [i, answer] of answers.entries()) {
      const { hash } = some[i]!;
      if (typeof answer === "string") unreadable.set(some[i]!, answer);
      else {
        facts.set(hash, answer);
        await kept.keep(hash, answer);
      }
    }
    const tried = Math.min(done + triedAtOnce, untried.length);
    const imagesPerSecond = (tried * 1000) / Math.max(nowMs() - startedMs, 1);
    yield { type: "progress", phase: "check", done: tried, total: untried.length, imagesPerSecond };
  }
  await kept.close();
  const left = [...unreadable].map(([image, reason]) => ({ path: image.name, reason }));
  const readable = images.filter((image) => !unreadable.has(image));
  return { listed: { ...listed, images: readable, skipped: [...skipped, ...left] }, facts };
}

/** The facts of a picture, or why it cannot be read. */
async function examined(image: RunImage, examine: Examine): Promise<PictureFacts | string> {
  try {
    return await examine(image);
  } catch (error) {
    if (error instanceof ReinceptionError) return error.found;
    throw error;
  }
}
