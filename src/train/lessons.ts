// What a stage learns from, step by step: which images, in which order, made ready a little ahead of the engine, over the
// ends of epochs too. Chance is drawn under seed, epoch and step, so a stage can begin anywhere.

import { batchesOf, epochOrder, evenOrder, prefetch } from "../data/batches.ts";
import { readAhead } from "../data/read-ahead.ts";
import type { RunConfig } from "./config.ts";
import type { Fed, Feed, Place } from "./feed.ts";
import { onlyHeadLearns } from "./resolve-pictures.ts";
import type { Feeds } from "./stepper.ts";
import type { Stage } from "./strategy.ts";
import type { RunImage } from "./views.ts";

/** Most memory for what is ready, or being made ready, and not yet used: once to learn from and once to judge by. */
export const aheadBytes = 128 * 2 ** 20;

export interface LessonPlan {
  readonly config: Pick<RunConfig, "seed" | "batchSize" | "balance">;
  readonly stage: Pick<Stage, "epochs" | "unfreeze">;
  readonly train: readonly RunImage[];
  readonly feed: Feed;
  /** Epochs of the stages before, as planned. */
  readonly epochsBefore: number;
}

/** One step's worth. */
export interface Lesson extends Fed {
  readonly images: readonly RunImage[];
}

/**
 * Every lesson from a place in the stage to the stage's end. Whoever leaves early calls `return`.
 *
 * @param from - epoch of the stage from 1, and steps of it that are done
 */
export function lessonsOf(plan: LessonPlan, from: Place): AsyncGenerator<Lesson> {
  return prefetch(
    tasksOf(plan, from),
    readAhead(({ feeds }: Lesson) => bytesOf(feeds), aheadBytes),
  );
}

function* tasksOf({ config, stage, train, feed, epochsBefore }: LessonPlan, from: Place) {
  const labels = Uint32Array.from(train, ({ label }) => label);
  const even = config.balance === "sampling" && onlyHeadLearns(stage);
  for (let epoch = from.epoch; epoch <= stage.epochs; epoch++) {
    const number = epochsBefore + epoch; // over all stages: chance is drawn under it
    const order = even ? evenOrder(config.seed, number, labels) : epochOrder(config.seed, number, train.length);
    for (const [step, batch] of batchesOf(order, config.batchSize).entries()) {
      if (epoch === from.epoch && step < from.step) continue;
      const images = Array.from(batch, (at) => train[at]!);
      yield async (): Promise<Lesson> => ({ images, ...(await feed.learning(images, { epoch: number, step })) });
    }
  }
}

export function bytesOf(feeds: Feeds): number {
  return Object.values(feeds).reduce((total, { byteLength }) => total + byteLength, 0);
}
