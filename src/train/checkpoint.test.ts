import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { faults, faultyStorage } from "../../test/support/faulty-storage.ts";
import { fileStorage } from "../data/storage.ts";
import { type Checkpoint, lastCheckpoint, type RunState, saveCheckpoint } from "./checkpoint.ts";

const root = mkdtempSync(join(tmpdir(), "reinception-checkpoint-"));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const newFolder = () => join(root, String(folders++));

const config = { data: "/photos", batchSize: 4 } as unknown as RunState["config"];

function checkpoint(step: number): Checkpoint {
  const position = { epoch: 1, step, seen: 4 * step, lossSum: 0.1 * step, right: step, epochs: [] };
  return {
    state: {
      ...{ config, dataFingerprint: "d", weightsHash: "w", stage: 0, reports: [], before: null, seconds: {} },
      position: { ...position, best: null, bestEpoch: 0, reason: "done", updates: step },
      eventsBytes: 100 * step,
    },
    tensors: new Map([
      ["parameter/a", Float32Array.of(step, -0, 1e-40)],
      ["optimizer/firstMoment/a", Float32Array.of(0.1 * step)],
    ]),
  };
}

const stepOf = (found: Awaited<ReturnType<typeof lastCheckpoint>>) => found?.state.position?.step;

describe("a checkpoint", () => {
  test("is read as it was written, to the last bit", async () => {
    const folder = newFolder();
    await saveCheckpoint(fileStorage, folder, 7, checkpoint(3), 2);
    const { state, tensors, number } = (await lastCheckpoint(fileStorage, folder))!;
    expect({ state, tensors }).toEqual(checkpoint(3));
    expect(number).toBe(7);
  });

  test("is the last of as many as are kept", async () => {
    const folder = newFolder();
    for (let step = 1; step <= 12; step++) await saveCheckpoint(fileStorage, folder, step, checkpoint(step), 2);
    expect(readdirSync(folder).map((name) => Number(name.split("-")[0]))).toEqual([11, 12]);
    expect(stepOf(await lastCheckpoint(fileStorage, folder))).toBe(12);
  });

  test("of which any byte has changed is never used", async () => {
    const folder = newFolder();
    await saveCheckpoint(fileStorage, folder, 1, checkpoint(1), 2);
    await saveCheckpoint(fileStorage, folder, 2, checkpoint(2), 2);
    const path = join(folder, readdirSync(folder).sort()[1]!);
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at++) {
      const spoilt = Buffer.from(whole);
      spoilt[at]! ^= 1 << (at % 8);
      writeFileSync(path, spoilt);
      const found = await lastCheckpoint(fileStorage, folder);
      expect([stepOf(found), found!.damaged.length]).toEqual([1, 1]);
    }
    for (const length of [0, 1, whole.length - 1]) {
      writeFileSync(path, whole.subarray(0, length));
      expect(stepOf(await lastCheckpoint(fileStorage, folder))).toBe(1);
    }
    writeFileSync(path, whole);
    expect(stepOf(await lastCheckpoint(fileStorage, folder))).toBe(2);
  });

  test("is none where there is no folder, or only other files", async () => {
    const folder = newFolder();
    expect(await lastCheckpoint(fileStorage, folder)).toBeUndefined();
    await fileStorage.makeFolder(folder);
    writeFileSync(join(folder, "00000001-notes.txt"), "x");
    expect(await lastCheckpoint(fileStorage, folder)).toBeUndefined();
  });
});

describe("whatever fails while a checkpoint is written", () => {
  test.each(faults)("the last good state is never lost: %s at every change of the disk", async (fault) => {
    const outcomes: string[] = [];
    for (let at = 0; ; at++) {
      const folder = newFolder();
      for (const step of [1, 2]) await saveCheckpoint(fileStorage, folder, step, checkpoint(step), 2);
      const { storage, changes } = faultyStorage(at, fault);
      const saved = await saveCheckpoint(storage, folder, 3, checkpoint(3), 2).then(
        () => true,
        (error: { code: string }) => {
          expect(error.code).toBe("run/checkpoint-not-written");
          return false;
        },
      );
      const found = await lastCheckpoint(fileStorage, folder);
      expect(found!.damaged).toEqual([]);
      expect(stepOf(found)).toBeGreaterThanOrEqual(saved ? 3 : 2);
      outcomes.push(`${saved ? "saved" : "not saved"} ${stepOf(found)}`);
      // and it goes on: the next one is written beside whatever was left
      await saveCheckpoint(fileStorage, folder, 4, checkpoint(4), 2);
      expect(stepOf(await lastCheckpoint(fileStorage, folder))).toBe(4);
      expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
      if (changes() <= at) break;
    }
    expect(outcomes).toContain("not saved 2");
    expect(outcomes.at(-1)).toBe("saved 3");
  });
});
