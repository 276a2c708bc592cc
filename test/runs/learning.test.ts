import { copyFileSync, mkdirSync, readdirSync, truncateSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Evaluation, evaluate, hybrid, type Prediction, predict, type Report, retrain } from "../../src/index.ts";
import { drawPhotos, drawSplitPhotos } from "../support/drawn-photos.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const classes = ["checks", "crosses", "discs", "stripes"] as const;
const out = join(folder, "run");
let data = "";
let report: Report;
beforeAll(async () => {
  const each = { train: 12, validation: 6, test: 3 };
  data = await drawSplitPhotos({ folder: join(folder, "photos"), classes, each, size: 80, seed: 3, noise: 40 });
  const strategy = hybrid({ epochs: [6, 4] });
  report = await retrain({ data, out, weights: "small", strategy, batchSize: 16, threads: 2 }).result;
});

type Answer = Extract<Prediction, { classes: unknown }>;

async function answersFor(images: string | readonly string[], batchSize?: number): Promise<readonly Prediction[]> {
  const answers: Prediction[] = [];
  for await (const answer of predict({ model: out, images, batchSize, threads: 1 })) answers.push(answer);
  return answers;
}

function classified(answers: readonly Prediction[]): readonly Answer[] {
  return answers.map((answer) =>
    "classes" in answer ? answer : expect.fail(`${answer.path}: ${answer.problem.message}`),
  );
}

/** Probabilities by class of each picture, whatever their rank. */
function byClass(answers: readonly Prediction[]): readonly (readonly number[])[] {
  return classified(answers).map((answer) =>
    classes.map((wanted) => answer.classes.find(({ name }) => name === wanted)!.probability),
  );
}

function largestDifference(some: readonly (readonly number[])[], others: readonly (readonly number[])[]): number {
  expect(some).toHaveLength(others.length);
  return Math.max(...some.flatMap((row, i) => row.map((value, c) => Math.abs(value - others[i]![c]!))));
}

describe("a hybrid run on drawn motifs", () => {
  test("learns them: at least 9 of 10 pictures that it has never seen are called right", () => {
    expect(report.images).toEqual({ train: 48, validation: 24, test: 12 });
    expect(report.validation.images).toBe(24);
    expect(report.validation.accuracy).toBeGreaterThanOrEqual(0.9);
    expect(report.test!.images).toBe(12);
    expect(report.test!.accuracy).toBeGreaterThanOrEqual(0.9);
  });

  test("goes on from where the head alone had come to", () => {
    const [head, both] = report.stages.map(({ epochsDone }) => epochsDone.map(({ loss }) => loss));
    expect(head!.at(-1)!).toBeLessThan(head![0]! / 2);
    expect(both!.at(-1)!).toBeLessThan(head!.at(-1)!);
  });
});

describe("prediction", () => {
  let answers: readonly Prediction[];
  let judged: Evaluation;
  beforeAll(async () => {
    answers = await answersFor(join(data, "validation"), 5);
    const job = evaluate({ model: out, data: join(data, "validation"), threads: 1 });
    judged = await job.result;
  });

  test("calls the run's own held-out pictures what its report says", () => {
    expect(answers).toHaveLength(24);
    const wrong = new Map(report.validation.mostWrong.map((entry) => [basename(entry.name) + entry.truth, entry]));
    const rows = byClass(answers);
    classified(answers).forEach((answer, i) => {
      const truth = answer.path.split(/[\\/]/).at(-2)! as (typeof classes)[number];
      const known = wrong.get(basename(answer.path) + truth);
      expect(answer.classes[0]!.name).toBe(known?.said ?? truth);
      if (known !== undefined) expect(Math.abs(answer.classes[0]!.probability - known.probability)).toBeLessThan(1e-3);
      expect(rows[i]!.reduce((total, value) => total + value, 0)).toBeCloseTo(1, 5);
    });
    // the loss of the report is that of these probabilities
    const losses = classified(answers).map((answer, i) => {
      const truth = answer.path.split(/[\\/]/).at(-2)! as (typeof classes)[number];
      return -Math.log(rows[i]![classes.indexOf(truth)]!);
    });
    const mean = losses.reduce((total, loss) => total + loss, 0) / losses.length;
    expect(Math.abs(mean - report.validation.loss)).toBeLessThan(1e-3);
  });

  test("ranks the classes, the most probable first", () => {
    for (const { classes: ranked } of classified(answers)) {
      const probabilities = ranked.map(({ probability }) => probability);
      expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a));
      expect(ranked.map(({ name }) => name).sort()).toEqual([...classes]);
    }
  });

  test("of one picture alone is that of the same picture among others", async () => {
    const some = classified(answers).slice(3, 6);
    const alone = await answersFor(
      some.map(({ path }) => path),
      1,
    );
    expect(alone.map(({ path }) => path)).toEqual(some.map(({ path }) => path));
    expect(largestDifference(byClass(alone), byClass(some))).toBeLessThan(1e-5);
  });

  test("reports a broken file by name, and the others go on", async () => {
    const mixed = join(folder, "mixed");
    mkdirSync(mixed);
    const sound = classified(answers).slice(0, 3);
    for (const [i, name] of ["a.png", "c.png", "e.png"].entries()) copyFileSync(sound[i]!.path, join(mixed, name));
    for (const name of ["b.png", "d.png"]) copyFileSync(sound[0]!.path, join(mixed, name));
    truncateSync(join(mixed, "b.png"), 2000);
    truncateSync(join(mixed, "d.png"), 0);
    const told = await answersFor(mixed, 2);
    expect(told.map(({ path }) => basename(path))).toEqual(readdirSync(mixed).sort());
    const broken = told.filter((answer) => "problem" in answer);
    expect(broken.map(({ path, problem }) => [basename(path), problem.code])).toEqual([
      ["b.png", "data/unreadable"],
      ["d.png", "data/unreadable"],
    ]);
    expect(broken[0]!.problem.message).toContain("b.png");
    const rest = told.filter((answer) => "classes" in answer);
    expect(largestDifference(byClass(rest), byClass(sound))).toBeLessThan(1e-5);
  });

  test("by a model.onnx alone is that by its run", async () => {
    const model = join(folder, "moved.onnx");
    copyFileSync(join(out, "model.onnx"), model);
    const [first] = classified(answers);
    const job = predict({ model, images: first!.path, threads: 1 });
    for await (const answer of job) expect(largestDifference(byClass([answer]), byClass([first!]))).toBeLessThan(1e-5);
    expect(await job.result).toBeNull();
  });

  test("without a model or pictures says so", async () => {
    const nowhere = join(folder, "nowhere");
    await expect(predict({ model: nowhere, images: data }).result).rejects.toMatchObject({ code: "model/not-found" });
    mkdirSync(nowhere);
    await expect(predict({ model: out, images: nowhere }).result).rejects.toMatchObject({
      code: "predict/no-pictures",
    });
  });

  test("is what an evaluation of the same folder counts", () => {
    const { validation } = report;
    expect(judged.images).toBe(24);
    expect(judged.accuracy).toBe(validation.accuracy);
    expect(judged.confusionMatrix).toEqual(validation.confusionMatrix);
    expect(Math.abs(judged.loss - validation.loss)).toBeLessThan(1e-3);
  });
});

describe("evaluation", () => {
  test("takes a folder that has only some of the classes", async () => {
    const some = await drawPhotos({
      ...{ folder: join(folder, "some"), classes: ["stripes", "checks"], each: 4, size: 90, seed: 77, noise: 40 },
    });
    const job = evaluate({ model: out, data: some, threads: 1 });
    const done: number[] = [];
    for await (const event of job) done.push(event.done);
    expect(done.at(-1)).toBe(8);
    const { images, classes: scores } = await job.result;
    expect(images).toBe(8);
    expect(scores.map((score) => [score.name, score.images])).toEqual([
      ["checks", 4],
      ["crosses", 0],
      ["discs", 0],
      ["stripes", 4],
    ]);
  });

  test("refuses a class that the model does not know, by name", async () => {
    const other = await drawPhotos({ folder: join(folder, "other"), classes: ["discs"], each: 2, size: 80, seed: 1 });
    mkdirSync(join(other, "rings"));
    for (const name of ["0.png", "1.png"]) copyFileSync(join(other, "discs", name), join(other, "rings", name));
    const { result } = evaluate({ model: out, data: other, threads: 1 });
    await expect(result).rejects.toMatchObject({ name: "ReinceptionError", code: "evaluate/unknown-class" });
    await expect(result).rejects.toThrow('the model does not know "rings"');
  });
});
