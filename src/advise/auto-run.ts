// A run whose strategy is found by trials, from photos to a model; or only to the advice. It can be interrupted anywhere:
// what the frozen network has said is in the cache, and each trial in the run's folder.

import { join } from "node:path";
import { fail } from "../errors.ts";
import { headLogits } from "../head/standardise.ts";
import type { Advice } from "../train/advice.ts";
import { conclude, judge } from "../train/conclude.ts";
import type { RunConfig } from "../train/config.ts";
import type { RunEvent, Stopping } from "../train/events.ts";
import { type Interrupted, type OpenRun, openRun } from "../train/open-run.ts";
import { hashDigests } from "../train/parameter-hash.ts";
import type { Report, StageReport } from "../train/report.ts";
import type { ResumeInput } from "../train/resume.ts";
import { logged } from "../train/run.ts";
import { createRunFolder, openRunFolder, type RunFolder, readReport, readRunRecord } from "../train/run-folder.ts";
import { readImageLines } from "../train/run-images.ts";
import { type Answering, describeStage } from "../train/run-stages.ts";
import { type Found, findStrategy } from "./find.ts";
import { beforeTrial, forgottenBy } from "./forgetting.ts";
import type { Probe } from "./probes.ts";
import { planOf, withParameters } from "./run-trial.ts";
import type { Parameters } from "../train/stepper.ts";
import { dropParameters } from "./trial-files.ts";

interface Work {
  readonly config: RunConfig;
  readonly stopping: Stopping;
  readonly folder: RunFolder;
  readonly from: Interrupted | undefined;
}

/** Finds a strategy and makes the model. The result is also in the run folder, as report.json. */
export async function* runAutomatically(config: RunConfig, stopping: Stopping): AsyncGenerator<RunEvent, Report> {
  const folder = await createRunFolder(config.out);
  return yield* logged(folder, searched({ config, stopping, folder, from: undefined }, makeModel), []);
}

/** Finds a strategy and says why; `resume` makes the model of it. */
export async function* adviseOn(config: RunConfig, stopping: Stopping): AsyncGenerator<RunEvent, Advice> {
  const folder = await createRunFolder(config.out);
  return yield* logged(folder, searched({ config, stopping, folder, from: undefined }, justAdvice), []);
}

/**
 * Goes on with an interrupted search, or from an advice to a model.
 *
 * @throws run/changed when photos or weights are others; run/finished when there is nothing left to do
 */
export async function* resumeAutomatically(
  { run, epochs }: ResumeInput,
  stopping: Stopping,
): AsyncGenerator<RunEvent, Report> {
  if (epochs !== undefined)
    fail("options/not-with", {
      option: "--epochs",
      other: "a run that finds its strategy itself",
      fix: "Leave it out, or train anew with --strategy hybrid --epochs.",
    });
  const record = await readRunRecord(run);
  const finished = await readReport(run).then(
    ({ stopped }) => !stopped,
    () => false,
  );
  if (finished) fail("run/finished-search", { path: run });
  const images = await readImageLines(join(run, "images.jsonl"));
  const folder = await openRunFolder(run);
  const from = { weightsHash: record.weightsHash, images, seconds: {} };
  const config = { ...record.config, out: run };
  return yield* logged(folder, searched({ config, stopping, folder, from }, makeModel), ["start"]);
}

async function* searched<Result>(
  { config, stopping, folder, from }: Work,
  finish: (open: OpenRun, found: Found) => AsyncGenerator<RunEvent, Result>,
): AsyncGenerator<RunEvent, Result> {
  const open = yield* openRun({ config, stopping, folder, from, describe: () => [] });
  try {
    const found = yield* findStrategy(open);
    if (found === undefined) return fail("train/stopped-early", {});
    try {
      return yield* finish(open, found);
    } finally {
      await found.kept.close();
    }
  } finally {
    await open.views.close();
  }
}

async function* justAdvice(_: OpenRun, { advice }: Found): AsyncGenerator<RunEvent, Advice> {
  yield { type: "advice", advice };
  return advice;
}

async function* makeModel(open: OpenRun, found: Found): AsyncGenerator<RunEvent, Report> {
  const { option, advice } = found;
  yield { type: "advice", advice };
  const report =
    option.probe === undefined ? yield* withTrial(open, found) : yield* withHead(open, found, option.probe);
  if (!found.stopped) await dropParameters(open.folder.trials);
  return report;
}

/** The model is the frozen network with a fitted head. */
async function* withHead(open: OpenRun, found: Found, probe: Probe): AsyncGenerator<RunEvent, Report> {
  const { advice, kept, stopped } = found;
  const { head, depths } = probe;
  open.parameters.set("last_linear.weight", Float32Array.from(head.weight));
  open.parameters.set("last_linear.bias", Float32Array.from(head.bias));
  const answers: Answering = async (images) => {
    const { features } = await kept.read(images, depths);
    return { logits: Float32Array.from(headLogits(head, features)), features };
  };
  const own = probe === found.probes.linear ? undefined : depths.map(({ block }) => block);
  const network = { ...open.network, head: { ...open.network.head, depths: own } };
  return yield* conclude(open, { network, judged: await judge(open, answers), stages: [], advice, stopped });
}

/** The head with which every trial begins. */
function headOf({ head }: Found["start"]): Parameters {
  return new Map([
    ["last_linear.weight", Float32Array.from(head.weight)],
    ["last_linear.bias", Float32Array.from(head.bias)],
  ]);
}

/** The model is what a trial, or the way to it, has made of the network. */
async function* withTrial(open: OpenRun, found: Found): AsyncGenerator<RunEvent, Report> {
  const { advice, option, start, source, stopped } = found;
  const { trial, moved } = option;
  const { parameters, network } = open;
  const plan = planOf(open, trial!.settings);
  const frozen = [...parameters.keys()].filter((name) => !plan.moves.has(name));
  const before = hashDigests(parameters, frozen, open.base.digests);
  const judged = yield* withParameters(start, trial!.settings, (answers) =>
    judge(open, (images) => answers(moved!, images)),
  );
  if (judged === undefined) return fail("train/stopped-early", {});
  const initial = beforeTrial(open, trial!.settings);
  for (const [name, values] of moved!) parameters.set(name, values);
  const forgetting = stopped ? null : yield* forgottenBy(open, trial!.settings, headOf(start), initial, source);
  const stage: StageReport = {
    ...describeStage(plan, open.data, open.config),
    epochsDone: trial!.epochsDone,
    bestEpoch: trial!.bestEpoch,
    overfitting: trial!.overfitting,
    reason: trial!.reason === "patience" || trial!.reason === "done" ? trial!.reason : "stopped",
    learnt: [...plan.learns],
    frozen: { tensors: frozen.length, before, after: hashDigests(parameters, frozen) },
  };
  return yield* conclude(open, { network, judged, stages: [stage], forgetting, advice, stopped });
}
