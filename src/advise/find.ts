// From photos to a strategy with evidence: probes of the frozen network, trials within the time, the gate. Writes what it
// finds into the run's folder as it goes, so that an interrupted search loses one trial at most.

import { nowMs } from "../clock.ts";
import { headLogits } from "../head/standardise.ts";
import { accuracyInterval } from "../metrics.ts";
import { networkCost } from "../models/cost.ts";
import type { Advice, CandidateRecord } from "../train/advice.ts";
import { checkLabelsBy } from "../train/check-labels.ts";
import type { RunEvent } from "../train/events.ts";
import { judgementOf } from "../train/judgement.ts";
import type { OpenRun } from "../train/open-run.ts";
import { openSource, type SourcePictures } from "../train/source-pictures.ts";
import type { TrialRecord } from "../train/trial-record.ts";
import { aboutTask } from "./about-task.ts";
import { linearName, type Option, optionsFrom } from "./candidates.ts";
import { type Costs, costsOf } from "./cost.ts";
import { type KeptFeatures, keepFeatures } from "./depths.ts";
import { explain } from "./explain.ts";
import { forgetful } from "./forgetting.ts";
import { choose } from "./gate.ts";
import { measurePace } from "./pace.ts";
import { type Probe, type Probes, probeDepths, startingHead } from "./probes.ts";
import { planOf, runTrial, type TrialStart } from "./run-trial.ts";
import { bestOf, nextTrial, type SearchSpace } from "./search.ts";
import { spaceOf } from "./space.ts";
import { readTrials, type Trial, writeTrial } from "./trial-files.ts";

/** What was found, with everything that making a model of it needs. */
export interface Found {
  readonly advice: Advice;
  readonly option: Option;
  readonly probes: Probes;
  /** Pictures of what the weights were trained on, where some are named. */
  readonly source: SourcePictures | undefined;
  readonly kept: KeptFeatures;
  readonly start: TrialStart;
  /** Whether it was asked to stop before it was done. */
  readonly stopped: boolean;
}

/** Parameters of so many trials are kept. */
const keptTrials = 4;

/**
 * Finds a strategy.
 *
 * @returns undefined when it was stopped before the frozen network had seen every picture; else whoever called closes `kept`
 */
export async function* findStrategy(open: OpenRun): AsyncGenerator<RunEvent, Found | undefined> {
  const { config, data, stopping, folder } = open;
  const space = spaceOf(config, data.train.length);
  const kept = yield* keepFeatures(open, boundariesOf(open, space));
  if (kept === undefined) return undefined;
  try {
    const probes = yield* probeDepths(open, kept);
    const { depths: telling } = probes.multiDepth ?? probes.linear;
    await checkLabelsBy(open, async (images) => (await kept.read(images, telling)).features);
    const source = yield* openSource(open);
    const start = await startWith(open, kept, probes.linear);
    const trials = [...(await readTrials(folder.trials))];
    const costs = costsOf(open, kept.imagesPerSecond ?? (await measurePace(open)));
    const ended =
      probes.linear.record.validationAccuracy === 1 ? "nothing gained" : yield* makeTrials(start, space, costs, trials);
    const options = yield* optionsFrom(start, probes, trials);
    const { option, candidates } = gate(options, yield* forgetful(start, options, source));
    const records = trials.map(({ record }) => record);
    const advice = {
      ...(await aboutTask(open, kept, probes)),
      costs: space.unfreeze.map((unfreeze) => ({ unfreeze, ...costs(unfreeze, records) })),
      trials: records,
      candidates,
      chosen: { name: option.name, kind: option.kind, settings: option.trial?.settings ?? null },
      budgetSeconds: config.search!.budgetSeconds,
      spentSeconds: spentOn(records),
      outOfTime: ended === "out of time",
    };
    const told: Advice = { ...advice, ...explain({ ...advice, classes: data.classes.length }) };
    await folder.writeJson("advice.json", told);
    return { advice: told, option, probes, source, kept, start, stopped: stopping() };
  } catch (error) {
    await kept.close();
    throw error;
  }
}

/** What trials begin with, judged on the held-back pictures. */
async function startWith(open: OpenRun, kept: KeptFeatures, linear: Probe): Promise<TrialStart> {
  const { data } = open;
  const head = await startingHead(open, kept, linear, data.train);
  const { features } = await kept.read(data.validation, linear.depths);
  return { open, kept, head, result: judgementOf(headLogits(head, features), data.validation, data.classes.length) };
}

async function* makeTrials(
  start: TrialStart,
  space: SearchSpace,
  costs: Costs,
  trials: Trial[],
): AsyncGenerator<RunEvent, "all tried" | "out of time" | "nothing gained" | "stopped"> {
  const { open } = start;
  const { search } = open.config;
  const heldBack = open.data.validation.length;
  while (!open.stopping()) {
    const records = trials.map(({ record }) => record);
    const secondsLeft = search!.budgetSeconds - spentOn(records);
    const costOf = (unfreeze: string) => costs(unfreeze, records);
    const next = secondsLeft > 0 ? nextTrial(space, { trials: records, secondsLeft, costOf, heldBack }) : outOfTime;
    if (next.settings === null) return next.because;
    const place = { number: (records.at(-1)?.number ?? 0) + 1, rung: next.rung };
    const made = yield* runTrial(start, next.settings, place, nowMs() + secondsLeft * 1000);
    if (made === undefined) break;
    const { trial, moved } = made;
    trials.push(trial);
    await writeTrial(open.folder.trials, trial, moved, worthKeeping([...records, trial.record], heldBack));
    yield { type: "trial", trial: trial.record };
  }
  return "stopped";
}

const outOfTime = { settings: null, because: "out of time" } as const;

/** The best trials, those of later rungs first. */
function worthKeeping(records: readonly TrialRecord[], heldBack: number): readonly TrialRecord[] {
  const kept: TrialRecord[] = [];
  let rest = records.filter(({ bestEpoch }) => bestEpoch > 0);
  while (kept.length < keptTrials && rest.length > 0) {
    const rung = Math.max(...rest.map((record) => record.rung));
    const next = bestOf(
      rest.filter((record) => record.rung === rung),
      heldBack,
    )!;
    kept.push(next);
    rest = rest.filter((record) => record !== next);
  }
  return kept;
}

function spentOn(trials: readonly TrialRecord[]): number {
  return trials.reduce((total, { seconds }) => total + seconds, 0);
}

/** What all trials begin with may take so many bytes; else only what the first of them does is kept ahead. */
const aheadBytes = 1e9;

/** Where trials are cut, as far as that is worth keeping before it is known which of them will be made. */
function boundariesOf(open: OpenRun, { unfreeze }: SearchSpace): readonly string[] {
  const { network, data } = open;
  const { size } = network.format;
  const names = unfreeze.map((amount) => planOf(open, { unfreeze: amount, learningRate: 1, epochs: 1 }).boundary);
  const wanted = [...new Set(names)].filter((name) => name !== "image");
  const costs = networkCost(network.width, [size, size]).boundaries.filter(({ name }) => wanted.includes(name));
  const elements = costs.reduce((total, cost) => total + cost.elements, 0);
  const images = data.train.length + data.validation.length + data.test.length;
  return elements * images * 4 <= aheadBytes ? wanted : wanted.slice(0, 1);
}

/**
 * Judged by turns there is nothing that chance could have picked out for the very pictures it is judged on, and so few never
 * show a difference of a standard error: what does best is taken.
 */
const levelByTurns = 0.5;

/** @param forgetful - names of those that have forgotten too much to be chosen */
function gate(
  options: readonly Option[],
  forgetful: ReadonlySet<string>,
): { option: Option; candidates: readonly CandidateRecord[] } {
  const linear = options.find(({ name }) => name === linearName)!;
  const least = shareOf(linear.heldBack.right);
  const allowed = options.filter(({ name, heldBack }) => !forgetful.has(name) && shareOf(heldBack.right) >= least);
  const byTurns = options.some(({ right, heldBack }) => right.length > heldBack.right.length);
  const rule = { floor: linearName, level: byTurns ? levelByTurns : undefined };
  const { chosen, compared } = choose(allowed, rule);
  const everyone = choose(options, rule).compared;
  const candidates = options.map((option): CandidateRecord => {
    const own = compared.find(({ name }) => name === option.name);
    const found = own ?? everyone.find(({ name }) => name === option.name)!;
    const { right, losses } = option.heldBack;
    const accuracy = shareOf(right);
    return {
      name: option.name,
      kind: option.kind,
      accuracy,
      accuracyInterval: accuracyInterval(accuracy, right.length),
      loss: losses.reduce((total, loss) => total + loss, 0) / losses.length,
      compared: { pictures: option.right.length, accuracy: found.accuracy },
      onlyThis: found.onlyThis,
      onlyBest: found.onlyBest,
      p: found.p,
      verdict: own?.verdict ?? (forgetful.has(option.name) ? "forgets too much" : "below the linear head"),
      trial: option.trial?.number ?? null,
      share: option.share ?? null,
    };
  });
  return { option: options.find(({ name }) => name === chosen.name)!, candidates };
}

function shareOf(right: Uint8Array): number {
  return right.reduce((total, one) => total + one, 0) / right.length;
}
