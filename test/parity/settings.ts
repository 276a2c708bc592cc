// The words in which fixtures say what is built and trained, read into ours. A word not known here ends the case.

import { convolutions, type ParameterInfo } from "../../src/models/parameters.ts";
import type { Optimizer } from "../../src/optimize/optimizers.ts";
import { notCovered } from "./check.ts";
import { type Config, numberOf } from "./library-config.ts";
import { libraryOf } from "./optimizer-case.ts";

/** "1", "1/16". */
export function widthOf(text: string): number {
  const [, over, under = "1"] = /^(\d+)(?:\/(\d+))?$/.exec(text) ?? [];
  return over === undefined ? notCovered(`width "${text}"`) : Number(over) / Number(under);
}

/** Batch norms which use the statistics of the batch: "batch statistics in features.19-21, running statistics before". */
export function batchStatisticsOf(text: string): ReadonlySet<string> {
  const all = convolutions(1);
  const [, first, last] = /^batch statistics in features\.(\d+)-(\d+), running statistics before$/.exec(text) ?? [];
  const chosen =
    first !== undefined
      ? all.filter(({ block }) => stageOf(block) >= Number(first) && stageOf(block) <= Number(last))
      : /^batch statistics( everywhere)?$/.test(text)
        ? all
        : /^running statistics( everywhere)?$/.test(text)
          ? []
          : notCovered(`batch norms with "${text}"`);
  return new Set(chosen.map(({ name }) => `${name}.bn`));
}

/** Which parameters learn: "every parameter", or blocks and layers of the head by name, comma between them. */
export function learningSetOf(text: string, infos: readonly ParameterInfo[]): ReadonlySet<string> {
  const learnable = infos.filter(({ kind }) => kind !== "mean" && kind !== "variance");
  if (text === "every parameter") return new Set(learnable.map(({ name }) => name));
  const names = text.split(", ").map((place) => {
    const inside = learnable.filter(({ block, layer }) => block === place || (block === "head" && layer === place));
    return inside.length > 0 ? inside.map(({ name }) => name) : notCovered(`learning set "${text}"`);
  });
  return new Set(names.flat());
}

/** How a case is trained: an optimizer of a library and the learning rate of every step. */
export interface OptimizerSetting {
  readonly optimizer: Optimizer;
  readonly learningRate: number;
}

/** `{ type: "SGD", lr: 0.01, momentum: 0.9 }`: torch.optim's arguments. */
export function torchOptimizer({ type, ...config }: { readonly type: string } & Config): OptimizerSetting {
  const { optimizer, rate } = libraryOf({ library: "torch.optim", optimizer: type });
  return { optimizer: optimizer(config), learningRate: numberOf(config, rate) };
}

/** `{ type: "adam" }`: a name that Keras' compile takes, with Keras' defaults. */
export function kerasOptimizer({ type, ...config }: { readonly type: string } & Config): OptimizerSetting {
  const name = { adam: "Adam" }[type] ?? notCovered(`Keras' optimizer "${type}"`);
  const { optimizer, rate } = libraryOf({ library: "keras.optimizers", optimizer: name });
  return { optimizer: optimizer(config), learningRate: numberOf(config, rate, 1e-3) };
}

function stageOf(block: string): number {
  return Number(block.slice("features.".length));
}
