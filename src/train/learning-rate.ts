// The learning rate of each step of a stage, from a schedule's name and the stage's length.

import { learningRateAt, type Schedule } from "../optimize/schedules.ts";
import type { Stage } from "./strategy.ts";

export type ScheduleName = "constant" | "cosine" | "step" | "exponential";

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

function scheduleOf({ schedule, learningRate }: Stage, steps: number): Schedule {
  if (schedule === "cosine") return { name: "cosine", initial: learningRate, decaySteps: steps, alpha: 0 };
  if (schedule === "exponential") return { name: "exponential", initial: learningRate, decaySteps: steps, decayRate: 0.01, staircase: false };
  if (schedule === "step") {
    const third = Math.max(1, Math.ceil(steps / 3));
    return { name: "exponential", initial: learningRate, decaySteps: third, decayRate: 0.1, staircase: true };
  }
  return { name: "constant", initial: learningRate };
}
