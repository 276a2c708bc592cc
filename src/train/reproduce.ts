// From everything that a run depends on back to the command line that says it: the inverse of resolve.ts. Says nothing that is
// so anyway, and nothing at all where no command line would give the same run.

import { isDeepStrictEqual } from "node:util";
import { parseOption } from "../option-values.ts";
import { flagOf, type OptionName, optionsOf, specOf } from "../options.ts";
import type { RunConfig, SearchConfig } from "./config.ts";
import { type LearningCommand, resolveConfig, type RetrainOptions } from "./resolve.ts";
import type { RunRecord } from "./run-folder.ts";
import type { Stage } from "./strategy.ts";

/**
 * The command that reproduces a run, into a new folder, as it is typed in a shell.
 *
 * @returns null where no command line says it: its strategy was given as a value in a program
 */
export function reproducingCommand({ config, refitOf }: Pick<RunRecord, "config" | "refitOf">): string | null {
  const typed = refitOf === undefined ? reproducingArguments(config) : refittingArguments(refitOf, config);
  return typed === null ? null : ["reinception", ...typed].map(shellWord).join(" ");
}

/** The same as separate words, without the name of the program. */
export function reproducingArguments(config: RunConfig): readonly string[] | null {
  const command = commandOf(config.search);
  let given = allOptions(config, command);
  if (!says(given, config, command)) return null;
  for (const name of Object.keys(given) as OptionName[]) {
    if (name === "strategy") continue; // which one it was is worth a word, even where other options imply it
    const { [name]: _, ...rest } = given;
    if (says(rest, config, command)) given = rest;
  }
  return [
    command,
    ...config.data,
    ...Object.entries(given).flatMap(([name, value]) => words(name as OptionName, value)),
  ];
}

/** The head alone is fitted, on what that run has left. */
function refittingArguments(of: string, { corrections, threads }: RunConfig): readonly string[] {
  return ["refit", of, ...(corrections ? [] : [flagOf("corrections")]), flagOf("threads"), String(threads)];
}

type Given = Readonly<Partial<Record<OptionName, readonly string[] | true>>>;

function words(name: OptionName, value: readonly string[] | true): readonly string[] {
  return value === true ? [flagOf(name)] : value.flatMap((one) => [flagOf(name), one]);
}

/** Machines differ in their cores, and runs with the number of threads: it is always said. */
const elsewhere = { folder: "/", today: "", cores: 0, exists: () => false };

/** Whether options, read as they are typed, give this very run. */
function says(given: Given, config: RunConfig, command: LearningCommand): boolean {
  try {
    const values = Object.entries(given).map(([name, value]) => {
      const spec = specOf(name as OptionName);
      if (value === true) return [name, !("default" in spec)]; // what is on anyway is switched off
      const parsed = value.map((one) => parseOption(name as OptionName, one));
      return [name, spec.kind === "texts" ? parsed.flat() : parsed[0]];
    });
    const asked = { ...Object.fromEntries(values), data: config.data } as RetrainOptions;
    return isDeepStrictEqual(
      plain({ ...resolveConfig(asked, elsewhere, command), out: "" }),
      plain({ ...config, out: "" }),
    );
  } catch {
    return false; // what is refused says nothing
  }
}

/** As run.json has it. */
function plain(config: RunConfig): unknown {
  return JSON.parse(JSON.stringify(config));
}

function commandOf(search: SearchConfig | null): LearningCommand {
  if (search === null) return "train";
  if (search.result === "advice") return "advise";
  const { unfreeze, learningRates, epochs, settings } = search;
  const byHand = unfreeze !== null || learningRates !== null || epochs !== null;
  return byHand || !isDeepStrictEqual(plainSettings(settings), usualSettings()) ? "tune" : "train";
}

function usualSettings(): unknown {
  return plainSettings(resolveConfig({ data: "/" }, elsewhere).search!.settings);
}

function plainSettings(settings: SearchConfig["settings"]): unknown {
  return JSON.parse(JSON.stringify(settings));
}

/** Every option that the command has and that has a meaning in this run, said or not. */
function allOptions(config: RunConfig, command: LearningCommand): Given {
  const { search, strategy } = config;
  const stages = search === null ? stageOptions(strategy.stages, config) : searchOptions(search, command);
  const all: Readonly<Partial<Record<OptionName, readonly string[] | true | undefined>>> = {
    ...stages,
    weights: [config.weights],
    weightsMirror: texts(config.weightsMirror),
    width: config.weights === "random" ? texts(config.width) : undefined,
    dropout: texts(config.dropout),
    batchSize: texts(config.batchSize),
    size: texts(config.size),
    augment: [config.augment],
    views: texts(config.views),
    mixup: texts(config.mixing.mixup),
    cutmix: texts(config.mixing.cutmix),
    validation: texts(config.validation),
    groupBy: texts(config.groupBy),
    strict: config.strict ? true : undefined,
    corrections: config.corrections ? undefined : true,
    report: config.report ? undefined : true,
    labelSmoothing: texts(config.loss.labelSmoothing),
    balance: [config.balance],
    l2: texts(config.l2),
    clipNorm: texts(config.clipNorm),
    best: [config.monitor],
    seed: texts(config.seed),
    threads: texts(config.threads),
    cachePrecision: [config.cachePrecision],
    cacheLimit: texts(config.cacheLimit),
    source: config.source.length === 0 ? undefined : config.source,
    maxForgetting: texts(config.maxForgetting),
    checkpointSeconds: texts(config.checkpoint.seconds),
    checkpointSteps: texts(config.checkpoint.steps),
    checkpointsKept: texts(config.checkpoint.keep),
  };
  const own = optionsOf(command);
  return Object.fromEntries(
    Object.entries(all).filter(([name, value]) => value !== undefined && own.includes(name as OptionName)),
  );
}

function texts(value: number | string | null | undefined): readonly string[] | undefined {
  return value === null || value === undefined ? undefined : [String(value)];
}

type Said = Partial<Record<OptionName, readonly string[] | true | undefined>>;

/** Of stages that learn alike; where they do not, no options say it and the comparison finds out. */
function stageOptions(stages: readonly Stage[], { strategy }: RunConfig): Said {
  const last = stages.at(-1);
  if (last === undefined) return { strategy: [strategy.name] };
  return {
    strategy: [strategy.name],
    head: [strategy.hidden.length === 0 ? "linear" : strategy.hidden.join(",")],
    unfreeze: strategy.name === "feature-extraction" ? undefined : [last.unfreeze],
    epochs: [stages.map(({ epochs }) => epochs).join(",")],
    learningRate: [stages.map(({ learningRate }) => learningRate).join(",")],
    ...settingOptions(last, strategy.name === "feature-extraction"),
  };
}

function searchOptions(
  { budgetSeconds, unfreeze, learningRates, epochs, settings }: SearchConfig,
  command: LearningCommand,
): Said {
  return {
    budget: [`${budgetSeconds}s`],
    unfreeze: unfreeze === null ? undefined : [unfreeze.join(",")],
    learningRate: learningRates === null ? undefined : [learningRates.join(",")],
    epochs: epochs === null ? undefined : [epochs.join(",")],
    ...(command === "tune" && settingOptions(settings, false)),
  };
}

/** @param headAlone - where what is said of the base would be refused */
function settingOptions(settings: SearchConfig["settings"], headAlone: boolean): Said {
  const { optimizer, schedule, warmup, batchNorm, blockDecay, patience, ema, retain } = settings;
  return {
    schedule: texts(schedule),
    warmup: texts(warmup),
    ...(optimizer !== undefined && optimizerOptions(optimizer)),
    patience: texts(patience),
    ema: texts(ema),
    ...(!headAlone && {
      batchNorm: texts(batchNorm),
      blockDecay: texts(blockDecay),
      retain: texts(retain?.method),
      retainStrength: retain === undefined || retain.method === "none" ? undefined : texts(retain.strength),
    }),
  };
}

function optimizerOptions(optimizer: NonNullable<SearchConfig["settings"]["optimizer"]>): Said {
  const { name, definition, weightDecay } = optimizer;
  const momentum = "momentum" in optimizer ? optimizer.momentum : undefined;
  const nesterov = "nesterov" in optimizer && optimizer.nesterov === true;
  return {
    optimizer: [name],
    optimizerDefinition: texts(definition),
    weightDecay: texts(weightDecay),
    momentum: texts(momentum),
    nesterov: nesterov && name === "sgd" ? true : undefined,
  };
}

/**
 * A word as a shell takes it. Double quotes are known to every shell; what would still mean something inside them stands in
 * single ones, as POSIX has them.
 */
function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return /["$`!\n]|\\[\\]|\\$/.test(word) ? `'${word.replaceAll("'", `'\\''`)}'` : `"${word}"`;
}
