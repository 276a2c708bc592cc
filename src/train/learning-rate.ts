// The learning rate of each step of a stage, from a schedule's name, the stage's length, and for "plateau" what came of its
// epochs so far. Nothing has to be remembered: a resumed stage reads the same rate from the same epochs.

import { definePlateau, newPlateau, observePlateau } from "../optimize/plateau.ts";
import { learningRateAt, type Schedule } from "../optimize/schedules.ts";
import type { EpochResult } from "./events.ts";
import type { Stage } from "./strategy.ts";

/**
 * The rate of a step, from 0, of a stage of `steps` steps.
 *
 * "cosine" falls to 0 at the end of the stage, "step" to a tenth after each third, "exponential" evenly to a hundredth,
 * "plateau" to a tenth after each second epoch without a lower held-out loss (Keras' ReduceLROnPlateau).
 * With a warm-up the rate first rises in a straight line from 0; its first step already counts one part of the way, so
 * that no step is without effect.
 *
 * @param epochs - those of the stage that are over
 */
export function stageLearningRate(
  stage: Stage,
  steps: number,
  step: number,
  epochs: readonly Pick<EpochResult, "validationLoss">[],
): number {
  const warmup = Math.floor(stage.warmup * steps);
  if (step < warmup) return (stage.learningRate * (step + 1)) / (warmup + 1);
  if (stage.schedule === "plateau") return rateOnPlateau(stage.learningRate, epochs);
  return learningRateAt(scheduleOf(stage, steps - warmup), step - warmup);
}

/** Keras' defaults but for the patience: ten epochs are longer than most stages. */
const plateau = definePlateau({ definition: "keras", patience: 2 });

function rateOnPlateau(rate: number, epochs: readonly Pick<EpochResult, "validationLoss">[]): number {
  const observe = (state: ReturnType<typeof newPlateau>, loss: number) => observePlateau(plateau, state, loss);
  return epochs.map(({ validationLoss }) => validationLoss).reduce(observe, newPlateau(plateau, rate)).rate;
}

function scheduleOf({ schedule, learningRate: rate }: Stage, steps: number): Schedule {
  if (schedule === "cosine") return { name: "cosine", rate, steps };
  if (schedule === "exponential") return { name: "exponential", rate, factor: 0.01, every: steps };
  if (schedule === "step")
    return { name: "exponential", rate, factor: 0.1, every: Math.max(1, Math.ceil(steps / 3)), stairs: true };
  return { name: "constant", rate };
}
