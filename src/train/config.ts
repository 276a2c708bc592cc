// Everything that a run depends on, resolved: what was asked for with every default filled in. Written to run.json and
// sent to the process that does the work, so it holds plain data only.

import type { LossOptions } from "../compile/2-loss.ts";
import type { Mixing } from "../data/augment/mix.ts";
import type { Tier } from "../data/augment.ts";
import type { Balance } from "./balance.ts";
import type { StageSettings, Strategy } from "./strategy.ts";

/** How a strategy is looked for. */
export interface SearchConfig {
  /** Time for trials. */
  readonly budgetSeconds: number;
  /** What may be unfrozen, how fast it may learn and for how many epochs; null where the adviser says. */
  readonly unfreeze: readonly string[] | null;
  readonly learningRates: readonly number[] | null;
  readonly epochs: readonly number[] | null;
  /** Everything else about the stages that are tried. */
  readonly settings: StageSettings;
  /** Whether a model comes out of it, or only the advice. */
  readonly result: "model" | "advice";
}

export interface RunConfig {
  /** Where the photos are, absolute: folders, lists and archives. */
  readonly data: readonly string[];
  /** Folder of the run, absolute; does not exist yet or is empty. */
  readonly out: string;
  /** "small", "random", the name of a published file such as "imagenet", or the absolute path of a file. */
  readonly weights: string;
  /** Where published files are fetched from: base of a mirror, an http, https or file address; null goes by the environment. */
  readonly weightsMirror: string | null;
  /** Width multiplier of `random` weights; files know their own. */
  readonly width: number;
  readonly strategy: Strategy;
  /** Null where the strategy was given; else it is "auto", whose stages are not known yet. */
  readonly search: SearchConfig | null;
  /** Share of what enters the head's last layer that dropout leaves out while learning, in [0, 1). */
  readonly dropout: number;
  readonly batchSize: number;
  /** Pixels; null follows the weights. */
  readonly size: number | null;
  readonly augment: "none" | Tier;
  /** Of batches, in stages that keep nothing. */
  readonly mixing: Mixing;
  /** Views of each image that are kept where the trunk is kept; the first is the plain one. */
  readonly views: number;
  /** Share of images held back for validation, in (0, 1), where the data has no validation folder. */
  readonly validation: number;
  /** A level of folders or a pattern on names that says which pictures stay on one side; null for none. */
  readonly groupBy: string | null;
  /** Whether what users have said of pictures since, in `<source>.corrections.jsonl`, is done. */
  readonly corrections: boolean;
  /** Whether report.html is made at the end. */
  readonly report: boolean;
  /** Whether to refuse pictures of which some would be left out, or are in two classes. */
  readonly strict: boolean;
  readonly loss: LossOptions;
  /** What is done about classes of different size. */
  readonly balance: Balance;
  /** Keras' kernel_regularizer: factor · Σ w² over learning kernels of the base and the head. */
  readonly l2: number;
  /** Largest global norm of the gradient; null leaves gradients as they are. */
  readonly clipNorm: number | null;
  /** What "best" means for early stopping and for the parameters that are kept. */
  readonly monitor: "loss" | "accuracy";
  readonly seed: number;
  /** Of the engine. */
  readonly threads: number;
  readonly cachePrecision: "float16" | "float32";
  /** How large the cache may become, in bytes; null lets the disk decide. */
  readonly cacheLimit: number | null;
  /** Where pictures of what the weights were trained on are, absolute; none where forgetting is read off one's own. */
  readonly source: readonly string[];
  /** Largest share of it that may be forgotten, in [0, 1]; null for no limit. */
  readonly maxForgetting: number | null;
  /** A checkpoint at every epoch, and in between whenever so many seconds or steps have passed; null for never. */
  readonly checkpoint: {
    readonly seconds: number;
    readonly steps: number | null;
    /** How many of the last ones are kept. */
    readonly keep: number;
  };
}
