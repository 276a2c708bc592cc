import { appendFile, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { writeRun } from "../../test/support/written-runs.ts";
import { progressOf } from "./run-progress.ts";

const folder = temporaryFolder();

describe("how far a run has come", () => {
  test("is told by its last step, over all of its stages", async () => {
    const run = await writeRun(folder, { name: "learning", steps: 14, ending: "none" });
    const events = join(run, "events.jsonl");
    const step = { type: "step", stage: 1, epoch: 2, step: 4, done: 8, total: 20, secondsLeft: 7 };
    await appendFile(events, `${JSON.stringify(step)}\n{"type":"step","stage":1,"ep`);
    const { doing, share, secondsLeft } = await progressOf(run);
    expect({ doing, secondsLeft }).toEqual({ doing: "stage 2 of 2, epoch 2 of 5", secondsLeft: 7 });
    expect(share).toBeCloseTo((3 + 1 + 8 / 20) / 8, 12); // three and five epochs
  });

  test("is told by what it is busy with where that is newer", async () => {
    const run = await writeRun(folder, { name: "busy", steps: 3, ending: "none" });
    const busy = { type: "progress", phase: "trunk", done: 30, total: 120, imagesPerSecond: 9 };
    await writeFile(join(run, "progress.json"), JSON.stringify(busy));
    expect(await progressOf(run)).toEqual({
      doing: "running the frozen part, 30 of 120",
      share: 0.25,
      secondsLeft: 10,
    });
    await utimes(join(run, "progress.json"), 1, 1);
    expect((await progressOf(run)).doing).toBe("finishing the stage");
  });

  test("is the number of the trial while strategies are tried", async () => {
    const run = await writeRun(folder, { name: "searching", steps: 1, ending: "none" });
    const busy = { type: "progress", phase: "search", done: 30, total: 120, imagesPerSecond: 9 };
    await writeFile(join(run, "progress.json"), JSON.stringify(busy));
    expect(await progressOf(run)).toEqual({ doing: "trial 1", share: null, secondsLeft: null });
    await appendFile(join(run, "events.jsonl"), `${JSON.stringify({ type: "trial", trial: { number: 4 } })}\n`);
    await writeFile(join(run, "progress.json"), JSON.stringify(busy));
    expect((await progressOf(run)).doing).toBe("trial 5");
  });

  test("is not known before its first event, and of half a file of progress", async () => {
    const run = await writeRun(folder, { name: "early", steps: 1, ending: "none" });
    await truncate(join(run, "events.jsonl"), 0);
    await writeFile(join(run, "progress.json"), '{"type":"prog');
    expect(await progressOf(run)).toEqual({ doing: "getting ready", share: null, secondsLeft: null });
    await rm(join(run, "events.jsonl"));
    expect((await progressOf(run)).doing).toBe("getting ready");
  });
});
