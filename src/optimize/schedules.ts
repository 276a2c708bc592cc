// The learning rate as a function of the step (or of the epoch: the clock is the caller's). A schedule is a value; what
// answers to a metric instead is in plateau.ts. Each says which schedules of the libraries it is.

import { fail } from "../errors.ts";
import { type OneCycle, oneCycleAt } from "./one-cycle.ts";

interface Schedules {
  constant: { readonly rate: number };
  /**
   * A linear warm-up, then half a wave down to `floor`: Keras CosineDecay, whose alpha is floor / rate, and timm's
   * CosineLRScheduler, which without warmup_prefix has the clock "with-warm-up" and jumps at the end of the warm-up.
   * Past the end the rate stays there, or with "rise" goes up again as PyTorch's CosineAnnealingLR does.
   */
  cosine: {
    readonly rate: number;
    readonly floor?: number;
    /** Steps of the wave, warm-up not counted. */
    readonly steps: number;
    readonly warmUp?: { readonly from: number; readonly steps: number };
    readonly clock?: "after-warm-up" | "with-warm-up";
    readonly afterwards?: "stay" | "rise";
  };
  /** rate * factor^(step / every): Keras and TensorFlow 1, PyTorch ExponentialLR, as stairs StepLR. */
  exponential: {
    readonly rate: number;
    readonly factor: number;
    readonly every: number;
    readonly stairs?: boolean;
  };
  /** One rate more than boundaries. At a boundary itself Keras still has the old rate, PyTorch's MultiStepLR the new. */
  piecewise: {
    readonly boundaries: readonly number[];
    readonly rates: readonly number[];
    readonly atBoundary?: "old" | "new";
  };
  /** Keras PolynomialDecay; with power 1 also the way up, as PyTorch's LinearLR. */
  polynomial: { readonly rate: number; readonly end: number; readonly steps: number; readonly power?: number };
  /** Up, down, and out: PyTorch OneCycleLR. */
  "one-cycle": OneCycle;
  /** `first` for `steps` steps, then `next` with its own clock from 0: PyTorch SequentialLR. */
  sequence: { readonly first: Schedule; readonly steps: number; readonly next: Schedule };
}

export type ScheduleName = keyof Schedules;

/** A learning rate over time. Plain data. */
export type Schedule<K extends ScheduleName = ScheduleName> = {
  readonly [P in K]: { readonly name: P } & Schedules[P];
}[K];

const rates: { readonly [K in ScheduleName]: (schedule: Schedules[K], step: number) => number } = {
  constant: ({ rate }) => rate,
  cosine({ rate, floor = 0, steps, warmUp, clock = "after-warm-up", afterwards = "stay" }, step) {
    const warmUpSteps = warmUp?.steps ?? 0;
    if (warmUp !== undefined && step < warmUpSteps) return warmUp.from + ((rate - warmUp.from) * step) / warmUpSteps;
    const since = clock === "after-warm-up" ? step - warmUpSteps : step;
    const part = afterwards === "stay" ? done(since, steps) : since / steps;
    return floor + ((rate - floor) * (1 + Math.cos(Math.PI * part))) / 2;
  },
  exponential({ rate, factor, every, stairs = false }, step) {
    return rate * factor ** (stairs ? Math.floor(step / every) : step / every);
  },
  piecewise({ boundaries, rates, atBoundary = "old" }, step) {
    if (rates.length !== boundaries.length + 1)
      fail("optimize/piecewise-lengths", { boundaries: boundaries.length, rates: rates.length });
    const passed = boundaries.filter((boundary) => (atBoundary === "old" ? step > boundary : step >= boundary));
    return rates[passed.length]!;
  },
  polynomial({ rate, end, steps, power = 1 }, step) {
    return end + (rate - end) * (1 - done(step, steps)) ** power;
  },
  "one-cycle": (schedule, step) => oneCycleAt(schedule, step).rate,
  sequence: ({ first, steps, next }, step) =>
    step < steps ? learningRateAt(first, step) : learningRateAt(next, step - steps),
};

/**
 * The learning rate of a schedule.
 *
 * @param step - from 0: the first update of Keras and PyTorch takes the rate at 0, so a warm-up from 0 begins with an
 *   update that changes nothing
 * @throws optimize/piecewise-lengths
 */
export function learningRateAt<K extends ScheduleName>(schedule: Schedule<K>, step: number): number {
  return rates[schedule.name](schedule, step);
}

/** How much of `steps` is over, from 0 to 1. */
function done(step: number, steps: number): number {
  return steps > 0 ? Math.min(step / steps, 1) : 1;
}
