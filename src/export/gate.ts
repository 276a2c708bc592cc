// A model beside the one that it was made of, on pictures that neither has learnt from: how often they say the same, how
// good each is, how fast and how large. What lost too much is not exported.

import { nowMs } from "../clock.ts";
import { fail } from "../errors.ts";
import type { InputFormat } from "../input-format.ts";
import type { OnnxModel } from "../onnx/schema.ts";
import { writeModel } from "../onnx/write.ts";
import { openModel, type Session, type TensorData } from "../runtime/session.ts";
import type { RunEvent, Stopping } from "../train/events.ts";
import { accuracyInterval, argmax } from "../metrics.ts";
import type { RunImage } from "../train/views.ts";
import { forEachBatch, type ViewBatch } from "./view-batches.ts";

/** One of two models that were compared. */
export interface ComparedModel {
  readonly accuracy: number;
  /** 95 %, Wilson's score interval. */
  readonly accuracyInterval: readonly [low: number, high: number];
  /** In the engine, from views in memory, as the median of several runs. */
  readonly imagesPerSecond: number;
  readonly sizeBytes: number;
}

export interface Comparison {
  readonly images: number;
  readonly threads: number;
  /** Share of the pictures of which both say the same class. */
  readonly agreement: number;
  /** Over all pictures and classes. */
  readonly meanProbabilityDifference: number;
  /** Of the float model less that of the other; negative where the other is better. */
  readonly accuracyLoss: number;
  readonly float: ComparedModel;
  readonly exported: ComparedModel;
}

/** A model that takes views, and the size of the file it is in. */
export interface Candidate {
  readonly model: OnnxModel;
  readonly sizeBytes: number;
}

export interface ComparisonInput {
  readonly float: Candidate;
  readonly exported: Candidate;
  readonly classes: number;
  readonly images: readonly RunImage[];
  readonly format: InputFormat;
  readonly threads: number;
  /** Is told what the exported model says of each batch. */
  readonly heard?: (images: readonly RunImage[], answers: Readonly<Record<string, TensorData>>) => void;
}

const batchSize = 16;

/** Both models are timed so many times at least, and go on for so long. */
const leastRounds = 5;
const timedMs = 1000;

/** @returns nothing when somebody asked to stop */
export async function* compareModels(
  { float, exported, classes, images, format, threads, heard }: ComparisonInput,
  stopping: Stopping,
): AsyncGenerator<RunEvent, Comparison | undefined> {
  const sessions = [await openSession(float, threads), await openSession(exported, threads)] as const;
  const right = [0, 0] as [number, number];
  let [agreed, difference] = [0, 0];
  let first: ViewBatch | undefined;
  const judge = async (batch: ViewBatch) => {
    first ??= batch;
    const [known, changed] = [await answers(sessions[0], batch), await answers(sessions[1], batch)];
    const [expected, actual] = [known.probabilities as Float32Array, changed.probabilities as Float32Array];
    heard?.(batch.images, changed);
    const [said, saidToo] = [argmax(expected, classes), argmax(actual, classes)];
    for (const [i, { label }] of batch.images.entries()) {
      right[0] += Number(said[i] === label);
      right[1] += Number(saidToo[i] === label);
      agreed += Number(said[i] === saidToo[i]);
    }
    for (const [i, p] of expected.entries()) difference += Math.abs(p - actual[i]!);
  };
  try {
    const work = { phase: "evaluate", images, format, batchSize, threads, use: judge } as const;
    const all = yield* forEachBatch(work, stopping);
    if (!all || first === undefined) return undefined;
    const seconds = await medianSeconds(sessions, first);
    const figures = ({ sizeBytes }: Candidate, side: 0 | 1): ComparedModel => {
      const accuracy = right[side] / images.length;
      const imagesPerSecond = first!.images.length / seconds[side];
      return { accuracy, accuracyInterval: accuracyInterval(accuracy, images.length), imagesPerSecond, sizeBytes };
    };
    return {
      images: images.length,
      threads,
      agreement: agreed / images.length,
      meanProbabilityDifference: difference / (images.length * classes),
      accuracyLoss: (right[0] - right[1]) / images.length,
      float: figures(float, 0),
      exported: figures(exported, 1),
    };
  } finally {
    for (const session of sessions) await session.release();
  }
}

/** @throws export/accuracy-lost when more was lost than `limit`, a share of the pictures */
export function checkLoss(comparison: Comparison, limit: number): void {
  if (!(comparison.accuracyLoss <= limit)) {
    const { images, agreement, accuracyLoss, float, exported } = comparison;
    const [before, after] = [float.accuracy, exported.accuracy];
    fail("export/accuracy-lost", { images, agreement, before, after, lost: accuracyLoss, limit });
  }
}

function openSession({ model }: Candidate, threads: number): Promise<Session> {
  return openModel(writeModel(model), { threads });
}

function answers(session: Session, { view }: ViewBatch): Promise<Record<string, TensorData>> {
  return session.run({ view });
}

/** Both in turn on the same pictures, while nothing is decoded, so that whatever else the machine does slows both. */
async function medianSeconds(
  sessions: readonly [Session, Session],
  batch: ViewBatch,
): Promise<readonly [number, number]> {
  const seconds = [[], []] as [number[], number[]];
  const beganMs = nowMs();
  while (seconds[0].length < leastRounds || nowMs() - beganMs < timedMs)
    for (const side of [0, 1] as const) {
      const startedMs = nowMs();
      await answers(sessions[side], batch);
      seconds[side].push(Math.max(nowMs() - startedMs, 1e-3) / 1000);
    }
  const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
  return [median(seconds[0]), median(seconds[1])];
}
