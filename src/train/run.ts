// A whole run: from a folder of photos to a folder with a model and a report. Yields what happens; writes only what must
// be on disk.

import { nowMs, timestamp } from "../clock.ts";
import { fileStorage } from "../data/storage.ts";
import { fail } from "../errors.ts";
import { elementCount } from "../ir/tensor-type.ts";
import { blocks } from "../models/card.ts";
import { defineOptimizer } from "../optimize/optimizers.ts";
import { countsOf, imbalanceOf, lossTermsOf } from "./balance.ts";
import { loadBase } from "./base.ts";
import { type Checkpoint, dropCheckpoints } from "./checkpoint.ts";
import { openCheckpoints, partOf, snapshotOf } from "./checkpoints.ts";
import type { RunConfig } from "./config.ts";
import type { Phase, RunEvent, StagePlan, Stopping } from "./events.ts";
import { keptFeed, pixelFeed } from "./feed.ts";
import { goldenFor } from "./golden.ts";
import { goldenAnswers } from "./golden-answers.ts";
import type { Kept } from "./keep.ts";
import { keepForStages } from "./keep-stages.ts";
import { findingCounts, lookAt } from "./look.ts";
import { peakMemoryBytes } from "./machine.ts";
import { modelFile } from "./model-file.ts";
import { hashDigests, hashParameters } from "./parameter-hash.ts";
import { buildNetwork, cutAt, type PlannedStage, planStages, type RunNetwork } from "./plan.ts";
import { findWeights, withoutPassword } from "./published-weights.ts";
import { evaluationOf, type Report, type StageReport } from "./report.ts";
import { findResumable, type Resumable, type ResumeInput } from "./resume.ts";
import { divideAgain, listPictures, type RunData } from "./run-data.ts";
import { createRunFolder, openRunFolder, type RunFolder } from "./run-folder.ts";
import { differences, type ImageLine, imageLines, skippedIn } from "./run-images.ts";
import { predictAll, runStage, type StageResult, type StageWork } from "./stage.ts";
import { kerasStatistics } from "./statistics.ts";
import { openStepper, type Parameters, type Stepper } from "./stepper.ts";
import { version, versions } from "./version.ts";
import { openViews } from "./views.ts";

/** What a run goes on from, if it does not begin. */
interface Interrupted extends Checkpoint {
  readonly images: readonly ImageLine[];
}

interface Work {
  readonly config: RunConfig;
  readonly stopping: Stopping;
  readonly folder: RunFolder;
  readonly from: Interrupted | undefined;
  /** Of the next checkpoint. */
  readonly number: number;
}

/** Runs a strategy. The result is also in the run folder, as report.json. */
export async function* run(config: RunConfig, stopping: Stopping): AsyncGenerator<RunEvent, Report> {
  const folder = await createRunFolder(config.out);
  return yield* logged(folder, work({ config, stopping, folder, from: undefined, number: 0 }), []);
}

/** Goes on with an interrupted run from its last checkpoint, or with a finished one for more epochs. */
export async function* resumeRun(input: ResumeInput, stopping: Stopping): AsyncGenerator<RunEvent, Report> {
  const folder = await openRunFolder(input.run);
  let found: Resumable;
  try {
    found = await findResumable(input);
    await folder.writeJson("run.json", found.record);
    await folder.dropEvents(found.checkpoint.state.eventsBytes);
  } catch (error) {
    await folder.close();
    throw error;
  }
  const { config, checkpoint, images } = found;
  const told = checkpoint.state.position === null ? (["start"] as const) : (["start", "stage"] as const);
  const resumed = work({ config, stopping, folder, from: { ...checkpoint, images }, number: checkpoint.number + 1 });
  return yield* logged(folder, resumed, told);
}

/** Passes events on and writes them down, but for the first of those types which are in the file already. */
async function* logged(
  folder: RunFolder,
  events: AsyncGenerator<RunEvent, Report>,
  told: readonly RunEvent["type"][],
): AsyncGenerator<RunEvent, Report> {
  const known = new Set(told);
  try {
    for (let next = await events.next(); ; next = await events.next()) {
      if (next.done) return next.value;
      if (next.value.type !== "progress" && !known.delete(next.value.type)) await folder.log(next.value);
      yield next.value;
    }
  } finally {
    await folder.close();
  }
}

async function* work({ config, stopping, folder, from, number }: Work): AsyncGenerator<RunEvent, Report> {
  const watch = stopwatch(from?.state.seconds);
  const listed = yield* listPictures(config);
  watch.lap("read");
  const weightsFile = yield* findWeights(config, stopping);
  watch.lap("download");
  const base = await loadBase(config, listed.classes.length, weightsFile?.path);
  if (from !== undefined && base.hash !== from.state.weightsHash)
    fail("run/changed", {
      path: folder.path,
      what: "options",
      changes: [`the weights "${config.weights}" are others`],
    });
  const { network, parameters } = base;
  const planned = planStages(network, config.strategy.stages);
  const drawing = { seed: config.seed, augment: config.augment };
  const views = openViews({ ...drawing, format: network.format, workers: config.threads });
  const kept = new Map<number, Kept>();
  try {
    const surroundings = { config, network, parameters, planned, views };
    const looked = from === undefined ? yield* lookAt(listed, views.examine, config) : undefined;
    const data = looked?.data ?? divideAgain(listed, skippedIn(from!.images), config);
    const changes = from === undefined ? [] : differences(from.images, data);
    if (changes.length > 0) fail("run/changed", { path: folder.path, what: "data", changes });
    const plans = planned.map((stage) => describe(stage, data, config));
    const about = { version, classes: data.classes, dataFingerprint: data.fingerprint };
    const recorded = withoutPassword(config);
    if (looked !== undefined) {
      await folder.writeJson("audit.json", looked.audit);
      await folder.writeLines("images.jsonl", imageLines(data));
      await folder.writeJson("labels.json", data.classes);
      const origin = { config: recorded, weightsHash: base.hash, weightsFile };
      await folder.writeJson("run.json", { ...about, versions: versions(), startedAt: timestamp(), ...origin });
    }
    const images = { train: data.train.length, validation: data.validation.length, test: data.test.length };
    const noticed = looked === undefined ? {} : { noticed: findingCounts(looked.audit) };
    const counts = countsOf(
      data.train.map(({ label }) => label),
      data.classes.length,
    );
    const imbalance = config.balance === "none" ? imbalanceOf(data.classes, counts) : undefined;
    yield {
      ...{ type: "start", out: config.out, classes: data.classes, images, skipped: data.skipped, stages: plans },
      ...noticed,
      ...(imbalance !== undefined && { imbalance }),
    };
    watch.lap("read");

    const reports: StageReport[] = [...(from?.state.reports ?? [])];
    let best: StageResult["best"] = from?.state.before ?? undefined;
    const moved = (stage: number) => planned.slice(0, stage + 1).flatMap(({ moves }) => [...moves]);
    const checkpoints = openCheckpoints({
      storage: fileStorage,
      folder: folder.checkpoints,
      ...config.checkpoint,
      number,
      clock: nowMs,
      state: async (stage) => ({
        ...{
          config: recorded,
          dataFingerprint: data.fingerprint,
          weightsHash: base.hash,
          stage,
          reports: [...reports],
        },
        ...{ before: best ?? null, seconds: watch.all(), eventsBytes: await folder.syncEvents() },
      }),
      parameters: (stage) => new Map([...new Set(moved(stage))].map((name) => [name, parameters.get(name)!])),
    });
    if (from === undefined) await checkpoints.save(0);
    else for (const [name, values] of partOf(from.tensors, "parameter")) parameters.get(name)!.set(values);
    let judged: Pick<Report, "validation" | "test"> | undefined;
    for (const [index, plan] of planned.entries()) {
      if (index < (from?.state.stage ?? 0)) continue;
      yield { type: "stage", stage: index, plan: plans[index]! };
      // what was computed when the parameters were loaded holds until something has learnt
      const known = index === 0 && from === undefined ? base.digests : undefined;
      if (plan.boundary !== "image" && !kept.has(index)) {
        yield* keepForStages({ ...surroundings, known }, data, index, kept, stopping);
        watch.lap("trunk");
        if (!kept.has(index)) break;
      }
      const frozen = [...parameters.keys()].filter((name) => !plan.moves.has(name));
      const before = hashDigests(parameters, frozen, known);
      const stageWork: StageWork = {
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
        stepper: openStage({ config, network, parameters, plan, counts }),
        moving: new Map([...parameters].filter(([name]) => plan.moves.has(name))),
        dropoutUnits: base.dropoutUnits,
        before: best,
        stopping,
        epochsBefore: planned.slice(0, index).reduce((total, { stage }) => total + stage.epochs, 0),
        clock: nowMs,
        from: index === from?.state.stage ? snapshotOf(from) : undefined,
        lastCheckpoint: checkpoints.last,
        pause: (place, take) => checkpoints.offer(index, place, take),
      };
      const result = yield* runStage(stageWork);
      best = result.best;
      watch.lap("train");
      watch.move("train", "waiting", result.waitingSeconds);
      judged = await judgeAll(stageWork, data);
      await stageWork.stepper.close();
      watch.lap("evaluate");
      const hashes = { tensors: frozen.length, before, after: hashDigests(parameters, frozen) };
      const { epochs: epochsDone, bestEpoch, reason } = result;
      reports.push({ ...plans[index]!, epochsDone, bestEpoch, reason, learnt: [...plan.learns], frozen: hashes });
      if (reason === "stopped") break;
    }
    if (judged === undefined) return fail("train/stopped-early", {});

    const parametersHash = hashParameters(parameters, [...parameters.keys()]);
    const card = { ...about, inputFormat: network.format, strategy: config.strategy.name, parametersHash };
    const model = modelFile(network, parameters, card);
    await folder.writeModel(model);
    const answers = await goldenAnswers(network, parameters, config.threads);
    await folder.writeJson("golden.json", goldenFor(answers, "model.onnx", model));
    watch.lap("write");
    const report: Report = {
      ...about,
      strategy: config.strategy.name,
      images,
      skipped: data.skipped,
      parametersHash,
      stages: reports,
      ...judged,
      seconds: watch.all(),
      peakMemoryBytes: peakMemoryBytes(),
      stopped: reports.length < planned.length || reports.at(-1)?.reason === "stopped",
    };
    await folder.writeJson("report.json", report);
    if (!report.stopped) await dropCheckpoints(fileStorage, folder.checkpoints, 1);
    yield { type: "end", out: config.out, report };
    return report;
  } finally {
    await views.close();
    for (const rows of new Set(kept.values())) await rows.close();
  }
}

function describe(
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

interface StageProgram {
  readonly config: RunConfig;
  readonly network: RunNetwork;
  readonly parameters: Parameters;
  readonly plan: PlannedStage;
  /** Images to learn from in each class. */
  readonly counts: readonly number[];
}

function openStage({ config, network, parameters, plan, counts }: StageProgram): Stepper {
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

/** The best parameters of a stage, judged on everything that was held back. */
async function judgeAll(
  work: StageWork,
  { validation, test, classes }: RunData,
): Promise<Pick<Report, "validation" | "test">> {
  const evaluate = async (images: RunData["validation"]) => {
    const { probabilities, losses } = await predictAll(work, images);
    return evaluationOf(images, classes, probabilities, losses);
  };
  return { validation: await evaluate(validation), test: test.length === 0 ? null : await evaluate(test) };
}

/** Seconds by phase: each lap adds the time since the last one to a phase. */
function stopwatch(before: Readonly<Record<string, number>> = {}) {
  const byPhase: Record<string, number> = { ...before };
  let lastMs = nowMs();
  const add = (phase: string, seconds: number) => {
    byPhase[phase] = (byPhase[phase] ?? 0) + seconds;
  };
  return {
    lap(phase: Phase) {
      const now = nowMs();
      add(phase, (now - lastMs) / 1000);
      lastMs = now;
    },
    move(from: Phase, to: string, seconds: number) {
      add(from, -seconds);
      add(to, seconds);
    },
    all: () => ({ ...byPhase }),
  };
}
