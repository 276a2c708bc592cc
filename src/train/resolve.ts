// From what was asked for to everything that a run depends on: checks it, fills in defaults, makes paths absolute. Reads
// nothing but the names of folders: whether the data is any good is found out by the run.

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { timestamp } from "../clock.ts";
import { cacheLimitOf } from "../data/cache-limit.ts";
import { groupPattern } from "../data/group-pattern.ts";
import { fail } from "../errors.ts";
import { scaledChannels } from "../models/width.ts";
import { asList, checkOption, nearest } from "../option-values.ts";
import { type CommandName, type OptionName, type OptionValues, options, optionsOf } from "../options.ts";
import { isPublished, resolveMirror } from "../pretrained/published.ts";
import type { ClassifierInput } from "./classification.ts";
import type { RunConfig } from "./config.ts";
import type { EvaluateInput } from "./evaluate.ts";
import type { AuditInput } from "./audit.ts";
import { availableCores } from "./machine.ts";
import type { PredictInput } from "./predict.ts";
import type { ResumeInput } from "./resume.ts";
import { forgettingOf } from "./resolve-retain.ts";
import { mixingOf, refuseUselessBalance, viewsOf } from "./resolve-pictures.ts";
import { searchOf, withoutStages } from "./resolve-search.ts";
import { checkStrategy, type GivenOptions, strategyOf, strategyOptions } from "./resolve-strategy.ts";
import { automatic, type Strategy, type StrategyName } from "./strategy.ts";

/** The options that `reinception train` has; those of other commands say so in their row. */
type RunOption = Exclude<
  { [K in OptionName]: "train" extends CommandOf<(typeof options)[K]> ? K : never }[OptionName],
  "strategy" | "json" | "dashboard"
>;
type SearchOption = Exclude<
  { [K in OptionName]: "tune" extends CommandOf<(typeof options)[K]> ? K : never }[OptionName],
  "json"
>;
type CommandOf<Row> = Row extends { readonly commands: readonly (infer Command)[] } ? Command : "train";

/** The commands that look at photos to learn from them. */
export type LearningCommand = "train" | "advise" | "tune";

/** What `retrain` takes: where the photos are, and any of the options of `reinception train`. */
export type RetrainOptions = {
  /**
   * One source or several: a folder with one sub-folder of pictures for each class, a list (.csv, .tsv, .jsonl) with the
   * columns path and label, or a .zip, .tar or .parquet.
   */
  readonly data: string | readonly string[];
  /** By name, or as a value of featureExtraction(), fineTuning() or hybrid(). */
  readonly strategy?: StrategyName | Strategy | undefined;
} & { readonly [K in RunOption]?: OptionValues[K] | undefined };

/** What `advise` and `tune` take; of the options that say how a stage learns, `advise` takes none. */
export type TuneOptions = Pick<RetrainOptions, "data"> & {
  readonly [K in SearchOption]?: OptionValues[K] | undefined;
};

export interface PredictOptions {
  /** A run's folder or a model.onnx. */
  readonly model: string;
  /** Pictures, folders of pictures, patterns like "photos/*.jpg", or the bytes of a picture. */
  readonly images: string | Uint8Array | readonly (string | Uint8Array)[];
  /** Share of the pictures whose true class is to be in the `set` of each, for example 0.95; without it there are no sets. */
  readonly coverage?: number | undefined;
  /** Share of pictures like those held back that may be `rejected` as unlike anything learnt, for example 0.01. */
  readonly reject?: number | undefined;
  readonly batchSize?: number | undefined;
  readonly threads?: number | undefined;
}

export interface ClassifierOptions {
  /** A run's folder or a model.onnx. */
  readonly model: string;
  readonly threads?: number | undefined;
  /** Most pictures that pass the engine at once; 8 if absent. More make answers wait longer and are hardly faster. */
  readonly batchSize?: number | undefined;
  /** Pixels that a picture may have; 50 million if absent. */
  readonly maxPixels?: number | undefined;
}

export interface AuditOptions {
  /** Folder of class folders, or any other source; several are joined. */
  readonly data: string | readonly string[];
  /** What of a run decides how the pictures are divided. */
  readonly validation?: number | undefined;
  readonly groupBy?: string | undefined;
  /** Whether what users have said of pictures since is done; true unless said otherwise. */
  readonly corrections?: boolean | undefined;
  readonly seed?: number | undefined;
}

export interface EvaluateOptions {
  /** A run's folder or a model.onnx. */
  readonly model: string;
  /** One source or several, as for training. */
  readonly data: string | readonly string[];
  readonly batchSize?: number | undefined;
  readonly threads?: number | undefined;
}

export interface ResumeOptions {
  /** A run's folder. */
  readonly run: string;
  /** More epochs than the run was to have: of its last stage, or of each stage. */
  readonly epochs?: OptionValues["epochs"] | undefined;
}

export interface ReportOptions {
  /** A run's folder. */
  readonly run: string;
  readonly threads?: number | undefined;
}

/** What the resolution depends on besides the options. */
export interface Surroundings {
  /** Where relative paths begin, absolute. */
  readonly folder: string;
  /** As in 2026-01-31. */
  readonly today: string;
  readonly cores: number;
  readonly exists: (path: string) => boolean;
}

/**
 * Everything that a run depends on.
 *
 * @throws options/..., optimize/...
 */
export function resolveConfig(
  asked: RetrainOptions,
  surroundings: Surroundings = here(),
  command: LearningCommand = "train",
): RunConfig {
  const { data, strategy: wanted, ...rest } = asked;
  const byValue = typeof wanted === "object" ? wanted : undefined;
  const given = checkAll({ ...rest, strategy: byValue === undefined ? wanted : undefined }, ["data"], command);
  const beside = strategyOptions.find((name) => given[name] !== undefined);
  if (byValue !== undefined && beside !== undefined) fail("options/beside-strategy", { option: beside });
  const tuned = command === "train" ? given : withoutStages(given);
  const strategy = byValue === undefined ? strategyOf(tuned) : checkStrategy(byValue);
  const search = strategy === automatic ? searchOf(given, command) : null;
  if (search === null && given.budget !== undefined)
    fail("options/not-with", {
      option: "--budget",
      other: `--strategy ${strategy.name}, which needs no trials`,
      fix: "Use: --strategy auto",
    });
  const { folder, cores } = surroundings;
  const weights = given.weights ?? options.weights.default;
  if (given.width !== undefined && weights !== "random")
    fail("options/not-with", { option: "--width", other: `--weights ${weights}`, fix: "Use: --weights random" });
  const width = given.width ?? options.width.default;
  scaledChannels(32, width); // refuses widths that leave no whole number of channels
  if (given.weightsMirror !== undefined && !isPublished(weights))
    fail("options/not-with", {
      option: "--weights-mirror",
      other: `--weights ${weights}`,
      fix: "Leave one of the two out.",
    });
  const balance = given.balance ?? options.balance.default;
  refuseUselessBalance(balance, strategy);

  return {
    data: pathsOf(data, "the folder of photos", `reinception ${command} photos`, folder),
    out:
      given.out === undefined
        ? newRunFolder(command === "train" ? strategy.name : command, surroundings)
        : resolve(folder, given.out),
    weights: weights === "small" || weights === "random" || isPublished(weights) ? weights : resolve(folder, weights),
    weightsMirror: given.weightsMirror === undefined ? null : resolveMirror(given.weightsMirror, folder).href,
    width,
    strategy,
    search,
    dropout: given.dropout ?? options.dropout.default,
    batchSize: given.batchSize ?? options.batchSize.default,
    size: given.size ?? null,
    ...viewsOf(given),
    mixing: mixingOf(given, strategy),
    validation: given.validation ?? options.validation.default,
    groupBy: checkGroups(given.groupBy),
    corrections: given.corrections ?? options.corrections.default,
    report: given.report ?? options.report.default,
    strict: given.strict ?? false,
    loss: { labelSmoothing: given.labelSmoothing ?? options.labelSmoothing.default, classWeighting: "keras" },
    balance,
    l2: given.l2 ?? options.l2.default,
    clipNorm: given.clipNorm ?? null,
    monitor: given.best ?? options.best.default,
    seed: given.seed ?? options.seed.default,
    threads: given.threads ?? cores,
    cachePrecision: given.cachePrecision ?? options.cachePrecision.default,
    cacheLimit: cacheLimitOf(given.cacheLimit) ?? null,
    ...forgettingOf(given, strategy, folder),
    checkpoint: {
      seconds: given.checkpointSeconds ?? options.checkpointSeconds.default,
      steps: given.checkpointSteps ?? null,
      keep: given.checkpointsKept ?? options.checkpointsKept.default,
    },
  };
}

/** @throws options/... */
export function resolvePredict(asked: PredictOptions, { folder, cores } = here()): PredictInput {
  const { model, images, coverage, reject, ...rest } = asked;
  const given = checkAll(rest, ["model", "images", "coverage", "reject"]);
  checkAll({ coverage, reject }, [], "predict");
  const example = "reinception predict runs/first photo.jpg";
  const named = typeof images === "string" || images instanceof Uint8Array ? [images] : (images ?? []);
  if (named.length === 0) fail("options/missing", { what: "the picture", example });
  return {
    model: resolve(folder, pathOf(model, "the run or model", example)),
    images: named.map((one) =>
      one instanceof Uint8Array ? one : resolve(folder, pathOf(one, "the picture", example)),
    ),
    ...engineOf(given, cores),
    ...(coverage !== undefined && { coverage }),
    ...(reject !== undefined && { reject }),
  };
}

/** @throws options/... */
export function resolveClassifier(asked: ClassifierOptions, { folder, cores } = here()): ClassifierInput {
  const { model, threads, batchSize, maxPixels } = asked;
  checkAll({ batchSize }, []);
  checkAll({ threads, maxPixels }, ["model", "batchSize"], "serve");
  return {
    model: resolve(folder, pathOf(model, "the run or model", "reinception serve runs/first")),
    threads: threads ?? cores,
    batchSize: batchSize ?? servingBatch,
    maxPixels: maxPixels ?? options.maxPixels.default,
  };
}

/** @throws options/... */
export function resolveResume({ run, ...rest }: ResumeOptions, { folder } = here()): ResumeInput {
  const { epochs } = checkAll(rest, ["run"], "resume");
  return {
    run: resolve(folder, pathOf(run, "the run", "reinception resume runs/first")),
    ...(epochs !== undefined && { epochs: asList(epochs) }),
  };
}

/** @throws options/... */
export function resolveReport({ run, ...rest }: ReportOptions, { folder, cores } = here()) {
  const { threads } = checkAll(rest, ["run"], "report");
  const path = resolve(folder, pathOf(run, "the run", "reinception report runs/first"));
  return { run: path, threads: threads ?? cores, mapSeconds: null };
}

/** @throws options/... */
export function resolveEvaluate(asked: EvaluateOptions, { folder, cores } = here()): EvaluateInput {
  const { model, data, ...rest } = asked;
  const given = checkAll(rest, ["model", "data"]);
  const example = "reinception evaluate runs/first photos";
  return {
    model: resolve(folder, pathOf(model, "the run or model", example)),
    data: pathsOf(data, "the folder of photos", example, folder),
    ...engineOf(given, cores),
  };
}

/** @throws options/... */
export function resolveAudit({ data, ...rest }: AuditOptions, { folder, cores } = here()): AuditInput {
  const given = checkAll(rest, ["data"], "dataset audit");
  return {
    data: pathsOf(data, "the folder of photos", "reinception dataset audit photos", folder),
    validation: given.validation ?? options.validation.default,
    groupBy: checkGroups(given.groupBy),
    corrections: given.corrections ?? options.corrections.default,
    seed: given.seed ?? options.seed.default,
    threads: cores,
  };
}

/** Images that pass the network at once where nothing learns; more only take memory. */
const judgingBatch = 16;
/** Of a classifier that many ask at once: while one batch is under way, the pictures of the next one are decoded. */
const servingBatch = 8;

function engineOf(given: GivenOptions, cores: number) {
  return { batchSize: given.batchSize ?? judgingBatch, threads: given.threads ?? cores };
}

function checkGroups(text: string | undefined): string | null {
  if (text === undefined) return null;
  groupPattern(text); // refuses what is no pattern
  return text;
}

/**
 * Names and values of everything that was given; what is undefined counts as not given.
 *
 * @param others - names of what the function takes besides the options of the command
 * @throws options/unknown, options/value
 */
export function checkAll(
  asked: Readonly<Record<string, unknown>>,
  others: readonly string[],
  command: CommandName = "train",
): GivenOptions {
  const known: readonly string[] = optionsOf(command).filter((name) => name !== "json");
  for (const [name, value] of Object.entries(asked)) {
    if (value === undefined) continue;
    if (!known.includes(name))
      fail("options/unknown", {
        option: name,
        nearest: nearest(name, [...known, ...others]),
        help: `reinception ${command} --help`,
      });
    checkOption(name as OptionName, value);
  }
  return asked as GivenOptions;
}

/** @throws options/missing */
export function pathOf(path: unknown, what: string, example: string): string {
  return typeof path === "string" && path !== "" ? path : fail("options/missing", { what, example });
}

/** One path or several, made absolute. */
function pathsOf(given: unknown, what: string, example: string, folder: string): readonly string[] {
  const paths: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (paths.length === 0) fail("options/missing", { what, example });
  return paths.map((path) => resolve(folder, pathOf(path, what, example)));
}

/** runs/2026-01-31-hybrid, or one like it that is not there yet. */
function newRunFolder(strategy: string, { folder, today, exists }: Surroundings): string {
  return firstFree(resolve(folder, "runs", `${today}-${strategy}`), exists);
}

/** The path itself, or with -2 and so on behind it: the first that is not there yet. */
export function firstFree(plain: string, exists: (path: string) => boolean): string {
  let path = plain;
  for (let count = 2; exists(path); count++) path = `${plain}-${count}`;
  return path;
}

export function here(): Surroundings {
  return { folder: process.cwd(), today: timestamp().slice(0, 10), cores: availableCores(), exists: existsSync };
}
