// The public API: one explicit list of names.

import { type Job, startJob } from "./train/job.ts";
import { type EvaluateOptions, type PredictOptions, resolveEvaluate, resolvePredict, resolveConfig, type RetrainOptions } from "./train/resolve.ts";

/**
 * Retrains the network on a folder of photos, in a process of its own.
 *
 * ```ts
 * const retraining = retrain({ data: "photos", strategy: hybrid({ unfreeze: "2 blocks" }) });
 * for await (const event of retraining) if (event.type === "epoch") console.log(event.validationAccuracy);
 * const { validation } = await retraining.result;
 * ```
 *
 * @throws ReinceptionError through `result` and the iteration; options are checked before anything starts
 */
export function retrain(options: RetrainOptions): Job<"train"> {
  return startJob("train", resolveConfig(options));
}

/** Classifies pictures with a finished model; each picture is an event, in the order in which they are named. */
export function predict(options: PredictOptions): Job<"predict"> {
  return startJob("predict", resolvePredict(options));
}

/** Judges a finished model on a folder of class folders. */
export function evaluate(options: EvaluateOptions): Job<"evaluate"> {
  return startJob("evaluate", resolveEvaluate(options));
}
