// A model that stays open: pictures of many requests are decoded side by side and pass the engine in batches. While the
// engine computes in its thread, the next pictures are decoded in others. Knows nothing of who asks.

import { nowMs } from "../clock.ts";
import { openPixels } from "../data/pixels.ts";
import { fail, ReinceptionError } from "../errors.ts";
import { argmax } from "../metrics.ts";
import { engineVersion } from "../runtime/session.ts";
import { type Asked, doubtsFor } from "./doubt.ts";
import { type Explanation, frameOf } from "./explanation.ts";
import { openEngineThread } from "./engine-thread.ts";
import { inBatches } from "./in-batches.ts";
import { joinedViews } from "./joined-views.ts";
import { type Prediction, ranked } from "./predict.ts";

export interface ClassifierInput {
  /** Absolute path of a run's folder or of a model.onnx. */
  readonly model: string;
  readonly threads: number;
  /** Most pictures that pass the engine at once. */
  readonly batchSize: number;
  /** Pixels that a picture may have. */
  readonly maxPixels: number;
}

/** What is asked of pictures that are given as bytes. */
export interface AskedOfPictures extends Asked {
  /** How many classes are named for each, the most probable first; all if absent. */
  readonly top?: number | undefined;
  /** What the pictures are called, in their order; "-" where nothing is said. */
  readonly names?: readonly (string | undefined)[] | undefined;
}

/** What a model says about itself when it is open. */
export interface ClassifierCard {
  readonly classes: readonly string[];
  /** Height and width at which pictures enter the network. */
  readonly size: number;
  readonly strategy: string;
  /** Of the program that made the model. */
  readonly version: string;
  readonly engine: string;
  /** Whether probabilities were calibrated on pictures that were held back. */
  readonly calibrated: boolean;
  /** Whether sets of classes can be asked for. */
  readonly covers: boolean;
  /** Whether pictures unlike anything learnt can be rejected. */
  readonly rejects: boolean;
  /** Whether it gave the answers of the golden.json beside it when it was opened; false where there is none. */
  readonly checked: boolean;
  /** SHA-256 of the model file, of its parameters, and of what it learnt from. */
  readonly hashes: { readonly model: string; readonly parameters: string; readonly data: string };
}

/** One passage through the engine. */
export interface BatchReport {
  readonly images: number;
  readonly seconds: number;
}

export interface Classification {
  readonly card: ClassifierCard;
  /**
   * One prediction for each picture, in their order; a picture that cannot be read has a problem instead.
   *
   * @param signal - says that nobody waits any more
   * @throws predict/... when something is asked that the model cannot say; the reason of the signal
   */
  classify(
    pictures: readonly Uint8Array[],
    asked: AskedOfPictures,
    signal?: AbortSignal,
  ): Promise<readonly Prediction[]>;
  /**
   * Where the model looks in a picture, and what its head is given.
   *
   * @param label - index of the class that is to be explained; the most probable one if absent
   * @throws data/unreadable, model/no-class, model/no-parameters; the reason of the signal
   */
  explain(picture: Uint8Array, label?: number, signal?: AbortSignal): Promise<Explanation>;
  close(): Promise<void>;
}

/** What the model says of one picture. */
interface Row {
  readonly probabilities: Float32Array;
  readonly distance: number | undefined;
}

/** @throws model/..., onnx/... */
export async function openClassification(
  { model: path, threads, batchSize, maxPixels }: ClassifierInput,
  report: (batch: BatchReport) => void = () => {},
): Promise<Classification> {
  const engine = await openEngineThread({ model: path, threads });
  const { classes, inputFormat } = engine.card;
  const pool = openPixels({ format: inputFormat, workers: threads, maxPixels });

  const rowOf = inBatches<Uint8Array, Row>(batchSize, async (views) => {
    const startedMs = nowMs();
    const { probabilities, distance } = await engine.answers(joinedViews(views));
    report({ images: views.length, seconds: (nowMs() - startedMs) / 1000 });
    return views.map((_, i) => ({
      probabilities: probabilities.subarray(i * classes.length, (i + 1) * classes.length),
      distance: distance?.[i],
    }));
  });

  return {
    card: cardOf(engine),
    async classify(pictures, { top = classes.length, names = [], ...asked }, signal) {
      const doubts = doubtsFor(engine.card, asked, path);
      const one = async (bytes: Uint8Array, path: string): Promise<Prediction> => {
        try {
          const view = await pool.view({ locator: { kind: "memory", name: path, bytes }, kind: "evaluation" });
          const { probabilities, distance } = await rowOf(view, signal);
          return { path, classes: ranked(classes, probabilities).slice(0, top), ...doubts(probabilities, distance) };
        } catch (error) {
          if (!(error instanceof ReinceptionError)) throw error;
          return { path, problem: { code: error.code, message: error.found, fix: error.fix } };
        }
      };
      return Promise.all(pictures.map((bytes, i) => one(bytes, names[i] ?? "-")));
    },
    async explain(bytes, label, signal) {
      if (label !== undefined && classes[label] === undefined) fail("model/no-class", { label, classes });
      const { view, facts } = await pool.examine({ kind: "memory", name: "-", bytes });
      const asked = label ?? mostProbable((await rowOf(view, signal)).probabilities);
      signal?.throwIfAborted();
      const { map, ...rest } = await engine.look(view, asked);
      const over = frameOf(facts.width, facts.height, inputFormat);
      return { class: classes[asked]!, values: map, over, ...rest };
    },
    async close() {
      await pool.close();
      await engine.close();
    },
  };
}

function mostProbable(probabilities: Float32Array): number {
  return argmax(probabilities, probabilities.length)[0]!;
}

function cardOf({ card, sha256, checked }: Awaited<ReturnType<typeof openEngineThread>>): ClassifierCard {
  const { classes, inputFormat, strategy, version, temperature, trueClassScores, distances } = card;
  return {
    classes,
    size: inputFormat.size,
    strategy,
    version,
    engine: engineVersion(),
    calibrated: temperature !== 1 || trueClassScores !== undefined,
    covers: trueClassScores !== undefined,
    rejects: distances !== undefined,
    checked,
    hashes: { model: sha256, parameters: card.parametersHash, data: card.dataFingerprint },
  };
}
