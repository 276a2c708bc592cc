// Classes for pictures, from a model file alone: nothing of the training data or the run is needed.

import { batchesOf, prefetch } from "../data/batches.ts";
import { fileAt } from "../data/locator.ts";
import { openPixels } from "../data/pixels.ts";
import { type ErrorCode, ReinceptionError } from "../errors.ts";
import { type Asked, doubtsFor, type Doubts } from "./doubt.ts";
import type { Stopping } from "./events.ts";
import { joinedViews } from "./joined-views.ts";
import { openModelFile } from "./open-model.ts";
import { type NamedPicture, picturesIn } from "./pictures-in.ts";

export interface PredictInput extends Asked {
  /** Absolute path of a run's folder or of a model.onnx. */
  readonly model: string;
  /** Absolute paths of pictures, of folders that are searched for pictures, or patterns of paths; or pictures themselves. */
  readonly images: readonly (string | Uint8Array)[];
  readonly batchSize: number;
  readonly threads: number;
}

/** One picture's answer; a picture that cannot be read has a problem instead, and the others go on. */
export type Prediction =
  | ({
      /** "-" for a picture that was given as bytes. */
      readonly path: string;
      /** All classes, the most probable first; probabilities are calibrated where the run could do that. */
      readonly classes: readonly { readonly name: string; readonly probability: number }[];
    } & Doubts)
  | {
      readonly path: string;
      readonly problem: { readonly code: ErrorCode; readonly message: string; readonly fix: string };
    };

/** @throws predict/..., model/... */
export async function* predictImages(input: PredictInput, stopping: Stopping): AsyncGenerator<Prediction, null> {
  const model = await openModelFile(input.model, input.threads);
  const { classes, inputFormat } = model.card;
  const doubts = doubtsFor(model.card, input, input.model);
  const pool = openPixels({ format: inputFormat, workers: input.threads });
  const pictures = await picturesIn(input.images);
  const order = Uint32Array.from(pictures.keys());
  const tasks = batchesOf(order, input.batchSize).map((batch) => () => {
    return Promise.all(Array.from(batch, (at) => decode(pictures[at]!)));
  });
  const decode = async ({ path, bytes }: NamedPicture) => {
    try {
      const locator = bytes === undefined ? fileAt(path) : ({ kind: "memory", name: path, bytes } as const);
      return { path, pixels: await pool.view({ locator, kind: "evaluation" }) };
    } catch (error) {
      if (!(error instanceof ReinceptionError)) throw error;
      return { path, problem: { code: error.code, message: error.found, fix: error.fix } };
    }
  };
  try {
    for await (const batch of prefetch(tasks, 2)) {
      const readable = batch.flatMap((picture) => (picture.pixels === undefined ? [] : [picture.pixels]));
      const answers = readable.length === 0 ? undefined : await model.answers(joinedViews(readable));
      let row = 0;
      for (const { path, problem } of batch) {
        if (problem !== undefined) {
          yield { path, problem };
          continue;
        }
        const own = answers!.probabilities.subarray(row * classes.length, (row + 1) * classes.length);
        yield { path, classes: ranked(classes, own), ...doubts(own, answers!.distance?.[row]) };
        row += 1;
      }
      if (stopping()) break;
    }
  } finally {
    await pool.close();
    await model.close();
  }
  return null;
}

/** Classes with their probabilities, the most probable first. */
export function ranked(classes: readonly string[], probabilities: Float32Array) {
  return classes
    .map((name, c) => ({ name, probability: probabilities[c]! }))
    .sort((a, b) => b.probability - a.probability);
}
