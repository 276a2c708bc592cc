import { cpSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  featureExtraction,
  fineTuning,
  type Report,
  type RetrainOptions,
  type RunEvent,
  retrain,
} from "../../src/index.ts";
import { initialParameters } from "../../src/models/initial-parameters.ts";
import { networkParameters } from "../../src/models/parameters.ts";
import { drawSplitPhotos } from "../support/drawn-photos.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const width = 1 / 32;
const [train, batchSize] = [9, 4]; // of each of two classes: 18 = 4 · 4 + 2
let data = "";
beforeAll(async () => {
  const each = { train, validation: 4, test: 3 };
  data = await drawSplitPhotos({
    folder: join(folder, "photos"),
    classes: ["discs", "stripes"],
    each,
    size: 80,
    seed: 6,
  });
});

interface Ended {
  readonly report: Report;
  readonly steps: readonly Extract<RunEvent, { type: "step" }>[];
  readonly told: readonly RunEvent[];
}

let runs = 0;
async function runOf(options: Partial<RetrainOptions>): Promise<Ended> {
  const out = join(folder, `run-${++runs}`);
  const common = { data, out, weights: "random", width, size: 75, batchSize, threads: 1, report: false } as const;
  const strategy = fineTuning({ unfreeze: "1 block", epochs: 1, hidden: [] });
  const job = retrain({ ...common, strategy, ...options });
  const told: RunEvent[] = [];
  for await (const event of job) told.push(event);
  return { report: await job.result, steps: told.filter((event) => event.type === "step"), told };
}

describe("a folder with train, validation and test", () => {
  let plain: Ended;
  beforeAll(async () => {
    plain = await runOf({});
  });

  test("is taken as it is, and the test pictures are judged at the end", () => {
    const { images, validation, test: judged } = plain.report;
    expect(images).toEqual({ train: 2 * train, validation: 8, test: 6 });
    expect(validation.images).toBe(8);
    expect(judged!.images).toBe(6);
    expect(judged!.classes.map((score) => score.images)).toEqual([3, 3]);
    expect(judged!.mostWrong.every(({ name }) => name.startsWith("test/"))).toBe(true);
    expect(validation.mostWrong.every(({ name }) => name.startsWith("validation/"))).toBe(true);
  });

  test("is seen whole in each epoch: the last step takes what is left over", () => {
    expect(plain.steps.map(({ done }) => done)).toEqual([4, 8, 12, 16, 18]);
  });

  test("l2 adds its factor times the squared learning kernels to the loss from the first step on", async () => {
    const l2 = 1e-3;
    const { steps } = await runOf({ l2 });
    const infos = networkParameters(width, { classes: 2, hidden: [], dropout: 0 });
    const kernels = infos.filter(
      ({ block, kind }) => (block === "features.21" && kind === "kernel") || kind === "weight",
    );
    let squares = 0;
    for (const { values } of initialParameters(kernels, 0).values())
      for (const value of values) squares += value * value;
    expect(squares).toBeGreaterThan(100);
    expect(steps[0]!.loss - plain.steps[0]!.loss).toBeCloseTo(l2 * squares, 4);
  });

  test("each setting of the step leads elsewhere", async () => {
    const settings: readonly Partial<RetrainOptions>[] = [
      { dropout: 0.5 },
      { labelSmoothing: 0.2 },
      { clipNorm: 1e-3 },
      { strategy: fineTuning({ unfreeze: "1 block", epochs: 1, hidden: [], blockDecay: 0.5 }) },
    ];
    const hashes = new Set([plain.report.parametersHash]);
    for (const setting of settings) hashes.add((await runOf(setting)).report.parametersHash);
    expect(hashes.size).toBe(settings.length + 1);
  });
});

describe("everything at once", () => {
  test("learns from batches of the batch's own statistics, a last one of a single picture among them", async () => {
    const strategy = fineTuning({
      ...{ unfreeze: "1 block", epochs: 2, hidden: [6], batchNorm: "train", blockDecay: 0.5, schedule: "exponential" },
      ...{ optimizer: { name: "adamw", definition: "pytorch" }, warmup: 0.3 },
    });
    const { report, steps } = await runOf({
      ...{
        strategy,
        batchSize: 17,
        dropout: 0.2,
        labelSmoothing: 0.1,
        l2: 1e-4,
        clipNorm: 1,
        augment: "light",
        views: 2,
      },
    });
    expect(steps.map(({ done }) => done)).toEqual([17, 18, 17, 18]);
    expect(steps.every(({ loss }) => Number.isFinite(loss))).toBe(true);
    const [stage] = report.stages;
    expect(stage!.frozen.after).toBe(stage!.frozen.before);
    // of the 149 · 5 tensors of the base, the block's 10 units move whole; the head's 4 learn too
    expect(stage!.frozen.tensors).toBe(149 * 5 - 10 * 5);
    expect(stage!.learnt).toHaveLength(10 * 3 + 4);
    expect(report.validation.loss).toBeLessThan(10);
  });

  test("keeps the trunk at full precision where that is asked for, with almost the same result", async () => {
    const [half, full] = [await runOf({}), await runOf({ cachePrecision: "float32" })];
    expect(full.report.parametersHash).not.toBe(half.report.parametersHash);
    expect(Math.abs(full.steps[0]!.loss - half.steps[0]!.loss)).toBeLessThan(1e-3);
  });
});

describe("a moving average of the parameters", () => {
  const strategy = (ema: number | null) =>
    fineTuning({ unfreeze: "1 block", epochs: 3, batchNorm: "train", hidden: [], ema });
  let plain: Ended;
  beforeAll(async () => {
    plain = await runOf({ strategy: strategy(null), dropout: 0.2 });
  });

  test("is judged and kept, while the steps are those of a run without it", async () => {
    const { report, steps } = await runOf({ strategy: strategy(0.9), dropout: 0.2 });
    expect(steps.map(({ loss }) => loss)).toEqual(plain.steps.map(({ loss }) => loss));
    const [averaged, own] = [report, plain.report].map(({ stages }) => stages[0]!);
    const judged = averaged!.epochsDone.map(({ validationLoss }) => validationLoss);
    for (const [i, { validationLoss }] of own!.epochsDone.entries()) expect(judged[i]).not.toBe(validationLoss);
    expect(report.validation.loss).toBe(judged[averaged!.bestEpoch - 1]); // the model is the average that was judged
    expect(averaged!.frozen.after).toBe(own!.frozen.after);
  });

  test("of which nothing stays in a step is the parameters themselves: without it a run is the same to the last bit", async () => {
    const { report } = await runOf({ strategy: strategy(1e-300), dropout: 0.2 });
    expect(report.parametersHash).toBe(plain.report.parametersHash);
    expect(report.validation).toEqual(plain.report.validation);
  });
});

describe("a run that learns its pictures by heart", () => {
  test("says so once, in the stage and the epoch after which it can be told, and in its report", async () => {
    const crossed = join(folder, "crossed"); // what it learns from its own pictures is wrong of those held out
    cpSync(join(data, "train"), join(crossed, "train"), { recursive: true });
    cpSync(join(data, "validation", "discs"), join(crossed, "validation", "stripes"), { recursive: true });
    cpSync(join(data, "validation", "stripes"), join(crossed, "validation", "discs"), { recursive: true });
    const strategy = featureExtraction({ epochs: 6, schedule: "constant", warmup: 0 });
    const small = { weights: "small", width: undefined, size: undefined };
    const { report, told } = await runOf({ ...small, data: crossed, strategy });
    const [event, ...others] = told.filter(({ type }) => type === "overfitting");
    const { overfitting } = report.stages[0]!;
    expect(others).toEqual([]);
    expect(event).toEqual({ type: "overfitting", stage: 0, ...overfitting });
    expect(overfitting).toMatchObject({ sinceEpoch: 2, toldAtEpoch: 4, sign: "loss" });
    expect(told[told.indexOf(event!) - 1]).toMatchObject({ type: "epoch", epoch: 4 });
    expect(overfitting!.remedies).toContain("--epochs 1");
  });
});

describe("patience", () => {
  test("ends a stage that gets no better, and keeps its best epoch", async () => {
    const strategy = featureExtraction({ epochs: 30, learningRate: 0.3, schedule: "constant", warmup: 0, patience: 2 });
    const { report } = await runOf({ strategy, best: "loss" });
    const [stage] = report.stages;
    const losses = stage!.epochsDone.map(({ validationLoss }) => validationLoss);
    const lowest = Math.min(...losses);
    expect(stage!.reason).toBe("patience");
    expect(losses.length).toBeLessThan(30);
    expect(stage!.bestEpoch).toBe(losses.indexOf(lowest) + 1);
    expect(losses.length).toBe(stage!.bestEpoch + 2);
    expect(losses.at(-1)!).toBeGreaterThan(lowest);
    expect(report.validation.loss).toBe(lowest); // the model is that of the best epoch
    expect(report.stopped).toBe(false);
  });
});
