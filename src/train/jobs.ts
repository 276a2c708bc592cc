// What a child process can be asked to do. Each job is a generator of events with a result.

import type { Evaluation } from "./report.ts";
import { evaluateFolder, type EvaluateInput } from "./evaluate.ts";
import { type Prediction, type PredictInput, predictImages } from "./predict.ts";
import type { RunConfig } from "./config.ts";
import type { RunEvent } from "./events.ts";
import type { Report } from "./report.ts";
import { run } from "./run.ts";

export interface Jobs {
  train: { input: RunConfig; event: RunEvent; result: Report };
  predict: { input: PredictInput; event: Prediction; result: null };
  evaluate: { input: EvaluateInput; event: RunEvent & { type: "progress" }; result: Evaluation };
}

export type JobName = keyof Jobs;

/** Whether the caller has asked the job to end. */
export type Stopping = () => boolean;

export const jobs: {
  readonly [K in JobName]: (
    input: Jobs[K]["input"],
    stopping: Stopping,
  ) => AsyncGenerator<Jobs[K]["event"], Jobs[K]["result"]>;
} = { train: run, predict: predictImages, evaluate: evaluateFolder };
