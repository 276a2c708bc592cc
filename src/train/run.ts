// A whole run: from a folder of photos to a folder with a model and a report. Yields what happens; writes only what must
// be on disk.

import { nowMs } from "../clock.ts";
import { fileStorage } from "../data/storage.ts";
import { fail } from "../errors.ts";
import { watchForgetting } from "./forgetting.ts";
import { dropCheckpoints } from "./checkpoint.ts";
import { openCheckpoints, partOf } from "./checkpoints.ts";
import { conclude, judge } from "./conclude.ts";
import type { RunConfig } from "./config.ts";
import type { RunEvent, Stopping } from "./events.ts";
import { type OpenRun, openRun, recorded } from "./open-run.ts";
import { type PlannedStage, planStages } from "./plan.ts";
import type { Report } from "./report.ts";
import { originalParameters } from "./retention.ts";
import { findResumable, type Resumable, type ResumeInput } from "./resume.ts";
import { createRunFolder, openRunFolder, type RunFolder } from "./run-folder.ts";
import { openSource, type SourcePictures } from "./source-pictures.ts";
import { describeStage, movedBy, restoreParameters, runStages, type StagesProgress } from "./run-stages.ts";

interface Work {
  readonly config: RunConfig;
  readonly stopping: Stopping;
  readonly folder: RunFolder;
  readonly from: Resumable | undefined;
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
  const { config, checkpoint } = found;
  const told = checkpoint.state.position === null ? (["start"] as const) : (["start", "stage"] as const);
  const resumed = work({ config, stopping, folder, from: found, number: checkpoint.number + 1 });
  return yield* logged(folder, resumed, told);
}

/** Passes events on and writes them down, but for the first of those types which are in the file already. */
export async function* logged<Result>(
  folder: RunFolder,
  events: AsyncGenerator<RunEvent, Result>,
  told: readonly RunEvent["type"][],
): AsyncGenerator<RunEvent, Result> {
  const known = new Set(told);
  try {
    for (let next = await events.next(); ; next = await events.next()) {
      if (next.done) return next.value;
      if (next.value.type === "progress") await folder.show(next.value);
      else if (!known.delete(next.value.type)) await folder.log(next.value);
      yield next.value;
    }
  } finally {
    await folder.close();
  }
}

async function* work({ config, stopping, folder, from: found, number }: Work): AsyncGenerator<RunEvent, Report> {
  let planned: readonly PlannedStage[] = [];
  const from = found?.checkpoint;
  const open = yield* openRun({
    ...{ config, stopping, folder },
    from: found && { ...found.checkpoint.state, images: found.images },
    describe(network, data) {
      planned = planStages(network, config.strategy.stages);
      return planned.map((stage) => describeStage(stage, data, config));
    },
  });
  const { parameters, data } = open;
  try {
    const source = yield* openSource(open);
    if (from !== undefined && (from.state.sourceFingerprint ?? null) !== (source?.fingerprint ?? null))
      fail("retain/changed", { path: folder.path });
    const initial = originalParameters(parameters, planned);
    const head = from && partOf(from.tensors, "head");
    const progress: StagesProgress = {
      reports: [...(from?.state.reports ?? [])],
      best: from?.state.before ?? undefined,
      head: head === undefined || head.size === 0 ? undefined : head,
    };
    const checkpoints = checkpointsOf(open, planned, progress, number, source);
    if (from === undefined) await checkpoints.save(0);
    else restoreParameters(parameters, from);
    const plans = planned.map((stage) => describeStage(stage, data, config));
    const forgetting = watchForgetting({ open, planned, initial, source, progress });
    const stages = { open, planned, plans, initial, source, from, checkpoints, progress, look: forgetting.look };
    const judged = yield* runStages(stages, (answers) => judge(open, forgetting.answering(answers)));
    await forgetting.close();
    if (judged === undefined) return fail("train/stopped-early", {});
    const { reports } = progress;
    const stopped = reports.length < planned.length || reports.at(-1)?.reason === "stopped";
    const lost = forgetting.result();
    const report = yield* conclude(open, {
      network: open.network,
      judged,
      stages: reports,
      forgetting: lost,
      stopped,
    });
    if (!stopped) await dropCheckpoints(fileStorage, folder.checkpoints, 1);
    return report;
  } finally {
    await open.views.close();
  }
}

function checkpointsOf(
  open: OpenRun,
  planned: readonly PlannedStage[],
  progress: StagesProgress,
  number: number,
  source: SourcePictures | undefined,
) {
  const { config, folder, base, data, parameters, watch } = open;
  return openCheckpoints({
    storage: fileStorage,
    folder: folder.checkpoints,
    ...config.checkpoint,
    number,
    clock: nowMs,
    state: async (stage) => ({
      config: recorded(open),
      dataFingerprint: data.fingerprint,
      ...(source !== undefined && { sourceFingerprint: source.fingerprint }),
      weightsHash: base.hash,
      stage,
      reports: [...progress.reports],
      before: progress.best ?? null,
      seconds: watch.all(),
      eventsBytes: await folder.syncEvents(),
    }),
    parameters: (stage) => movedBy(parameters, planned, stage),
    head: () => progress.head,
  });
}
