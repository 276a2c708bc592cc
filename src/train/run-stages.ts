// The stages of a strategy one after the other, each from the best parameters of the one before.

import { elementCount } from "../ir/tensor-type.ts";
import { nowMs } from "../clock.ts";
import { blocks } from "../models/card.ts";
import { defineOptimizer } from "../optimize/optimizers.ts";
import { lossTermsOf } from "./balance.ts";
import { checkLabelsOnce } from "./check-labels.ts";
import { type Checkpoints, partOf, snapshotOf } from "./checkpoints.ts";
import type { RunConfig } from "./config.ts";
import type { RunEvent, StagePlan } from "./events.ts";
import { keptFeed, pixelFeed } from "./feed.ts";
import type { Kept } from "./keep.ts";
import { keepForStages } from "./keep-stages.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { OpenRun } from "./open-run.ts";
import { hashDigests } from "./parameter-hash.ts";
import { buildNetwork, cutAt, type PlannedStage } from "./plan.ts";
import type { StageReport } from "./report.ts";
import type { RunData } from "./run-data.ts";
import { answersOf, runStage, type StageResult, type StageWork } from "./stage.ts";
import { kerasStatistics } from "./statistics.ts";
import { type Answers, openStepper, type Parameters, type Stepper } from "./stepper.ts";
import type { RunImage } from "./views.ts";

export interface StagesProgress {
  readonly reports: StageReport[];
  /** Result of the parameters as they are; undefined before the first judgement. */
  best: StageResult["best"];
}

export interface StagesWork {
  readonly open: OpenRun;
  readonly planned: readonly PlannedStage[];
  readonly plans: readonly StagePlan[];
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
  const { config, network, parameters, data, base, views, drawing, watch, stopping } = open;
  const kept = new Map<number, Kept>();
  let last: StageWork | undefined;
  try {
    for (const [index, plan] of planned.entries()) {
      if (index < (from?.state.stage ?? 0)) continue;
      yield { type: "stage", stage: index, plan: plans[index]! };
      // what was computed when the parameters were loaded holds until something has learnt
      const known = index === 0 && from === undefined ? base.digests : undefined;
      if (plan.boundary !== "image" && !kept.has(index)) {
        yield* keepForStages({ config, network, parameters, planned, views, known }, data, index, kept, stopping);
        watch.lap("trunk");
        if (!kept.has(index)) break;
      }
      if (index === 0) {
        await checkLabelsOnce(open, plan.boundary, kept.get(index));
        watch.lap("check");
      }
      await last?.stepper.close();
      const frozen = [...parameters.keys()].filter((name) => !plan.moves.has(name));
      const before = hashDigests(parameters, frozen, known);
      last = {
        index,
        stage: plan.stage,
        config,
        classes: data.classes.length,
        train: data.train,
        validation: data.validation,
        feed:
          plan.boundary === "image"
            ? pixelFeed(views, drawing, config.mixing)
            : keptFeed(kept.get(index)!, config.views, drawing),
        stepper: openStage(open, plan),
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
      progress.reports.push({
        ...plans[index]!,
        epochsDone,
        bestEpoch,
        reason,
        overfitting,
        learnt: [...plan.learns],
        frozen: hashes,
      });
      if (reason === "stopped") break;
    }
    if (last === undefined) return undefined;
    const asked = last;
    return await after((images) => answersOf(asked, images));
  } finally {
    await last?.stepper.close();
    for (const rows of new Set(kept.values())) await rows.close();
  }
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
  { config, network, parameters, counts }: Pick<OpenRun, "config" | "network" | "parameters" | "counts">,
  plan: PlannedStage,
): Stepper {
  const { classWeights, logitOffsets } = lossTermsOf(config.balance, counts);
  return openStepper({
    network: (batch, learning) => buildNetwork(network, { batch, learning, batchStatistics: plan.batchStatistics }),
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
    threads: config.threads,
  });
}
