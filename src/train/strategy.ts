// How to retrain, as values: a strategy is a list of stages, and a stage names what learns, for how long and how fast.

import type { OptimizerChoice } from "../optimize/optimizers.ts";

/** How the learning rate falls in a stage; what each means stands in learning-rate.ts. */
export type ScheduleName = "constant" | "cosine" | "step" | "exponential" | "plateau";

export type BatchNormMode = "frozen" | "train";

/**
 * What holds the base to what it knew while it learns.
 *
 * `l2-sp`: each step moves what learns of the base back by this share of its way from the original parameters, times the
 * learning rate as a share of the stage's highest (Li, Grandvalet and Davoine, 2018, decoupled from the gradient). Costs next
 * to nothing and keeps the original of what learns in memory.
 *
 * `lwf`: the classifier of the weights shall answer as before, softened by a temperature of 2; the factor of that part of
 * the loss. Costs the original features of each view: kept with the trunk's, or a pass of the whole original network in each
 * step where nothing is kept.
 *
 * `ldifs`: averaged maps of every block that learns shall stay where they were; the factor of their mean squared relative
 * distance. Costs as `lwf`.
 *
 * `rehearsal`: so many pictures of `source` beside each of one's own in a step, on which the classifier of the weights goes
 * on learning its classes without changing itself. Costs a step that is larger by as much: twice as long at 1.
 */
export type RetainMethod = "none" | "l2-sp" | "lwf" | "ldifs" | "rehearsal";

export interface Retain {
  readonly method: RetainMethod;
  /** Above 0; 0 for none. */
  readonly strength: number;
}

/**
 * What is taken where no strength is said. With the small network (bench/forgetting.ts, everything learns) `lwf` kept five
 * sixths of what would have been forgotten over pictures of clothes, like some of the source, at no price, but hardly any over
 * hand signs, unlike it; `rehearsal` kept nearly nine tenths over both, for one to two points of accuracy.
 */
export const usualStrength: { readonly [M in RetainMethod]: number } = {
  none: 0,
  "l2-sp": 0.01,
  lwf: 8,
  ldifs: 1,
  rehearsal: 1,
};

/** One part of a strategy. Between two stages the optimizer starts anew, as after Keras' compile. */
export interface Stage {
  /** What learns besides the head: "50 layers", "10 convs", "2 blocks", "from mixed_7b", "all" or "none". */
  readonly unfreeze: string;
  /** At least 1. */
  readonly epochs: number;
  /** At the start of the stage, or after the warm-up. */
  readonly learningRate: number;
  readonly optimizer: OptimizerChoice;
  readonly schedule: ScheduleName;
  /** Share of the stage's steps in which the rate rises from 0, in [0, 1). */
  readonly warmup: number;
  /** "frozen": stored statistics, scale and offset learn. "train": statistics of the batch in what is unfrozen. */
  readonly batchNorm: BatchNormMode;
  /** Learning-rate factor from one block to the block before it, in (0, 1]; 1 treats all blocks alike. */
  readonly blockDecay: number;
  /** Epochs without a better validation result after which the stage ends. */
  readonly patience: number | null;
  /** Share of the parameters' moving average that stays at each step, in (0, 1): the average is judged and kept. Absent for none. */
  readonly ema?: number | null;
  /** Does nothing where the head alone learns. */
  readonly retain: Retain;
}

/** "auto" is the one that trials have to find. */
export type StrategyName = "auto" | "feature-extraction" | "fine-tuning" | "hybrid";

export interface Strategy {
  readonly name: StrategyName;
  readonly stages: readonly Stage[];
  /** Units of the head's hidden layers; none for a linear head. */
  readonly hidden: readonly number[];
}

export type StageSettings = Partial<Omit<Stage, "unfreeze" | "epochs" | "learningRate">>;

/** The strategy that is still to be found. */
export const automatic: Strategy = { name: "auto", stages: [], hidden: [] };

const usual: Omit<Stage, "unfreeze" | "epochs" | "learningRate"> = {
  optimizer: { name: "adam", definition: "keras" },
  schedule: "cosine",
  warmup: 0.1,
  batchNorm: "frozen",
  blockDecay: 1,
  patience: null,
  ema: null,
  retain: { method: "none", strength: 0 },
};

/** The base stays as it is and only the head learns. 10 epochs at 1e-2 unless said otherwise. */
export function featureExtraction(
  settings: StageSettings & {
    readonly epochs?: number;
    readonly learningRate?: number;
    readonly hidden?: readonly number[];
  } = {},
): Strategy {
  const { epochs = 10, learningRate = 1e-2, hidden = [], ...rest } = settings;
  return {
    name: "feature-extraction",
    hidden,
    stages: [{ ...usual, ...rest, unfreeze: "none", epochs, learningRate }],
  };
}

/** The end of the base and a head of Dense(1024, relu) and softmax learn together. */
export function fineTuning(
  settings: StageSettings & {
    readonly unfreeze?: string;
    readonly epochs?: number;
    readonly learningRate?: number;
    readonly hidden?: readonly number[];
  } = {},
): Strategy {
  const { unfreeze = "50 layers", epochs = 10, learningRate = 1e-3, hidden = [1024], ...rest } = settings;
  return { name: "fine-tuning", hidden, stages: [{ ...usual, ...rest, unfreeze, epochs, learningRate }] };
}

/** First the head alone, then the end of the base with it, each with an optimizer of its own. */
export function hybrid(
  settings: StageSettings & {
    readonly unfreeze?: string;
    readonly epochs?: readonly [head: number, all: number];
    readonly learningRate?: readonly [head: number, all: number];
    readonly hidden?: readonly number[];
  } = {},
): Strategy {
  const { unfreeze = "50 layers", epochs = [5, 5], learningRate = [1e-2, 1e-3], hidden = [], ...rest } = settings;
  const stage = { ...usual, ...rest };
  return {
    name: "hybrid",
    hidden,
    stages: [
      { ...stage, unfreeze: "none", epochs: epochs[0], learningRate: learningRate[0] },
      { ...stage, unfreeze, epochs: epochs[1], learningRate: learningRate[1] },
    ],
  };
}
