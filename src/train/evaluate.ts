// How good a finished model is on photos whose classes are known.

import { nowMs } from "../clock.ts";
import { crossEntropyOf } from "../compile/2-loss.ts";
import { batchesOf, prefetch } from "../data/batches.ts";
import { hashImages } from "../data/fingerprint.ts";
import { openPixels } from "../data/pixels.ts";
import { readDataset } from "../data/sources.ts";
import { fail } from "../errors.ts";
import type { RunEvent, Stopping } from "./events.ts";
import { joinedViews } from "./joined-views.ts";
import { openModelFile } from "./open-model.ts";
import { type Evaluation, evaluationOf } from "./report.ts";

export interface EvaluateInput {
  /** Absolute path of a run's folder or of a model.onnx. */
  readonly model: string;
  /** Absolute paths of sources; their classes must be among the model's. */
  readonly data: readonly string[];
  readonly batchSize: number;
  readonly threads: number;
}

/** Judges a model on every picture of the sources, whatever split they state. */
export async function* evaluateFolder(
  { model: path, data, batchSize, threads }: EvaluateInput,
  stopping: Stopping,
): AsyncGenerator<RunEvent & { type: "progress" }, Evaluation> {
  const model = await openModelFile(path, threads);
  const { classes, inputFormat } = model.card;
  const dataset = await readDataset(data);
  const unknown = dataset.classes.filter((name) => !classes.includes(name));
  if (unknown.length > 0) fail("evaluate/unknown-class", { unknown, classes });
  const images = (await hashImages(dataset.images)).map((image) => ({
    ...image,
    label: classes.indexOf(dataset.classes[image.label]!),
  }));
  const pool = openPixels({ format: inputFormat, workers: threads });
  const tasks = batchesOf(Uint32Array.from(images.keys()), batchSize).map((batch) => async () => {
    const some = Array.from(batch, (at) => images[at]!);
    const views = await Promise.all(some.map((image) => pool.view({ locator: image.locator, kind: "evaluation" })));
    return { some, pixels: joinedViews(views) };
  });
  const probabilities = new Float64Array(images.length * classes.length);
  const losses = new Float64Array(images.length);
  const startedMs = nowMs();
  let done = 0;
  try {
    for await (const { some, pixels } of prefetch(tasks, 2)) {
      const answer = await model.answers(pixels);
      probabilities.set(answer.probabilities, done * classes.length);
      losses.set(
        crossEntropyOf(
          answer.logits,
          some.map(({ label }) => label),
          classes.length,
        ),
        done,
      );
      done += some.length;
      const imagesPerSecond = (done * 1000) / Math.max(nowMs() - startedMs, 1);
      yield { type: "progress", phase: "evaluate", done, total: images.length, imagesPerSecond };
      if (stopping()) break;
    }
  } finally {
    await pool.close();
    await model.close();
  }
  const judged = images.slice(0, done);
  const said = probabilities.subarray(0, done * classes.length);
  return evaluationOf(judged, classes, said, losses.subarray(0, done), model.card.temperature);
}
