// What is found out about a stage's parameters on held-out pictures, and when one finding is better than another.

import { crossEntropyOf } from "../compile/2-loss.ts";
import { argmax } from "../metrics.ts";
import { isBetter } from "../optimize/early-stopping.ts";
import type { RunConfig } from "./config.ts";
import type { EpochResult } from "./events.ts";
import type { RunImage } from "./views.ts";

export type Judgement = Pick<EpochResult, "validationLoss" | "validationAccuracy">;

/** Whether the first improves on the second, by the monitored number; where accuracies are equal, by the loss. */
export function improvesBy(monitor: RunConfig["monitor"]): (now: Judgement, best: Judgement | undefined) => boolean {
  return (now, best) => {
    if (monitor === "accuracy" && now.validationAccuracy !== best?.validationAccuracy)
      return isBetter(now.validationAccuracy, best?.validationAccuracy, "max");
    return isBetter(now.validationLoss, best?.validationLoss, "min");
  };
}

/** @param logits - [images, classes] */
export function judgementOf(logits: ArrayLike<number>, images: readonly RunImage[], classes: number): Judgement {
  const labels = images.map(({ label }) => label);
  const losses = crossEntropyOf(logits, labels, classes);
  const said = argmax(logits, classes);
  return {
    validationLoss: losses.reduce((total, loss) => total + loss, 0) / labels.length,
    validationAccuracy: said.reduce((right, label, i) => right + (label === labels[i] ? 1 : 0), 0) / labels.length,
  };
}
