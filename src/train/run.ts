// A whole run: from a folder of photos to a folder with a model and a report. Yields what happens; writes only what must
// be on disk.

import { nowMs, timestamp } from "../clock.ts";
import { fail } from "../errors.ts";
import { elementCount } from "../ir/tensor-type.ts";
import { blocks } from "../models/card.ts";
import { defineOptimizer } from "../optimize/optimizers.ts";
import { loadBase } from "./base.ts";
import type { RunConfig } from "./config.ts";
import type { Phase, RunEvent, StagePlan, Stopping } from "./events.ts";
import { keptFeed, pixelFeed } from "./feed.ts";
import { goldenFor } from "./golden.ts";
import { goldenAnswers } from "./golden-answers.ts";
import { hashParameters, type Kept } from "./keep.ts";
import { keepForStages, keptAlready } from "./keep-stages.ts";
import { modelFile } from "./model-file.ts";
import { buildNetwork, cutAt, type PlannedStage, planStages, type RunNetwork } from "./plan.ts";
import { evaluationOf, type Report, type StageReport } from "./report.ts";
import { divide, leaveOutUnreadable, listPictures, type RunData } from "./run-data.ts";
import { createRunFolder, type RunFolder } from "./run-folder.ts";
import { predictAll, runStage, type StageResult, type StageWork } from "./stage.ts";
import { kerasStatistics } from "./statistics.ts";
import { openStepper, type Parameters, type Stepper } from "./stepper.ts";
import { version, versions } from "./version.ts";
import { openViews } from "./views.ts";

/** Runs a strategy. The result is also in the run folder, as report.json. */
export async function* run(config: RunConfig, stopping: Stopping): AsyncGenerator<RunEvent, Report> {
  const folder = await createRunFolder(config.out);
  const events = work(config, stopping, folder);
  try {
    for (let next = await events.next(); ; next = await events.next()) {
      if (next.done) return next.value;
      if (next.value.type !== "progress") await folder.log(next.value);
      yield next.value;
    }
  } finally {
    await folder.close();
  }
}

async function* work(config: RunConfig, stopping: Stopping, folder: RunFolder): AsyncGenerator<RunEvent, Report> {
  const watch = stopwatch();
  const listed = yield* listPictures(config);
  const base = await loadBase(config, listed.classes.length);
  const { network, parameters } = base;
  const planned = planStages(network, config.strategy.stages);
  const views = openViews({ format: network.format, seed: config.seed, workers: config.threads });
  const kept = new Map<number, Kept>();
  try {
    const surroundings = { config, network, parameters, planned, views };
    const readable = yield* leaveOutUnreadable(listed, views, await keptAlready(surroundings));
    const data = divide(readable, config);
    const plans = planned.map((stage) => describe(stage, data, config));
    const about = { version, classes: data.classes, dataFingerprint: data.fingerprint };
    const started = { ...about, versions: versions(), startedAt: timestamp(), config, weightsHash: base.hash };
    await folder.writeJson("run.json", started);
    await folder.writeJson("labels.json", data.classes);
    const images = { train: data.train.length, validation: data.validation.length, test: data.test.length };
    yield { type: "start", out: config.out, classes: data.classes, images, skipped: data.skipped, stages: plans };
    watch.lap("read");

    const reports: StageReport[] = [];
    let best: StageResult["best"];
    let judged: Pick<Report, "validation" | "test"> | undefined;
    for (const [index, plan] of planned.entries()) {
      yield { type: "stage", stage: index, plan: plans[index]! };
      if (plan.boundary !== "image" && !kept.has(index)) {
        yield* keepForStages(surroundings, data, index, kept, stopping);
        watch.lap("trunk");
        if (!kept.has(index)) break;
      }
      const frozen = [...parameters.keys()].filter((name) => !plan.moves.has(name));
      const before = hashParameters(parameters, frozen);
      const stageWork: StageWork = {
        index,
        stage: plan.stage,
        config,
        classes: data.classes.length,
        train: data.train,
        validation: data.validation,
        feed:
          plan.boundary === "image"
            ? pixelFeed(views, config.augment === "light", config.seed)
            : keptFeed(kept.get(index)!, config.views, config.seed),
        stepper: openStage(config, network, parameters, plan),
        moving: new Map([...parameters].filter(([name]) => plan.moves.has(name))),
        dropoutUnits: base.dropoutUnits,
        before: best,
        stopping,
        epochsBefore: planned.slice(0, index).reduce((total, { stage }) => total + stage.epochs, 0),
        clock: nowMs,
      };
      const result = yield* runStage(stageWork);
      best = result.best;
      watch.lap("train");
      watch.move("train", "waiting", result.waitingSeconds);
      judged = await judgeAll(stageWork, data);
      await stageWork.stepper.close();
      watch.lap("evaluate");
      const hashes = { tensors: frozen.length, before, after: hashParameters(parameters, frozen) };
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
      stopped: reports.length < planned.length || reports.at(-1)?.reason === "stopped",
    };
    await folder.writeJson("report.json", report);
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

function openStage(config: RunConfig, network: RunNetwork, parameters: Parameters, plan: PlannedStage): Stepper {
  return openStepper({
    network: (batch, learning) => buildNetwork(network, { batch, learning, batchStatistics: plan.batchStatistics }),
    cut: (built) => cutAt(built, plan.boundary, config.cachePrecision),
    parameters,
    learns: plan.learns,
    classes: network.head.classes,
    loss: config.loss,
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
function stopwatch() {
  const byPhase: Record<string, number> = {};
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
    all: () => byPhase,
  };
}
