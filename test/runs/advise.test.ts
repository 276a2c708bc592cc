// A strategy is found by trials: the run says why, its model is what it says, and an end in the middle costs one trial.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Advice, advise, predict, type Report, type RunEvent, resume, retrain, tune } from "../../src/index.ts";
import { drawPhotos } from "../support/drawn-photos.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
process.env.REINCEPTION_CACHE = join(folder, "cache");
const network = { weights: "random", width: 1 / 16, size: 75, threads: 1 } as const;
const common = { ...network, validation: 0.3, seed: 3, batchSize: 16 } as const;
/** Few and short trials. */
const tried = { unfreeze: "from mixed_7c,from mixed_7b", learningRate: [3e-3], epochs: [1, 2] };

let data: string;
let whole: Report;
beforeAll(async () => {
  const motifs = ["checks", "crosses", "stripes"] as const;
  data = await drawPhotos({ folder: join(folder, "photos"), classes: motifs, each: 14, size: 80, seed: 5, noise: 60 });
  whole = await tune({ ...common, ...tried, data, out: join(folder, "whole") }).result;
});

const trialsIn = (run: string) => readdirSync(join(folder, run, "trials")).filter((name) => name.endsWith(".json"));
const adviceIn = (run: string) => JSON.parse(readFileSync(join(folder, run, "advice.json"), "utf8")) as Advice;

describe("a run that finds its strategy", () => {
  test("says why in five sentences, in its folder and in its report", () => {
    expect(whole.strategy).toBe("auto");
    expect(whole.advice).toEqual(adviceIn("whole"));
    expect(whole.advice?.explanation).toHaveLength(5);
    expect(whole.advice?.probes.map(({ depth }) => depth)).toEqual([
      ...["mixed_5e", "mixed_6d", "mixed_6h", "mixed_7a", "mixed_7d"],
    ]);
    expect(whole.advice?.trials).toHaveLength(trialsIn("whole").length);
  });

  test("takes one candidate, never one below the linear head, and reports what that one reached", () => {
    const { candidates, chosen } = whole.advice!;
    const taken = candidates.filter(({ verdict }) => verdict === "chosen");
    expect(taken.map(({ name }) => name)).toEqual([chosen.name]);
    expect(taken[0]!.accuracy).toBeGreaterThanOrEqual(candidates[0]!.accuracy);
    expect(whole.validation.accuracy).toBe(taken[0]!.accuracy);
    expect(whole.validation.accuracyInterval).toEqual(taken[0]!.accuracyInterval);
  });

  test("makes a model that says of held-back pictures what the report says", async () => {
    const lines = readFileSync(join(folder, "whole", "images.jsonl"), "utf8")
      .trim()
      .split("\n");
    const held = lines.map((line) => JSON.parse(line)).filter(({ split }) => split === "validation");
    const images = held.map(({ name }) => join(data, name));
    let right = 0;
    for await (const answer of predict({ model: join(folder, "whole"), images, threads: 1 }))
      if ("classes" in answer && answer.path.includes(`/${answer.classes[0]!.name}/`)) right += 1;
    expect(right / held.length).toBeCloseTo(whole.validation.accuracy, 10);
  });
});

test("an end in the middle costs one trial: what was found before is not found again, and the model is the same", async () => {
  const killed = tune({ ...common, ...tried, data, out: join(folder, "killed") });
  let made = 0;
  const ended = (async () => {
    for await (const event of killed) {
      if (event.type === "trial") made += 1;
      if (event.type === "progress" && event.phase === "search" && made === 1) killed.kill();
    }
  })();
  await expect(ended).rejects.toThrow("engine/crashed");
  expect(trialsIn("killed")).toHaveLength(1);
  const first = join(folder, "killed", "trials", "001.json");
  const before = statSync(first).mtimeMs;

  const events: RunEvent[] = [];
  const job = resume({ run: join(folder, "killed") });
  for await (const event of job) events.push(event);
  const report = await job.result;
  expect(statSync(first).mtimeMs).toBe(before);
  expect(events.filter(({ type }) => type === "trial")).toHaveLength(whole.advice!.trials.length - 1);
  expect(report.parametersHash).toBe(whole.parametersHash);
  expect(report.advice?.chosen).toEqual(whole.advice?.chosen);
  await expect(resume({ run: join(folder, "killed") }).result).rejects.toThrow("run/finished-search");
});

test("tuning by hand tries the combinations that were named, and the best for longer", () => {
  const trials = whole.advice!.trials.map(({ rung, settings }) => [rung, settings.unfreeze, settings.learningRate]);
  expect(trials.slice(0, 2)).toEqual([
    [0, "from mixed_7c", 3e-3],
    [0, "from mixed_7b", 3e-3],
  ]);
  for (const { rung, settings } of whole.advice!.trials) expect(settings.epochs).toBe(rung === 0 ? 1 : 2);
});

test("a trial that learns too fast is a finding, not the end of the run", async () => {
  const out = join(folder, "too fast");
  const given = { unfreeze: "from mixed_7b", learningRate: 1e30, epochs: 2, optimizer: "sgd" } as const;
  const { advice, stopped } = await tune({ ...common, data, out, ...given }).result;
  expect(advice!.trials).toMatchObject([{ reason: "diverged", bestEpoch: 0 }]);
  expect([advice!.chosen.settings, stopped]).toEqual([null, false]);
});

describe("without time", () => {
  test("an advice is still to be had, and a model of it: a head on the frozen network", async () => {
    const out = join(folder, "hurried");
    const advice = await advise({ ...common, data, out, budget: 0 }).result;
    expect(advice).toEqual(adviceIn("hurried"));
    expect(advice.trials).toEqual([]);
    expect(readdirSync(out)).not.toContain("model.onnx");
    const report = await resume({ run: out }).result;
    expect(report.advice?.chosen).toEqual(advice.chosen);
    expect(report.advice?.chosen.kind).toMatch(/head$/);
    expect(report.stages).toEqual([]);
  });

  test("a run that only fits a head is as good as its advice says", async () => {
    const { advice, validation } = await retrain({ ...common, data, out: join(folder, "head"), budget: 0 }).result;
    const chosen = advice!.candidates.find(({ verdict }) => verdict === "chosen")!;
    expect(validation.accuracy).toBe(chosen.accuracy);
  });
});
