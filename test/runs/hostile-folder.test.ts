import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { featureExtraction, type Report, type RunEvent, retrain } from "../../src/index.ts";
import { type HostileFolder, makeHostileFolder } from "../support/hostile-folder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
let hostile: HostileFolder;
beforeAll(async () => {
  hostile = await makeHostileFolder(join(folder, "photos"));
});

const gigabyte = 1e9;

describe("a folder of hundreds of broken files, bombs and traps", () => {
  test("is learnt from to the end, and every one of them is named with its reason", async () => {
    const job = retrain({
      report: false,
      ...{ data: hostile.folder, out: join(folder, "run"), strategy: featureExtraction({ epochs: 2 }) },
      ...{ weights: "random", width: 1 / 32, size: 75, threads: 2 },
    });
    let start: Extract<RunEvent, { type: "start" }> | undefined;
    for await (const event of job) if (event.type === "start") start = event;
    const report: Report = await job.result;

    expect(hostile.bad.size).toBeGreaterThan(300);
    const copies = report.skipped.filter(({ side }) => side !== undefined);
    const bad = report.skipped.filter(({ side }) => side === undefined);
    const reasons = new Map(bad.map(({ path, reason }) => [path, reason]));
    expect([...reasons.keys()].sort()).toEqual([...hostile.bad.keys()].sort());
    for (const [name, reason] of hostile.bad)
      expect(`${name}: ${reasons.get(name)}`).toMatch(new RegExp(reason.source.replace(/^\^/, ": "), "s"));
    expect(start!.skipped).toEqual(report.skipped);
    const { train, validation } = report.images;
    expect(train + validation + copies.length).toBe(hostile.good.length);
    for (const { path, reason } of copies) {
      expect(hostile.good).toContain(path);
      expect(reason).toMatch(/^a copy of "/);
    }
    expect(report.stopped).toBe(false);
    expect(Number.isFinite(report.validation.loss)).toBe(true);
    expect(report.peakMemoryBytes).toBeGreaterThan(50e6); // it was measured at all
    expect(report.peakMemoryBytes).toBeLessThan(gigabyte);
  });
});
