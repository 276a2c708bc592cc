// From single options to a strategy: which stages there are, and which number belongs to which. A strategy that is given
// as a value is only checked.

import { fail } from "../errors.ts";
import { parseUnfreeze } from "../models/unfreeze.ts";
import { defineOptimizer, type Optimizer, type OptimizerChoice } from "../optimize/optimizers.ts";
import { asList, checkOption } from "../option-values.ts";
import { flagOf, type OptionName, type OptionValues, options } from "../options.ts";
import { retainOf } from "./resolve-retain.ts";
import {
  automatic,
  featureExtraction,
  fineTuning,
  hybrid,
  type Stage,
  type StageSettings,
  type Strategy,
  type StrategyName,
} from "./strategy.ts";

/** Options that say something about stages, and so stand for a strategy instead of beside one. */
export const strategyOptions = [
  "unfreeze",
  "head",
  "epochs",
  "learningRate",
  "schedule",
  "warmup",
  "optimizer",
  "optimizerDefinition",
  "momentum",
  "nesterov",
  "weightDecay",
  "batchNorm",
  "blockDecay",
  "patience",
  "ema",
  "retain",
  "retainStrength",
] as const satisfies readonly OptionName[];

/** Which strategy is meant where none is named: one with stages as soon as something is said of them. */
export function strategyNameOf(given: GivenOptions): StrategyName {
  return given.strategy ?? (strategyOptions.some((name) => given[name] !== undefined) ? "hybrid" : "auto");
}

/**
 * What is said of the stages that are tried, whatever their rates and epochs.
 *
 * @throws options/not-with, optimize/...
 */
export function settingsOf(given: GivenOptions): StageSettings {
  return {
    optimizer: optimizerOf(given),
    schedule: given.schedule ?? options.schedule.default,
    warmup: given.warmup ?? options.warmup.default,
    batchNorm: given.batchNorm ?? options.batchNorm.default,
    blockDecay: given.blockDecay ?? options.blockDecay.default,
    patience: given.patience ?? null,
    ema: given.ema ?? null,
    retain: retainOf(given),
  };
}

/** Values that have been checked one by one. */
export type GivenOptions = { readonly [K in OptionName]?: OptionValues[K] | undefined };

/**
 * The strategy that options describe.
 *
 * @throws options/not-with, options/stage-count, options/unfreeze..., optimize/...
 */
export function strategyOf(given: GivenOptions): Strategy {
  const strategy = strategyNameOf(given);
  const { unfreeze } = given;
  if (strategy === "auto") {
    const said = strategyOptions.find((name) => given[name] !== undefined);
    if (said === undefined) return automatic;
    const other = "--strategy auto, which finds that out";
    return fail("options/not-with", { option: flagOf(said), other, fix: "Use: --strategy hybrid" });
  }
  if (unfreeze !== undefined) parseUnfreeze(unfreeze);
  const settings: StageSettings & { hidden?: readonly number[] } = {
    ...settingsOf(given),
    ...(given.head !== undefined && { hidden: asList(given.head) }),
  };
  if (strategy === "hybrid") {
    const epochs = forStages(given, "epochs", 2) as readonly [number, number] | undefined;
    const learningRate = forStages(given, "learningRate", 2) as readonly [number, number] | undefined;
    return hybrid({
      ...settings,
      ...(unfreeze !== undefined && { unfreeze }),
      ...(epochs !== undefined && { epochs }),
      ...(learningRate !== undefined && { learningRate }),
    });
  }
  const [epochs] = forStages(given, "epochs", 1) ?? [];
  const [learningRate] = forStages(given, "learningRate", 1) ?? [];
  const one = {
    ...settings,
    ...(epochs !== undefined && { epochs }),
    ...(learningRate !== undefined && { learningRate }),
  };
  if (strategy === "fine-tuning") return fineTuning({ ...one, ...(unfreeze !== undefined && { unfreeze }) });
  for (const name of ["unfreeze", "batchNorm", "blockDecay", "retain"] as const) {
    const other = "--strategy feature-extraction, where only the head learns";
    if (given[name] !== undefined && given[name] !== "none")
      fail("options/not-with", { option: flagOf(name), other, fix: "Use: --strategy hybrid" });
  }
  return featureExtraction(one);
}

/**
 * Checks a strategy that was given as a value, and completes its optimizers.
 *
 * @throws options/..., optimize/...
 */
export function checkStrategy(strategy: Strategy): Strategy {
  if (strategy.stages.length === 0) fail("options/no-stages", {});
  checkOption("strategy", strategy.name);
  if (strategy.hidden.length > 0) checkOption("head", strategy.hidden);
  return { ...strategy, stages: strategy.stages.map(checkStage) };
}

function checkStage(stage: Stage): Stage {
  parseUnfreeze(stage.unfreeze);
  const { epochs, learningRate, schedule, warmup, batchNorm, blockDecay, patience, ema = null } = stage;
  for (const [name, value] of Object.entries({ epochs, learningRate, schedule, warmup, batchNorm, blockDecay }))
    checkOption(name as OptionName, value);
  if (patience !== null) checkOption("patience", patience);
  if (ema !== null) checkOption("ema", ema);
  const { retain } = stage;
  checkOption("retain", retain.method);
  if (retain.method !== "none" && retain.strength !== 0) checkOption("retainStrength", retain.strength);
  return { ...stage, optimizer: defineOptimizer(stage.optimizer) };
}

/** One number for each stage: a single one holds for all. */
function forStages(
  given: GivenOptions,
  name: "epochs" | "learningRate",
  stages: number,
): readonly number[] | undefined {
  const value = given[name];
  if (value === undefined) return undefined;
  const numbers = asList(value);
  if (numbers.length === 1) return Array.from({ length: stages }, () => numbers[0]!);
  if (numbers.length === stages) return numbers;
  const strategy = strategyNameOf(given);
  const example = numbers.slice(0, stages).join(",");
  return fail("options/stage-count", { flag: flagOf(name), given: numbers.length, strategy, stages, example });
}

function optimizerOf(given: GivenOptions): Optimizer {
  const { momentum, nesterov, weightDecay } = given;
  const name = given.optimizer ?? options.optimizer.default;
  const definition = given.optimizerDefinition ?? options.optimizerDefinition.default;
  const other = `--optimizer ${name}`;
  const refuse = (option: OptionName, needed: string) =>
    fail("options/not-with", { option: flagOf(option), other, fix: `Leave it out, or use: --optimizer ${needed}` });
  if (definition === "tensorflow1" && name !== "rmsprop") refuse("optimizerDefinition", "rmsprop");
  if (momentum !== undefined && name !== "sgd" && name !== "rmsprop") refuse("momentum", "sgd");
  if (nesterov === true && name !== "sgd") refuse("nesterov", "sgd");
  const choice = {
    name,
    definition,
    ...(momentum !== undefined && { momentum }),
    ...(nesterov !== undefined && name === "sgd" && { nesterov }),
    ...(weightDecay !== undefined && { weightDecay }),
  } as OptimizerChoice;
  return defineOptimizer(choice);
}
