// The learning rate of each step of a stage, from a schedule's name and the stage's length.

import { learningRateAt, type Schedule } from "../optimize/schedules.ts";
import type { Stage } from "./strategy.ts";

/**
 * The rate of a step, from 0, of a stage of `steps` steps.
 *
 * "cosine" falls to 0 at the end of the stage, "step" to a tenth after each third, "exponential" evenly to a hundredth.
 * With a warm-up the rate first rises in a straight line from 0; its first step already counts one part of the way, so
 * that no step is without effect.
 */
export function stageLearningRate(stage: Stage, steps: number, step: number): number {
  const warmup = Math.floor(stage.warmup * steps);
  if (step < warmup) return (stage.learningRate * (step + 1)) / (warmup + 1);
  return learningRateAt(scheduleOf(stage, steps - warmup), step - warmup);
}

function scheduleOf({ schedule, learningRate: rate }: Stage, steps: number): Schedule {
  if (schedule === "cosine") return { name: "cosine", rate, steps };
  if (schedule === "exponential") return { name: "exponential", rate, factor: 0.01, every: steps };
  if (schedule === "step")
    return { name: "exponential", rate, factor: 0.1, every: Math.max(1, Math.ceil(steps / 3)), stairs: true };
  return { name: "constant", rate };
}
