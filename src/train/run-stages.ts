// The stages of a strategy one after the other, each from the best parameters of the one before.

import { elementCount } from "../ir/tensor-type.ts";
import { nowMs } from "../clock.ts";
import { blocks } from "../models/card.ts";
import { defineOptimizer } from "../optimize/optimizers.ts";
import { lossTermsOf } from "./balance.ts";
import { checkLabelsOnce } from "./check-labels.ts";
import { type Checkpoints, partOf, snapshotOf } from "./checkpoints.ts";
import type { RunConfig } from "./config.ts";
import type { RunEvent, SourceScore, StagePlan } from "./events.ts";
import { type Feed, keptFeed, pixelFeed } from "./feed.ts";
import { besideOriginal, openOriginal, type Original, rehearsing } from "./held-feed.ts";
import { type KeptStage, keepForStages } from "./keep-stages.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { OpenRun } from "./open-run.ts";
import { hashDigests } from "./parameter-hash.ts";
import { buildNetwork, cutAt, type PlannedStage } from "./plan.ts";
import type { StageReport } from "./report.ts";
import { baseLearns, depthsOf, originalsOf, pullOf, termOf } from "./retention.ts";
import type { RunData } from "./run-data.ts";
import type { SourcePictures } from "./source-pictures.ts";
import { answersOf, runStage, type StageResult, type StageWork } from "./stage.ts";
import { kerasStatistics } from "./statistics.ts";
import { type Answers, openStepper, type Parameters, type Stepper } from "./stepper.ts";
import type { RunImage } from "./views.ts";

export interface StagesProgress {
  readonly reports: StageReport[];
  /** Result of the parameters as they are; undefined before the first judgement. */
  best: StageResult["best"];
  /** The head with which the first stage began in which something of the base learns; undefined before that stage. */
  head: Parameters | undefined;
}

export interface StagesWork {
  readonly open: OpenRun;
  readonly planned: readonly PlannedStage[];
  readonly plans: readonly StagePlan[];
  /** The parameters as the run began; see originalParameters. */
  readonly initial: Parameters;
  /** Pictures of what the weights were trained on, where some are named. */
  readonly source?: SourcePictures | undefined;
  /** What is asked of the network after each stage: how much of the source it still knows. */
  readonly look?: ((stage: number) => AsyncGenerator<RunEvent, SourceScore | undefined>) | undefined;
  /** Where an interrupted run left off. */
  readonly from: Checkpoint | undefined;
  readonly checkpoints: Checkpoints;
  /** Grows while the stages run. */
  readonly progress: StagesProgress;
}

/** Answers of the parameters with which the stages ended. */
export type Answering = (images: readonly RunImage[]) => Promise<Answers>;

/**
 * Runs the stages, and then `after` with what can still be asked of the network.
 *
 * @returns what `after` returns; undefined when it was stopped before anything had learnt
 */
export async function* runStages<Result>(
  work: StagesWork,
  after: (answers: Answering) => Promise<Result>,
): AsyncGenerator<RunEvent, Result | undefined> {
  const { open, planned, plans, from, checkpoints, progress } = work;
  const { config, network, parameters, data, base, views, watch, stopping } = open;
  const kept = new Map<number, KeptStage>();
  const initial = { parameters: work.initial, known: base.digests };
  const originals = (plan: PlannedStage) => originalsOf(termOf(plan, base.source));
  const rehearsed = work.source?.rehearsed ?? [];
  let last: StageWork | undefined;
  let original: Original | undefined;
  try {
    for (const [index, plan] of planned.entries()) {
      if (index < (from?.state.stage ?? 0)) continue;
      yield { type: "stage", stage: index, plan: plans[index]! };
      // what was computed when the parameters were loaded holds until something has learnt
      const known = index === 0 && from === undefined ? base.digests : undefined;
      if (plan.boundary !== "image" && !kept.has(index)) {
        const surroundings = { config, network, parameters, planned, views, known, initial, originals, rehearsed };
        yield* keepForStages(surroundings, data, index, kept, stopping);
        watch.lap("trunk");
        if (!kept.has(index)) break;
      }
      if (index === 0) {
        await checkLabelsOnce(open, plan.boundary, kept.get(index)?.rows);
        watch.lap("check");
      }
      await last?.stepper.close();
      await original?.close();
      original = await originalFor(work, plan);
      if (baseLearns(plan)) progress.head ??= headOf(parameters, plan);
      const frozen = [...parameters.keys()].filter((name) => !plan.moves.has(name));
      const before = hashDigests(parameters, frozen, known);
      last = {
        index,
        stage: plan.stage,
        config,
        classes: data.classes.length,
        train: data.train,
        validation: data.validation,
        feed: feedOf(work, plan, kept.get(index), original),
        stepper: openStage(open, plan, work.initial),
        moving: movingOf(parameters, plan),
        dropoutUnits: base.dropoutUnits,
        before: progress.best,
        stopping,
        epochsBefore: planned.slice(0, index).reduce((total, { stage }) => total + stage.epochs, 0),
        clock: nowMs,
        from: index === from?.state.stage ? snapshotOf(from) : undefined,
        lastCheckpoint: checkpoints.last,
        pause: (place, take) => checkpoints.offer(index, place, take),
      };
      const result = yield* runStage(last);
      progress.best = result.best;
      watch.lap("train");
      watch.move("train", "waiting", result.waitingSeconds);
      const hashes = { tensors: frozen.length, before, after: hashDigests(parameters, frozen) };
      const { epochs: epochsDone, bestEpoch, reason, overfitting } = result;
      const source = reason === "stopped" ? undefined : yield* work.look?.(index) ?? none();
      progress.reports.push({
        ...plans[index]!,
        epochsDone,
        bestEpoch,
        reason,
        overfitting,
        learnt: [...plan.learns],
        frozen: hashes,
        ...(source !== undefined && { source }),
      });
      if (reason === "stopped") break;
    }
    if (last === undefined) return undefined;
    const asked = last;
    return await after((images) => answersOf(asked, images));
  } finally {
    await last?.stepper.close();
    await original?.close();
    const all = [...kept.values()].flatMap(({ rows, originals }) => [rows, ...originals.values()]);
    for (const rows of new Set(all)) await rows.close();
  }
}

async function* none(): AsyncGenerator<RunEvent, undefined> {}

/** The original network beside a stage that is held to it and keeps nothing. */
async function originalFor({ open, initial }: StagesWork, plan: PlannedStage): Promise<Original | undefined> {
  const term = termOf(plan, open.base.source);
  const names = originalsOf(term);
  if (plan.boundary !== "image" || names.length === 0) return undefined;
  return openOriginal(open, initial, depthsOf(term), names);
}

function feedOf(
  { open: { config, views, drawing, base }, source }: StagesWork,
  plan: PlannedStage,
  kept: KeptStage | undefined,
  original: Original | undefined,
): Feed {
  const plain = (mixing: RunConfig["mixing"]) =>
    kept === undefined ? pixelFeed(views, drawing, mixing) : keptFeed(kept.rows, config.views, drawing, kept.originals);
  const own = plain(config.mixing);
  const term = termOf(plan, base.source);
  if (term?.method === "rehearsal") {
    const { rehearsed: images } = source!;
    const { classes } = term;
    const rehearsal = { images, classes, each: plan.stage.retain.strength, seed: config.seed, feed: plain(unmixed) };
    return rehearsing(own, rehearsal);
  }
  return original === undefined ? own : besideOriginal(own, original);
}

const unmixed = { mixup: 0, cutmix: 0 };

function headOf(parameters: Parameters, { infos }: PlannedStage): Parameters {
  return new Map(
    infos.flatMap(({ name, block }) => (block === "head" ? [[name, parameters.get(name)!.slice()] as const] : [])),
  );
}

function movingOf(parameters: Parameters, { moves }: PlannedStage): Parameters {
  return new Map([...parameters].filter(([name]) => moves.has(name)));
}

/** Everything that may have moved by the end of stage `stage`. */
export function movedBy(parameters: Parameters, planned: readonly PlannedStage[], stage: number): Parameters {
  const names = new Set(planned.slice(0, stage + 1).flatMap(({ moves }) => [...moves]));
  return new Map([...names].map((name) => [name, parameters.get(name)!]));
}

/** Goes on where an interrupted run left its parameters. */
export function restoreParameters(parameters: Parameters, { tensors }: Checkpoint): void {
  for (const [name, values] of partOf(tensors, "parameter")) parameters.get(name)!.set(values);
}

/** A stage in numbers, before it runs. */
export function describeStage(
  { stage, boundary, learns, infos }: PlannedStage,
  { train }: RunData,
  { batchSize }: RunConfig,
): StagePlan {
  const learning = infos.filter(({ name }) => learns.has(name));
  return {
    unfreeze: stage.unfreeze,
    epochs: stage.epochs,
    stepsPerEpoch: Math.ceil(train.length / batchSize),
    boundary: blocks.find(({ name }) => name === boundary)?.paper ?? boundary,
    learningTensors: learning.length,
    learningParameters: learning.reduce((total, { shape }) => total + elementCount(shape), 0),
  };
}

/** The programs of a stage, which change `parameters` in place. */
export function openStage(
  {
    config,
    network,
    parameters,
    counts,
    base,
  }: Pick<OpenRun, "config" | "network" | "parameters" | "counts"> & {
    readonly base: Pick<OpenRun["base"], "source">;
  },
  plan: PlannedStage,
  initial: Parameters,
): Stepper {
  const { batchStatistics } = plan;
  const retention = termOf(plan, base.source);
  const depths = depthsOf(retention);
  const { classWeights, logitOffsets } = lossTermsOf(config.balance, counts);
  return openStepper({
    network: (batch, learning) => buildNetwork(network, { batch, learning, batchStatistics, depths }),
    cut: (built) => cutAt(built, plan.boundary, config.cachePrecision),
    parameters,
    learns: plan.learns,
    classes: network.head.classes,
    loss: { ...config.loss, classWeights },
    logitOffsets,
    penalty: { factor: config.l2, parameters: plan.kernels },
    optimizer: defineOptimizer(plan.stage.optimizer),
    clipNorm: config.clipNorm,
    rateFactor: (name) => plan.rateFactor.get(name) ?? 1,
    decays: (name) => plan.kernels.has(name),
    statisticsMomentum: kerasStatistics,
    ...(retention !== undefined && { retention, source: base.source?.parameters }),
    pull: pullOf(plan, initial),
    threads: config.threads,
  });
}
