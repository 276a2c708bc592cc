// Whether an interrupted run can go on, and from where. Its options are those it began with: where run.json says otherwise
// than the checkpoint, nothing is guessed and the difference is shown. Only the epochs that are still to come may change.

import { join } from "node:path";
import { fileStorage } from "../data/storage.ts";
import { fail } from "../errors.ts";
import { type FoundCheckpoint, lastCheckpoint, type RunState } from "./checkpoint.ts";
import type { RunConfig } from "./config.ts";
import { type RunRecord, readReport, readRunRecord } from "./run-folder.ts";
import { type ImageLine, readImageLines } from "./run-images.ts";

export interface ResumeInput {
  /** Absolute path of a run's folder. */
  readonly run: string;
  /** Epochs of the last stage, or of each; as before when absent. */
  readonly epochs?: readonly number[] | undefined;
}

export interface Resumable {
  readonly config: RunConfig;
  /** run.json with the options that hold from now on. */
  readonly record: RunRecord;
  readonly checkpoint: FoundCheckpoint;
  readonly images: readonly ImageLine[];
}

/** @throws run/no-checkpoint, run/changed, run/finished, run/epochs-done, options/stage-count */
export async function findResumable({ run, epochs }: ResumeInput): Promise<Resumable> {
  const record = await readRunRecord(run);
  const found = await lastCheckpoint(fileStorage, join(run, "checkpoints"));
  if (found === undefined) return fail("run/no-checkpoint", { path: run, damaged: [] });
  const changes = changesOf(fixedPart(record.config), fixedPart(found.state.config));
  if (changes.length > 0) return fail("run/changed", { path: run, what: "options", changes });
  const finished = await readReport(run).then(
    ({ stopped }) => !stopped,
    () => false,
  );
  const config = { ...record.config, out: run };
  const longer = epochs === undefined ? config : withEpochs(config, epochs, found.state);
  const last = longer.strategy.stages.length - 1;
  const planned = longer.strategy.stages[last]!.epochs;
  const done = found.state.stage === last ? (found.state.position?.epoch ?? 1) - 1 : 0;
  if (finished && done >= planned) return fail("run/finished", { path: run, epochs: planned + 5 });
  const checkpoint = epochs === undefined ? found : { ...found, state: { ...found.state, position: goingOn(found) } };
  return {
    config: longer,
    record: { ...record, config: longer },
    checkpoint,
    images: await readImageLines(join(run, "images.jsonl")),
  };
}

/** More epochs were asked for, so that patience has run out no longer ends the stage. */
function goingOn({ state: { position } }: FoundCheckpoint): RunState["position"] {
  return position === null ? null : { ...position, reason: "done" };
}

function withEpochs(config: RunConfig, epochs: readonly number[], { stage, position }: RunState): RunConfig {
  const { stages, name } = config.strategy;
  if (epochs.length !== 1 && epochs.length !== stages.length)
    return fail("options/stage-count", {
      ...{ flag: "--epochs", given: epochs.length, strategy: name, stages: stages.length },
      example: stages.map((each) => each.epochs).join(","),
    });
  const wanted = stages.map((each, i) =>
    epochs.length === stages.length ? epochs[i]! : i === stages.length - 1 ? epochs[0]! : each.epochs,
  );
  for (const [i, asked] of wanted.entries()) {
    const done = i < stage ? stages[i]!.epochs : i === stage && position !== null ? position.epoch - 1 : 0;
    if (i < stage ? asked !== done : asked < done) fail("run/epochs-done", { stage: i + 1, done, asked });
  }
  return {
    ...config,
    strategy: { ...config.strategy, stages: stages.map((each, i) => ({ ...each, epochs: wanted[i]! })) },
  };
}

/** All but the folder, which may have been moved, and the epochs, which may have become more. */
function fixedPart({ out: _, strategy, ...rest }: RunConfig): object {
  return { ...rest, strategy: { ...strategy, stages: strategy.stages.map(({ epochs: _, ...stage }) => stage) } };
}

/** Every value that differs, in words: `batchSize is 16, was 32`. */
function changesOf(now: unknown, then: unknown, path = ""): readonly string[] {
  if (isRecord(now) && isRecord(then)) {
    const keys = new Set([...Object.keys(now), ...Object.keys(then)]);
    return [...keys].flatMap((key) => changesOf(now[key], then[key], path === "" ? key : `${path}.${key}`));
  }
  if (JSON.stringify(now) === JSON.stringify(then)) return [];
  return [`${path} is ${JSON.stringify(now)}, was ${JSON.stringify(then)}`];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
