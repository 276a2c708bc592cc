import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { hybrid, type Report, type RunEvent, retrain } from "../../src/index.ts";
import { drawPhotos } from "../support/drawn-photos.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
let data = "";
beforeAll(async () => {
  data = await drawPhotos({
    folder: join(folder, "photos"),
    classes: ["discs", "stripes"],
    each: 12,
    size: 80,
    seed: 4,
  });
});

interface Ended {
  readonly report: Report;
  /** Everything about epochs and steps but the time that they took. */
  readonly told: readonly object[];
  /** Pictures which the trunk had to compute. */
  readonly computed: number;
}

/** A run that draws chance wherever a run can: head, split, order, views, dropout. */
async function runOf(name: string, seed: number): Promise<Ended> {
  const job = retrain({
    report: false,
    ...{ data, out: join(folder, name), seed, weights: "random", width: 1 / 32, size: 75, threads: 2 },
    ...{
      strategy: hybrid({ epochs: [2, 2] }),
      batchSize: 5,
      dropout: 0.3,
      augment: "light",
      views: 2,
      validation: 0.3,
    },
  });
  const told: object[] = [];
  let computed = 0;
  for await (const event of job) {
    if (event.type === "progress" && event.phase === "trunk") computed = Math.max(computed, event.total);
    const timeless = withoutTime(event);
    if (timeless !== undefined) told.push(timeless);
  }
  return { report: await job.result, told, computed };
}

function withoutTime(event: RunEvent): object | undefined {
  if (event.type === "epoch") return { ...event, seconds: 0 };
  if (event.type === "step") return { ...event, imagesPerSecond: 0, secondsLeft: 0 };
  return undefined;
}

describe("two runs with one seed", () => {
  let first: Ended;
  let fromCache: Ended;
  let again: Ended;
  beforeAll(async () => {
    first = await runOf("first", 7);
    fromCache = await runOf("from-cache", 7);
    rmSync(join(folder, "cache"), { recursive: true });
    again = await runOf("again", 7);
  });

  test("end with the same parameters, to the last bit, and tell the same numbers on the way", () => {
    expect(again.report.parametersHash).toBe(first.report.parametersHash);
    expect(again.told).toEqual(first.told);
    expect(again.report.validation).toEqual(first.report.validation);
    expect(first.told.length).toBeGreaterThan(4);
  });

  test("do so too where the second finds the frozen part's results on disk and computes none", () => {
    expect(first.computed).toBeGreaterThan(0);
    expect(fromCache.computed).toBe(0);
    expect(fromCache.report.parametersHash).toBe(first.report.parametersHash);
    expect(fromCache.told).toEqual(first.told);
  });

  test("are told apart from a run with another", async () => {
    const other = await runOf("other", 8);
    expect(other.report.parametersHash).not.toBe(first.report.parametersHash);
    expect(other.report.dataFingerprint).toBe(first.report.dataFingerprint);
    expect(other.told).not.toEqual(first.told);
  });

  test("keep what was computed below the folder that the environment names", () => {
    expect(existsSync(join(folder, "cache", "trunk"))).toBe(true);
  });
});
