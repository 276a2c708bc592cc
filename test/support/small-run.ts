// A real run, small enough for a test: drawn photos under names that would be mischief on a page, the package's own weights, two
// stages of which the second changes the network.

import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { type RetrainOptions, type RunEvent, retrain } from "../../src/index.ts";
import { drawPhotos } from "./drawn-photos.ts";

/** Names of its classes, in their order. */
export const smallRunClasses = [`"&' <b>checks`, "<img src=x onerror=alert(1)>", "discs"];

export interface SmallRun {
  readonly photos: string;
  readonly out: string;
  readonly events: readonly RunEvent[];
}

/** Draws the photos into `folder` and trains on them. */
export async function smallRun(folder: string, options: Partial<RetrainOptions> = {}): Promise<SmallRun> {
  const [drawn, photos, out] = [join(folder, "drawn"), join(folder, "photos"), join(folder, "run")];
  const motifs = ["checks", "crosses", "discs"] as const;
  await drawPhotos({ folder: drawn, classes: motifs, each: 24, size: 90, seed: 11, noise: 60 });
  mkdirSync(photos);
  for (const [i, motif] of motifs.entries()) renameSync(join(drawn, motif), join(photos, smallRunClasses[i]!));
  const asked = { weights: "small", strategy: "hybrid", epochs: [2, 2], unfreeze: "1 blocks", threads: 2 } as const;
  const run = retrain({ data: photos, out, validation: 0.4, ...asked, ...options });
  const events: RunEvent[] = [];
  for await (const event of run) events.push(event);
  return { photos, out, events };
}
