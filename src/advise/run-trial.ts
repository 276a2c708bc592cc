// One trial: from a linear head behind the last block, some of the base learns for some epochs. What it does to the
// parameters it does to copies; nothing of it is left but its result.

import { nowMs } from "../clock.ts";
import { ReinceptionError } from "../errors.ts";
import type { LinearHead } from "../head/standardise.ts";
import { elementCount } from "../ir/tensor-type.ts";
import type { EpochResult, RunEvent } from "../train/events.ts";
import { type Feed, keptFeed, keptViews, pixelFeed } from "../train/feed.ts";
import { keepBoundaries } from "../train/keep-stages.ts";
import type { OpenRun } from "../train/open-run.ts";
import { type PlannedStage, planStages } from "../train/plan.ts";
import { openStage } from "../train/run-stages.ts";
import { answersOf, runStage, type StageResult, type StageWork } from "../train/stage.ts";
import type { Answers, Parameters, Stepper } from "../train/stepper.ts";
import { fineTuning } from "../train/strategy.ts";
import type { TrialRecord, TrialSettings } from "../train/trial-record.ts";
import { plainView, type RunImage } from "../train/views.ts";
import type { KeptFeatures } from "./depths.ts";
import type { Trial } from "./trial-files.ts";

/** What every trial begins with. */
export interface TrialStart {
  readonly open: OpenRun;
  readonly kept: KeptFeatures;
  readonly head: LinearHead;
  /** Of that head, on the held-back pictures. */
  readonly result: Pick<EpochResult, "validationLoss" | "validationAccuracy">;
}

/** A network of which some may learn, with its programs. */
interface Bench {
  readonly plan: PlannedStage;
  readonly parameters: Parameters;
  readonly moving: Parameters;
  readonly stepper: Stepper;
  readonly feed: Feed;
}

/**
 * Runs a trial.
 *
 * @param deadlineMs - when its time is over; it then ends with the best it has
 * @returns undefined when the whole run is to stop: the trial counts as not made
 */
export async function* runTrial(
  start: TrialStart,
  settings: TrialSettings,
  place: Pick<TrialRecord, "number" | "rung">,
  deadlineMs: number,
): AsyncGenerator<RunEvent, { trial: Trial; moved: Parameters } | undefined> {
  const { open } = start;
  const startedMs = nowMs();
  const bench = yield* openBench(start, settings);
  if (bench === undefined) return undefined;
  const { plan, stepper, moving, feed } = bench;
  try {
    const work: StageWork = {
      index: 0,
      stage: plan.stage,
      config: { ...open.config, strategy: { name: "fine-tuning", hidden: [], stages: [plan.stage] } },
      classes: open.data.classes.length,
      train: open.data.train,
      validation: open.data.validation,
      feed,
      stepper,
      moving,
      dropoutUnits: open.base.dropoutUnits,
      before: start.result,
      stopping: () => open.stopping() || nowMs() > deadlineMs,
      epochsBefore: 0,
      clock: nowMs,
      lastCheckpoint: () => "the beginning of a trial",
      pause: async () => {},
    };
    const result = yield* learning(work);
    if (open.stopping()) return undefined;
    const { epochs, bestEpoch, best, reason, overfitting } = result ?? { ...nothingLearnt, best: start.result };
    const { logits } = await answersOf(work, open.data.validation);
    const seconds = (nowMs() - startedMs) / 1000;
    const record: TrialRecord = {
      ...place,
      settings,
      learningParameters: learningParameters(plan),
      epochsDone: epochs,
      bestEpoch,
      accuracy: best!.validationAccuracy,
      loss: best!.validationLoss,
      seconds,
      secondsPerEpoch: epochs.reduce((total, epoch) => total + epoch.seconds, 0) / Math.max(epochs.length, 1),
      reason: reason === "stopped" ? "budget" : reason,
      overfitting,
    };
    return { trial: { record, validationLogits: logits }, moved: moving };
  } finally {
    await stepper.close();
    open.watch.lap("search");
  }
}

/** Of a trial whose loss was no number any more: it counts as one that has brought nothing. */
const nothingLearnt = { epochs: [], bestEpoch: 0, reason: "diverged", overfitting: null } as const;

/** The stage of a trial; undefined where its loss was no number any more, which is a finding like any other. */
async function* learning(work: StageWork): AsyncGenerator<RunEvent, StageResult | undefined> {
  const stage = runStage(work);
  try {
    for (let next = await stage.next(); ; next = await stage.next()) {
      if (next.done) return next.value;
      const event = next.value;
      if (event.type !== "step") continue;
      const done = (event.epoch - 1) * event.total + event.done;
      const total = event.total * work.stage.epochs;
      yield { type: "progress", phase: "search", done, total, imagesPerSecond: event.imagesPerSecond };
    }
  } catch (error) {
    if (error instanceof ReinceptionError && error.code === "train/loss-not-finite") return undefined;
    throw error;
  }
}

/**
 * Asks a network on the way between the start of a trial and its end.
 *
 * @param ask - gets a function from moved parameters to answers
 */
export async function* withParameters<Result>(
  start: TrialStart,
  settings: TrialSettings,
  ask: (
    answers: (moved: Parameters, images: readonly RunImage[]) => Promise<Answers>,
    beginning: Parameters,
  ) => Promise<Result>,
): AsyncGenerator<RunEvent, Result | undefined> {
  const bench = yield* openBench(start, settings);
  if (bench === undefined) return undefined;
  const { stepper, moving, feed } = bench;
  const { open } = start;
  const beginning = new Map([...moving].map(([name, values]) => [name, values.slice()]));
  try {
    return await ask((moved, images) => {
      for (const [name, values] of moving) values.set(moved.get(name)!);
      return answersOf({ feed, stepper, classes: open.data.classes.length, config: open.config }, images);
    }, beginning);
  } finally {
    await stepper.close();
    open.watch.lap("search");
  }
}

async function* openBench(
  { open, kept, head }: TrialStart,
  settings: TrialSettings,
): AsyncGenerator<RunEvent, Bench | undefined> {
  const { config, network, base, views, drawing, data, stopping } = open;
  const plan = planOf(open, settings);
  let feed: Feed;
  if (plan.boundary === "image") feed = pixelFeed(views, drawing, config.mixing);
  else {
    if (!kept.rows.has(plan.boundary)) {
      const surroundings = { config, network, parameters: open.parameters, views, known: base.digests };
      const wanted = [
        ...keptViews(data.train, config.views, drawing),
        ...[...data.validation, ...data.test].map(plainView),
      ];
      const rows = yield* keepBoundaries(surroundings, [plan.boundary], wanted, stopping);
      if (rows === undefined) return undefined;
      kept.rows.set(plan.boundary, rows.get(plan.boundary)!);
    }
    feed = keptFeed(kept.rows.get(plan.boundary)!, config.views, drawing);
  }
  const parameters = new Map(open.parameters);
  parameters.set("last_linear.weight", Float32Array.from(head.weight));
  parameters.set("last_linear.bias", Float32Array.from(head.bias));
  const moving = new Map([...plan.moves].map((name) => [name, parameters.get(name)!.slice()]));
  for (const [name, values] of moving) parameters.set(name, values);
  return { plan, parameters, moving, feed, stepper: openStage({ ...open, parameters }, plan, open.parameters) };
}

/** What learns with these settings, and where the trunk ends. */
export function planOf(
  { config, network }: Pick<OpenRun, "config" | "network">,
  settings: TrialSettings,
): PlannedStage {
  const { unfreeze, learningRate, epochs } = settings;
  const { stages } = fineTuning({ ...config.search?.settings, unfreeze, learningRate, epochs, hidden: [] });
  return planStages(network, stages)[0]!;
}

function learningParameters({ infos, learns }: PlannedStage): number {
  return infos.reduce((total, { name, shape }) => total + (learns.has(name) ? elementCount(shape) : 0), 0);
}
