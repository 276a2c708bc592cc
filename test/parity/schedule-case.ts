// Schedules of PyTorch, Keras, TensorFlow 1 and timm as values of ours, compared with the rates that the library gave.

import { type OneCycle, oneCycleAt } from "../../src/optimize/one-cycle.ts";
import { definePlateau, newPlateau, observePlateau, type Plateau } from "../../src/optimize/plateau.ts";
import { learningRateAt, type Schedule } from "../../src/optimize/schedules.ts";
import { type Config, largestDifference, type Names, numberOf, translate } from "./library-config.ts";

export interface ScheduleCase {
  readonly function: string;
  readonly config: Config;
  /** The rate at step or epoch 0, 1, 2 and so on; of a plateau rule after the metric of that epoch was seen. */
  readonly values: readonly number[];
  readonly momentum?: readonly number[];
  readonly metric?: readonly number[];
}

/** The largest difference at any step. */
export function scheduleError(given: ScheduleCase): number {
  const { function: name, config, values, momentum, metric } = given;
  const plateau = plateaus[name];
  if (plateau !== undefined) return largestDifference(ratesOf(plateau(config), config, metric ?? []), values);
  const convert = schedules[name];
  if (convert === undefined) throw new Error(`unknown schedule ${name}`);
  const schedule = convert(config);
  const rates = values.map((_, step) => learningRateAt(schedule, step));
  if (momentum === undefined) return largestDifference(rates, values);
  if (schedule.name !== "one-cycle") throw new Error(`${name} has no momentum with us`);
  const momenta = momentum.map((_, step) => oneCycleAt(schedule, step).momentum);
  return Math.max(largestDifference(rates, values), largestDifference(momenta, momentum));
}

const schedules: Readonly<Record<string, (config: Config) => Schedule>> = {
  "keras.optimizers.schedules.CosineDecay"(config) {
    know(config, ["initial_learning_rate", "decay_steps", "alpha", "warmup_target", "warmup_steps"]);
    const initial = numberOf(config, "initial_learning_rate");
    const rate = numberOf(config, "warmup_target", initial);
    return {
      name: "cosine",
      rate,
      floor: numberOf(config, "alpha", 0) * rate,
      steps: numberOf(config, "decay_steps"),
      warmUp: { from: initial, steps: numberOf(config, "warmup_steps", 0) },
    };
  },
  "keras.optimizers.schedules.ExponentialDecay": (config) => exponential(config, "initial_learning_rate"),
  "tf.compat.v1.train.exponential_decay": (config) => exponential(config, "learning_rate"),
  "keras.optimizers.schedules.PiecewiseConstantDecay": (config) => ({
    name: "piecewise",
    ...options<"piecewise">(config, { boundaries: "boundaries", values: "rates" }),
  }),
  "keras.optimizers.schedules.PolynomialDecay": (config) => ({
    name: "polynomial",
    ...options<"polynomial">(config, {
      initial_learning_rate: "rate",
      end_learning_rate: "end",
      decay_steps: "steps",
      power: "power",
    }),
  }),
  "torch.optim.lr_scheduler.StepLR": (config) => ({
    name: "exponential",
    stairs: true,
    ...options<"exponential">(config, { lr: "rate", step_size: "every", gamma: "factor" }),
  }),
  "torch.optim.lr_scheduler.MultiStepLR"(config) {
    const { rate, boundaries, factor } = translate<{ rate: number; boundaries: number[]; factor: number }>(config, {
      lr: "rate",
      milestones: "boundaries",
      gamma: "factor",
    });
    const rates = [rate, ...boundaries.map((_, passed) => rate * factor ** (passed + 1))];
    return { name: "piecewise", boundaries, rates, atBoundary: "new" };
  },
  "torch.optim.lr_scheduler.ExponentialLR": (config) => ({
    name: "exponential",
    ...options<"exponential">(config, { lr: "rate", gamma: "factor" }),
    every: 1,
  }),
  "torch.optim.lr_scheduler.CosineAnnealingLR": (config) => ({
    name: "cosine",
    afterwards: "rise",
    ...options<"cosine">(config, { lr: "rate", eta_min: "floor", T_max: "steps" }),
  }),
  "torch.optim.lr_scheduler.SequentialLR(LinearLR, CosineAnnealingLR)"(config) {
    know(config, ["lr", "start_factor", "total_iters", "T_max", "milestones"]);
    const lr = numberOf(config, "lr");
    const [steps] = config.milestones as readonly number[];
    return {
      name: "sequence",
      first: {
        name: "polynomial",
        rate: lr * numberOf(config, "start_factor"),
        end: lr,
        steps: numberOf(config, "total_iters"),
      },
      steps: steps!,
      next: { name: "cosine", rate: lr, steps: numberOf(config, "T_max"), afterwards: "rise" },
    };
  },
  "torch.optim.lr_scheduler.OneCycleLR"({ anneal_strategy, ...config }) {
    const names: Names = {
      max_lr: "peak",
      total_steps: "steps",
      pct_start: "rise",
      div_factor: "startDivisor",
      final_div_factor: "endDivisor",
      three_phase: "threePhase",
    };
    const shape = anneal_strategy === "linear" ? "linear" : "cosine";
    return { name: "one-cycle", ...translate<OneCycle>(config, names), shape };
  },
  "timm.scheduler.CosineLRScheduler"({ warmup_t, warmup_lr_init, warmup_prefix, ...config }) {
    const warmUp = {
      from: numberOf({ warmup_lr_init }, "warmup_lr_init", 0),
      steps: numberOf({ warmup_t }, "warmup_t", 0),
    };
    const clock = warmup_prefix === true ? "after-warm-up" : "with-warm-up";
    const rest = translate<{ rate: number; steps: number; floor?: number }>(config, {
      lr: "rate",
      t_initial: "steps",
      lr_min: "floor",
    });
    return { name: "cosine", ...rest, warmUp, clock };
  },
};

const plateauNames = { factor: "factor", patience: "patience", cooldown: "cooldown", min_lr: "floor", mode: "mode" };

const plateaus: Readonly<Record<string, (config: Config) => Plateau>> = {
  "keras.callbacks.ReduceLROnPlateau": (config) =>
    definePlateau({
      ...translate<Partial<Plateau>>(config, { ...plateauNames, min_delta: "threshold" }, ["lr", "monitor"]),
      definition: "keras",
    }),
  "torch.optim.lr_scheduler.ReduceLROnPlateau"({ threshold_mode, ...config }) {
    const thresholdMode = threshold_mode === "abs" ? "absolute" : "relative";
    const rest = translate<Partial<Plateau>>(config, { ...plateauNames, threshold: "threshold" }, ["lr"]);
    return definePlateau({ ...rest, definition: "pytorch", thresholdMode });
  },
};

function ratesOf(plateau: Plateau, config: Config, metrics: readonly number[]): readonly number[] {
  let state = newPlateau(plateau, numberOf(config, "lr"));
  return metrics.map((metric) => {
    state = observePlateau(plateau, state, metric);
    return state.rate;
  });
}

function exponential(config: Config, rate: string): Schedule {
  return {
    name: "exponential",
    ...options<"exponential">(config, {
      [rate]: "rate",
      decay_steps: "every",
      decay_rate: "factor",
      staircase: "stairs",
    }),
  };
}

/** A schedule's own fields, without its name. */
function options<K extends Schedule["name"]>(config: Config, names: Names): Omit<Schedule<K>, "name"> {
  return translate<Omit<Schedule<K>, "name">>(config, names);
}

function know(config: Config, names: readonly string[]): void {
  translate(config, Object.fromEntries(names.map((name) => [name, name])));
}
