// The words in which fixtures say what is built and trained, read into ours. A word not known here ends the case.

import { defineOptimizer, type Optimizer } from "../../src/optimize/optimizers.ts";
import { convolutions, type ParameterInfo } from "../../src/models/parameters.ts";
import { notCovered, requireKnown } from "./check.ts";

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

interface Arguments {
  readonly type: string;
  readonly [argument: string]: unknown;
}

export interface OptimizerSetting {
  readonly optimizer: Optimizer;
  readonly learningRate: number;
}

/** Arguments of torch.optim in PyTorch's names. */
export function torchOptimizer({ type, ...given }: Arguments): OptimizerSetting {
  const shared = { definition: "pytorch" as const, weightDecay: numberOr(given.weight_decay) };
  const { momentum, nesterov, dampening, betas, eps, alpha, amsgrad, centered, lr } = given;
  const descent = { momentum: numberOr(momentum), nesterov: flagOr(nesterov), dampening: numberOr(dampening) };
  const [beta1, beta2] = Array.isArray(betas) ? betas.map(numberOr) : [];
  const moments = { beta1, beta2, epsilon: numberOr(eps), amsgrad: flagOr(amsgrad) };
  const square = {
    decay: numberOr(alpha),
    epsilon: numberOr(eps),
    momentum: numberOr(momentum),
    centered: flagOr(centered),
  };
  const known: Readonly<Record<string, readonly [keys: readonly string[], make: () => Optimizer]>> = {
    SGD: [
      ["momentum", "nesterov", "dampening"],
      () => defineOptimizer({ name: "sgd", ...shared, ...definedIn(descent) }),
    ],
    RMSprop: [
      ["momentum", "alpha", "eps", "centered"],
      () => defineOptimizer({ name: "rmsprop", ...shared, ...definedIn(square) }),
    ],
    Adam: [["betas", "eps", "amsgrad"], () => defineOptimizer({ name: "adam", ...shared, ...definedIn(moments) })],
    AdamW: [["betas", "eps", "amsgrad"], () => defineOptimizer({ name: "adamw", ...shared, ...definedIn(moments) })],
  };
  const [keys, make] = known[type] ?? notCovered(`torch.optim.${type}`);
  requireKnown(`torch.optim.${type}`, given, ["lr", "weight_decay", ...keys]);
  return { optimizer: make(), learningRate: numberOr(lr) ?? notCovered(`torch.optim.${type} without lr`) };
}

/** `{ type: "adam" }`: keras.optimizers.Adam with its defaults. */
export function kerasOptimizer({ type, ...given }: Arguments): OptimizerSetting {
  if (type !== "adam") return notCovered(`Keras optimizer "${type}"`);
  requireKnown("Keras Adam", given, ["learning_rate", "lr"]);
  const learningRate = numberOr(given.learning_rate ?? given.lr) ?? 1e-3;
  return { optimizer: defineOptimizer({ name: "adam", definition: "keras" }), learningRate };
}

function stageOf(block: string): number {
  return Number(block.slice("features.".length));
}

function numberOr(value: unknown): number | undefined {
  return value === undefined || typeof value === "number" ? value : notCovered(`${JSON.stringify(value)} for a number`);
}

function flagOr(value: unknown): boolean | undefined {
  return value === undefined || typeof value === "boolean" ? value : notCovered(`${JSON.stringify(value)} for a flag`);
}
