// What is found out about a stage's parameters on held-out pictures, and when one finding is better than another.

import { isBetter } from "../optimize/early-stopping.ts";
import type { RunConfig } from "./config.ts";
import type { EpochResult } from "./events.ts";

export type Judgement = Pick<EpochResult, "validationLoss" | "validationAccuracy">;

/** Whether the first improves on the second, by the monitored number; where accuracies are equal, by the loss. */
export function improvesBy(monitor: RunConfig["monitor"]): (now: Judgement, best: Judgement | undefined) => boolean {
  return (now, best) => {
    if (monitor === "accuracy" && now.validationAccuracy !== best?.validationAccuracy)
      return isBetter(now.validationAccuracy, best?.validationAccuracy, "max");
    return isBetter(now.validationLoss, best?.validationLoss, "min");
  };
}
