// Plain views of pictures in batches, decoded ahead while the engine computes, and told as progress.

import { nowMs } from "../clock.ts";
import { batchesOf, prefetch } from "../data/batches.ts";
import type { InputFormat } from "../input-format.ts";
import type { Phase, RunEvent, Stopping } from "../train/events.ts";
import { openViews, plainView, type RunImage } from "../train/views.ts";

export interface ViewBatch {
  readonly images: readonly RunImage[];
  /** [images, size, size, 3] */
  readonly view: Uint8Array;
}

export interface ViewWork {
  readonly phase: Exclude<Phase, "download">;
  readonly images: readonly RunImage[];
  readonly format: InputFormat;
  readonly batchSize: number;
  /** That decode. */
  readonly threads: number;
  readonly use: (batch: ViewBatch) => Promise<void>;
}

/**
 * Hands every batch to `use`, in order, one at a time.
 *
 * @returns whether all of them were, because nobody asked to stop
 */
export async function* forEachBatch(work: ViewWork, stopping: Stopping): AsyncGenerator<RunEvent, boolean> {
  const { phase, images, format, batchSize, threads, use } = work;
  const views = openViews({ format, seed: 0, augment: "none", workers: threads });
  const tasks = batchesOf(Uint32Array.from(images.keys()), batchSize).map((batch) => async () => {
    const some = Array.from(batch, (at) => images[at]!);
    return { images: some, view: await views.pixels(some.map(plainView)) };
  });
  const startedMs = nowMs();
  let done = 0;
  try {
    for await (const batch of prefetch(tasks, 2)) {
      if (stopping()) return false;
      await use(batch);
      done += batch.images.length;
      const imagesPerSecond = (done * 1000) / Math.max(nowMs() - startedMs, 1);
      yield { type: "progress", phase, done, total: images.length, imagesPerSecond };
    }
    return true;
  } finally {
    await views.close();
  }
}
