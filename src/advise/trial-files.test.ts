import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { TrialRecord } from "../train/trial-record.ts";
import { dropParameters, readParameters, readTrials, writeTrial } from "./trial-files.ts";

const folder = temporaryFolder();

function record(number: number): TrialRecord {
  const settings = { unfreeze: "from mixed_7b", learningRate: 1e-3, epochs: 2 };
  return {
    ...{ number, rung: 0, settings, learningParameters: 3, epochsDone: [], bestEpoch: 1, accuracy: 0.5, loss: 1 },
    ...{ seconds: 1, secondsPerEpoch: 0.5, reason: "done", overfitting: null },
  };
}

const moved = (value: number) => new Map([["features.21.kernel", Float32Array.of(value, 2)]]);

async function write(at: string, number: number, best: readonly number[]): Promise<void> {
  const trial = { record: record(number), validationLogits: Float32Array.of(number, 0) };
  await writeTrial(at, trial, moved(number), best.map(record));
}

test("trials are read as they were written, in their order, and only the best keep their parameters", async () => {
  const at = join(folder, "kept");
  await write(at, 1, [1]);
  await write(at, 2, [2, 1]);
  await write(at, 3, [2, 3]);
  const trials = await readTrials(at);
  expect(trials.map((trial) => trial.record)).toEqual([1, 2, 3].map(record));
  expect(trials.map(({ validationLogits }) => [...validationLogits])).toEqual([1, 2, 3].map((number) => [number, 0]));
  expect(await readParameters(at, 1)).toBeUndefined();
  expect(await readParameters(at, 2)).toEqual(moved(2));
  await dropParameters(at);
  expect(await readParameters(at, 2)).toBeUndefined();
  expect(await readTrials(at)).toHaveLength(3);
});

test("a trial without its record, or without what the network said, was not made", async () => {
  const at = join(folder, "cut short");
  for (const number of [1, 2, 3]) await write(at, number, [number]);
  rmSync(join(at, "002.json"));
  rmSync(join(at, "003-logits.safetensors"));
  writeFileSync(join(at, "004.json.tmp"), "{");
  expect((await readTrials(at)).map((trial) => trial.record.number)).toEqual([1]);
  expect(await readTrials(join(folder, "nowhere"))).toEqual([]);
});
