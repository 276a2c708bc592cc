// One optimizer of a library, run over given gradients and compared with the parameters that the library had after each.

import { accumulate, newAccumulator } from "../../src/optimize/accumulate.ts";
import { type Clipping, clip } from "../../src/optimize/clipping.ts";
import { follow, type MovingAverage, newAverage } from "../../src/optimize/moving-average.ts";
import {
  defineOptimizer,
  newState,
  type Optimizer,
  type OptimizerChoice,
  type OptimizerName,
  update,
} from "../../src/optimize/optimizers.ts";
import type { FloatArray } from "../../src/optimize/rule.ts";
import { type Config, largestDifference, type Names, numberOf, translate } from "./library-config.ts";

export interface OptimizerCase {
  readonly id: string;
  readonly library: string;
  readonly optimizer: string;
  readonly config: Config;
  /** The library's whole configuration, with its defaults. */
  readonly resolved?: Config;
  /** [step][element] */
  readonly parameters: readonly (readonly number[])[];
  /** The moving average after each step, where one is kept. */
  readonly ema?: readonly (readonly number[])[];
}

export interface Given {
  readonly initial: readonly number[];
  readonly gradients: readonly (readonly number[])[];
}

/** The largest difference of any parameter or average after any step, and of our defaults from the library's. */
export function optimizerError(
  given: OptimizerCase,
  { initial, gradients }: Given,
  Numbers: Float32ArrayConstructor | Float64ArrayConstructor,
): number {
  const library = libraryOf(given);
  const optimizer = library.optimizer(given.config);
  const learningRate = numberOf(given.config, library.rate, library.rateDefault);
  const clipping = clippingOf(given.config);
  const accumulator = newAccumulator(numberOf(given.config, "gradient_accumulation_steps", 1));
  const movingAverage = movingAverageOf(given.config);

  const parameter: FloatArray = Numbers.from(initial);
  const state = newState(optimizer, parameter);
  const average = newAverage(parameter);
  let [error, step] = [defaultsError(optimizer, given, library), 0];
  for (const [call, row] of gradients.entries()) {
    const mean = accumulate(accumulator, [Numbers.from(row)]);
    if (mean !== undefined) {
      if (clipping !== undefined) clip(clipping, mean);
      step += 1;
      update(optimizer, { parameter, gradient: mean[0]!, state, learningRate, step });
      if (movingAverage !== undefined) follow(movingAverage, { average, parameter, step });
    }
    error = Math.max(error, largestDifference(parameter, given.parameters[call] ?? []));
    if (given.ema !== undefined) error = Math.max(error, largestDifference(average, given.ema[call] ?? []));
  }
  return error;
}

interface Library {
  /** Their name of the learning rate. */
  readonly rate: string;
  readonly rateDefault: number;
  readonly optimizer: (config: Config) => Optimizer;
  readonly names: Names;
}

const sgdNames = { momentum: "momentum", nesterov: "nesterov", weight_decay: "weightDecay" };
const torchAdam = { betas: "betas", eps: "epsilon", weight_decay: "weightDecay", amsgrad: "amsgrad" };
const kerasAdam = {
  beta_1: "beta1",
  beta_2: "beta2",
  epsilon: "epsilon",
  weight_decay: "weightDecay",
  amsgrad: "amsgrad",
};
const rmspropNames = { momentum: "momentum", centered: "centered", weight_decay: "weightDecay" };

/** By library and optimizer: our name, and their arguments under ours. */
const optimizers: Readonly<Record<string, Readonly<Record<string, readonly [OptimizerName, Names]>>>> = {
  "torch.optim": {
    SGD: ["sgd", { ...sgdNames, dampening: "dampening" }],
    RMSprop: ["rmsprop", { ...rmspropNames, alpha: "decay", eps: "epsilon" }],
    Adam: ["adam", torchAdam],
    AdamW: ["adamw", torchAdam],
  },
  "keras.optimizers": {
    SGD: ["sgd", sgdNames],
    RMSprop: ["rmsprop", { ...rmspropNames, rho: "decay", epsilon: "epsilon" }],
    Adam: ["adam", kerasAdam],
    AdamW: ["adamw", kerasAdam],
  },
  "tf.compat.v1.train": {
    RMSPropOptimizer: ["rmsprop", { decay: "decay", momentum: "momentum", epsilon: "epsilon", centered: "centered" }],
  },
};

const definitions: Readonly<Record<string, readonly [definition: string, rate: string]>> = {
  "torch.optim": ["pytorch", "lr"],
  "keras.optimizers": ["keras", "learning_rate"],
  "tf.compat.v1.train": ["tensorflow1", "learning_rate"],
};

/** Arguments that are no part of an optimizer with us. */
const beside = ["clipnorm", "global_clipnorm", "clipvalue", "gradient_accumulation_steps"];
const averaging = ["use_ema", "ema_momentum", "ema_overwrite_frequency"];

/** How a library's optimizer is written with us. `resolved` is asked for the rate that is not in a configuration. */
export function libraryOf({
  library,
  optimizer,
  resolved,
}: Pick<OptimizerCase, "library" | "optimizer" | "resolved">): Library {
  const [name, names] = optimizers[library]?.[optimizer] ?? [];
  const [definition, rate] = definitions[library] ?? [];
  if (name === undefined || names === undefined || rate === undefined)
    throw new Error(`unknown optimizer ${library} ${optimizer}`);
  return {
    rate,
    rateDefault: numberOf(resolved ?? {}, rate, Number.NaN),
    names,
    optimizer(config) {
      const { betas, ...options } = translate<Record<string, unknown>>(config, names, [rate, ...beside, ...averaging]);
      const [beta1, beta2] = Array.isArray(betas) ? betas : [options.beta1, options.beta2];
      return defineOptimizer({ ...options, beta1, beta2, name, definition } as OptimizerChoice);
    },
  };
}

/** How far our defaults are from what the library says it used. */
function defaultsError(
  optimizer: Optimizer,
  { resolved }: OptimizerCase,
  { names, optimizer: define }: Library,
): number {
  if (resolved === undefined) return 0;
  const said = define(Object.fromEntries(Object.entries(resolved).filter(([name]) => name in names)));
  return JSON.stringify(said) === JSON.stringify(optimizer) ? 0 : Number.POSITIVE_INFINITY;
}

function clippingOf(config: Config): Clipping | undefined {
  if (config.global_clipnorm !== undefined)
    return { name: "global-norm", definition: "keras", limit: numberOf(config, "global_clipnorm") };
  if (config.clipnorm !== undefined) return { name: "norm", limit: numberOf(config, "clipnorm") };
  if (config.clipvalue !== undefined) return { name: "value", limit: numberOf(config, "clipvalue") };
  return undefined;
}

function movingAverageOf(config: Config): MovingAverage | undefined {
  if (config.use_ema !== true) return undefined;
  const overwriteEvery = config.ema_overwrite_frequency;
  return {
    definition: "keras",
    decay: numberOf(config, "ema_momentum", 0.99),
    ...(typeof overwriteEvery === "number" ? { overwriteEvery } : {}),
  };
}
