import { rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  featureExtraction,
  fineTuning,
  type Report,
  type RetrainOptions,
  type RunEvent,
  resume,
  retrain,
} from "../../src/index.ts";
import { drawPhotos, drawSplitPhotos } from "../support/drawn-photos.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { toldBy } from "../support/torture.ts";

const folder = temporaryFolder();
let data = "";
beforeAll(async () => {
  data = join(folder, "photos");
  await drawPhotos({ folder: data, classes: ["discs"], each: 26, size: 80, seed: 4 });
  await drawPhotos({ folder: data, classes: ["stripes"], each: 2, size: 80, seed: 4 });
});

type Start = Extract<RunEvent, { type: "start" }>;
interface Ended {
  readonly report: Report;
  readonly start: Start;
  readonly losses: readonly number[];
}

/** @param stopAfter - steps after which the run is asked to stop */
async function runOf(
  name: string,
  options: Partial<RetrainOptions>,
  stopAfter = Number.POSITIVE_INFINITY,
): Promise<Ended> {
  const common = {
    data,
    weights: "random",
    width: 1 / 32,
    size: 75,
    batchSize: 7,
    threads: 2,
    validation: 0.3,
  } as const;
  const job = retrain({ ...common, out: join(folder, name), ...options });
  let start: Start | undefined;
  const losses: number[] = [];
  for await (const event of job) {
    if (event.type === "start") start = event;
    if (event.type === "step" && losses.push(event.loss) === stopAfter) job.stop();
  }
  return { report: await job.result, start: start!, losses };
}

describe("a run through all of the network with the strongest augmentation", () => {
  test("goes on after a stop between mixed batches as if there had been none, to the last bit", async () => {
    const each = { train: 16, validation: 2, test: 0 }; // eight whole batches: the last is still far when it stops
    const few = join(folder, "few");
    await drawSplitPhotos({ folder: few, classes: ["discs", "stripes"], each, size: 80, seed: 1 });
    const strategy = fineTuning({ unfreeze: "all", epochs: 1, hidden: [] });
    const strong = { data: few, augment: "strong", strategy, batchSize: 4, checkpointSeconds: 600 } as const;
    const whole = await runOf("whole", strong);
    expect((await runOf("stopped", strong, 1)).report.stopped).toBe(true);
    const report = await resume({ run: join(folder, "stopped") }).result;
    expect(report.parametersHash).toBe(whole.report.parametersHash);
    expect(toldBy(join(folder, "stopped"))).toEqual(toldBy(join(folder, "whole")));
  });
});

describe("kept views", () => {
  const strategy = featureExtraction({ epochs: 1, learningRate: 0.1, schedule: "constant", warmup: 0 });

  test("are others for each tier, and the same again for the same one", async () => {
    const hash = async (name: string, augment: "light" | "strong") =>
      (await runOf(name, { strategy, augment, views: 3 })).report.parametersHash;
    const strong = await hash("strong", "strong");
    expect(await hash("light", "light")).not.toBe(strong);
    rmSync(join(folder, "cache"), { recursive: true });
    expect(await hash("strong-again", "strong")).toBe(strong);
  });
});

describe("classes of different size", () => {
  const strategy = featureExtraction({ epochs: 2, learningRate: 0.1, schedule: "constant", warmup: 0 });
  let plain: Ended;
  let adjusted: Ended;
  beforeAll(async () => {
    plain = await runOf("plain", { strategy });
    adjusted = await runOf("adjusted", { strategy, balance: "adjust" });
  });

  test("are named before the run begins where nothing is done about them, and only there", () => {
    const { start } = plain;
    expect(start.imbalance).toMatchObject({ most: { name: "discs" }, least: { name: "stripes", images: 1 } });
    expect(start.imbalance!.most.images).toBeGreaterThan(10);
    expect(adjusted.start.imbalance).toBeUndefined();
  });

  test("lead each balance elsewhere", async () => {
    const hashes = new Set([plain.report.parametersHash, adjusted.report.parametersHash]);
    for (const balance of ["weights", "sampling"] as const)
      hashes.add((await runOf(balance, { strategy, balance })).report.parametersHash);
    expect(hashes.size).toBe(4);
  });

  test("are not sampled evenly where no stage would do it", () => {
    expect(() => retrain({ data, strategy: fineTuning(), balance: "sampling" })).toThrow(
      "options/not-with: --balance sampling",
    );
  });
});
