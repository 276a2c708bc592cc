// Trials as files of a run, so that none is lost when the run ends early: the record, what the network then said of the
// held-back pictures, and, of the best ones, the parameters.
//
// A trial is there when its record is: that file is written last.

import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Parameters } from "../train/stepper.ts";
import type { TrialRecord } from "../train/trial-record.ts";
import { readNumbers, writeNumbers } from "../weights/numbers-file.ts";
import { writeWhole } from "../write-whole.ts";

/** A trial with what the gate needs of it. */
export interface Trial {
  readonly record: TrialRecord;
  /** [held-back pictures, classes] */
  readonly validationLogits: Float32Array;
}

const logitsName = "validation.logits";

/** The trials of a run's folder, in the order in which they were made. */
export async function readTrials(folder: string): Promise<readonly Trial[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const trials: Trial[] = [];
  for (const name of names.filter((name) => /^\d{3,}\.json$/.test(name)).sort()) {
    const record = JSON.parse(await readFile(join(folder, name), "utf8")) as TrialRecord;
    const logits = (await readTensors(pathsOf(folder, record.number).logits)).get(logitsName);
    if (logits !== undefined) trials.push({ record, validationLogits: logits });
  }
  return trials.sort((left, right) => left.record.number - right.record.number);
}

/** Writes a trial, and takes the parameters of those that are no longer among the best away. */
export async function writeTrial(
  folder: string,
  trial: Trial,
  parameters: Parameters,
  best: readonly TrialRecord[],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { record, validationLogits } = trial;
  const paths = pathsOf(folder, record.number);
  const kept = new Set(best.map(({ number }) => number));
  if (kept.has(record.number)) await writeTensors(paths.parameters, parameters);
  await writeTensors(paths.logits, new Map([[logitsName, validationLogits]]));
  await writeWhole(paths.record, `${JSON.stringify(record, null, 2)}\n`);
  for (let number = 1; number < record.number; number++)
    if (!kept.has(number)) await rm(pathsOf(folder, number).parameters, { force: true });
}

/** Parameters that a trial has moved, at its best epoch; nothing where they were not kept. */
export async function readParameters(folder: string, number: number): Promise<Parameters | undefined> {
  const found = await readTensors(pathsOf(folder, number).parameters);
  return found.size === 0 ? undefined : found;
}

/** Takes the parameters of all trials away, when the model has been written. Records stay. */
export async function dropParameters(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names) if (/^\d+\.safetensors$/.test(name)) await rm(join(folder, name), { force: true });
}

function pathsOf(folder: string, number: number) {
  const name = join(folder, String(number).padStart(3, "0"));
  return { record: `${name}.json`, logits: `${name}-logits.safetensors`, parameters: `${name}.safetensors` };
}

async function writeTensors(path: string, tensors: Parameters): Promise<void> {
  await writeWhole(path, writeNumbers(tensors));
}

async function readTensors(path: string): Promise<Parameters> {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes === undefined ? new Map() : readNumbers(bytes, path).numbers;
}
