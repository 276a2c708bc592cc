// What a run says of a picture, why, and which pictures are like it. Models stay open in processes of their own, of a few runs
// at a time and while they are asked; here is only passed on what they say.

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fail, ReinceptionError } from "../errors.ts";
import { type Classifier, type Explanation, openClassifier, readRunRecord } from "../index.ts";
import { heatOverlay } from "../report/heat-overlay.ts";
import type { TryAnswer } from "./api.ts";
import { fewRecent } from "./few-recent.ts";
import type { AllPictures } from "./run-pictures.ts";
import { wholeMap } from "./whole-map.ts";

export interface Looks {
  /** Where a run's network looks to say a class, as PNG to be laid over the picture. @throws model/..., data/... */
  heat(run: string, picture: Uint8Array, className: string): Promise<Uint8Array>;
  /** @throws model/..., predict/... */
  try(run: string, picture: Uint8Array, asked: AskedOfTry): Promise<TryAnswer>;
  close(): Promise<void>;
}

export interface AskedOfTry {
  readonly coverage: number | undefined;
  readonly reject: number | undefined;
}

/** Pictures that are shown beside a new one. */
const nearestShown = 8;
const modelsAtOnce = 2;
/** A model that nobody has asked for so long is closed. */
const idleMs = 5 * 60_000;

interface Opened {
  readonly classifier: Promise<Classifier>;
  timer: NodeJS.Timeout | undefined;
}

export function looks(pictures: AllPictures): Looks {
  const models = fewRecent<Opened>(modelsAtOnce, ({ classifier, timer }) => {
    clearTimeout(timer);
    classifier.then((one) => one.close()).catch(() => {});
  });

  async function modelOf(run: string): Promise<Classifier> {
    const { mtimeMs = 0 } = await stat(join(run, "model.onnx")).catch(() => ({ mtimeMs: 0 }));
    const name = `${run}\0${mtimeMs}`;
    const opened = models.get(name, () => ({ classifier: openClassifier({ model: run }), timer: undefined }));
    clearTimeout(opened.timer);
    opened.timer = setTimeout(() => models.drop(name), idleMs).unref();
    opened.classifier.catch(() => models.drop(name)); // what is missing may be there the next time
    return opened.classifier;
  }

  return {
    async heat(run, picture, className) {
      const { classes } = await readRunRecord(run);
      const label = classes.indexOf(className);
      if (label < 0) fail("dashboard/request", { what: `for which class: ${JSON.stringify(className)} is none` });
      return overlayOf(await (await modelOf(run)).explain(picture, label));
    },
    async try(run, picture, asked) {
      const model = await modelOf(run);
      const [prediction] = await model.classify([picture], asked);
      if (prediction === undefined) throw new Error("internal: no answer about a picture");
      if ("problem" in prediction) return { prediction, heat: null, nearest: [] };
      const explanation = await model.explain(picture);
      const [heat, nearest] = await Promise.all([
        overlayOf(explanation),
        nearestOf(pictures, run, explanation.features),
      ]);
      return { prediction, heat: `data:image/png;base64,${Buffer.from(heat).toString("base64")}`, nearest };
    },
    async close() {
      models.dropAll();
    },
  };
}

async function overlayOf(explanation: Explanation): Promise<Uint8Array> {
  const { values, rows, columns } = wholeMap(explanation);
  return heatOverlay(values, rows, columns);
}

/** None where the run has kept nothing to compare with. */
async function nearestOf(pictures: AllPictures, run: string, features: Float32Array): Promise<TryAnswer["nearest"]> {
  return (await pictures.of(run)).nearest(features, nearestShown).catch((error: unknown) => {
    if (error instanceof ReinceptionError) return [];
    throw error;
  });
}
