// A head fitted anew: a run like any other, made in seconds from what another run has kept.

import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  addCorrections,
  listRuns,
  type Prediction,
  predict,
  type RefitOptions,
  type Report,
  readAnswers,
  refitHead,
  resume,
  retrain,
  undoCorrections,
} from "../../src/index.ts";
import { readModelFile, tensorsIn } from "../../src/train/model-file.ts";
import type { RunRecord } from "../../src/train/run-folder.ts";
import { refitRun } from "../../src/train/refit.ts";
import { resolveRefit } from "../../src/train/resolve-refit.ts";
import { probabilitiesOf } from "../../src/train/trust.ts";
import { fineTuning } from "../../src/train/strategy.ts";
import { sourceFolders } from "../support/source-folder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { asSource, type Picture, thirtyPictures } from "../support/thirty-pictures.ts";

const folder = temporaryFolder();
const write = sourceFolders();
const run = join(folder, "first");
let pictures: readonly Picture[] = [];
let data: string;
let first: Report;

beforeAll(async () => {
  pictures = await thirtyPictures();
  [data] = asSource("folder", pictures, write) as [string];
  const strategy = fineTuning({ unfreeze: "from mixed_7d", epochs: 2, hidden: [6] });
  const common = {
    weights: "random",
    width: 1 / 32,
    size: 75,
    batchSize: 8,
    threads: 1,
    cachePrecision: "float32",
  } as const;
  first = await retrain({ data, out: run, ...common, strategy, validation: 0.3 }).result;
});

const named = (name: string) => ({ hash: pictures.find(({ file }) => name.endsWith(file))!.sha256, name });
const modelIn = (path: string) => readModelFile(path, readFileSync(join(path, "model.onnx")));
const recordOf = (path: string) => JSON.parse(readFileSync(join(path, "run.json"), "utf8")) as RunRecord;

/** As `refitHead` does, in this process. */
async function refitted(options: RefitOptions): Promise<Report> {
  const events = refitRun(resolveRefit(options), () => false);
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
  }
}

describe("a refit", () => {
  const out = `${run}-refit`;
  let report: Report;
  let order: readonly string[];
  beforeAll(async () => {
    const { pictures: all } = await readAnswers(run);
    const [learnt, other, moved] = all.filter(({ split }) => split === "train").map(({ name }) => named(name));
    const heldBack = all.find((one) => one.split === "validation" && one.class !== "stripes")!;
    const relabelled = [learnt!, named(heldBack.name)];
    await addCorrections({ data, pictures: relabelled, correction: { kind: "class", class: "stripes" } });
    await addCorrections({ data, pictures: [moved!], correction: { kind: "side", side: "validation" } });
    await addCorrections({ data, pictures: [other!], correction: { kind: "excluded" } });
    const job = refitHead({ run, threads: 1 });
    const said: string[] = [];
    for await (const event of job)
      if (event.type !== "progress")
        said.push(`${event.type}, ${existsSync(join(out, "model.onnx")) ? "a" : "no"} model`);
    report = await job.result;
    order = said;
  });

  test("says how good both heads are before it writes, on the labels of now", () => {
    expect(order).toEqual(["judged, no model", "end, a model", "page, a model"]);
    const { refit, images, validation } = report;
    expect(refit).toMatchObject({ of: run, corrections: { relabelled: 2, moved: 1, excluded: 1, missing: 0 } });
    expect(images.train).toBe(first.images.train - 2);
    expect(images.validation).toBe(first.images.validation + 1);
    expect(refit!.before.images).toBe(images.validation);
    const stripes = ({ classes }: Report["validation"]) => classes.find(({ name }) => name === "stripes")!.images;
    expect(stripes(refit!.before)).toBe(stripes(validation));
    expect(report.strategy).toBe(first.strategy);
    expect(report.stages).toEqual(first.stages);
  });

  test("changes nothing but the head, which is linear then", () => {
    const [before, after] = [run, out].map((path) => tensorsIn(modelIn(path).model));
    const base = [...before!.keys()].filter((name) => name.startsWith("features."));
    for (const name of base) expect(after!.get(name)).toEqual(before!.get(name));
    expect([...after!.keys()].filter((name) => !base.includes(name))).toEqual([
      "last_linear.weight",
      "last_linear.bias",
    ]);
    expect(before!.has("head.0.weight")).toBe(true);
  });

  test("has a model that says of pictures what the answers beside it say", async () => {
    const answers = await readAnswers(out);
    expect(modelIn(out).card).toMatchObject({ temperature: answers.temperature, classes: answers.classes });
    const probabilities = probabilitiesOf(answers.logits, 3, answers.temperature);
    const some = [0, 1, answers.pictures.length - 1];
    const images = some.map((row) => join(data, answers.pictures[row]!.name));
    const said: Prediction[] = [];
    for await (const one of predict({ model: out, images, threads: 1 })) said.push(one);
    for (const [i, row] of some.entries()) {
      const one = said[i]!;
      if (!("classes" in one)) throw new Error(one.problem.message);
      for (const { name, probability } of one.classes)
        expect(Math.abs(probability - probabilities[row * 3 + answers.classes.indexOf(name)]!)).toBeLessThan(1e-4);
    }
  });

  test("is a run among runs that says where it comes from, and has nothing to go on with", async () => {
    const runs = await listRuns(folder);
    expect(runs.find(({ path }) => path === out)).toMatchObject({ state: "finished", strategy: "fine-tuning" });
    expect(recordOf(out)).toMatchObject({ refitOf: run, config: { out } });
    expect(recordOf(run).refitOf).toBeUndefined();
    await expect(resume({ run: out }).result).rejects.toThrow("run/refitted");
  });

  test("of a refit knows what corrections that are taken back had changed", async () => {
    await undoCorrections(data);
    await undoCorrections(data);
    await undoCorrections(data);
    const again = await refitted({ run: out, threads: 1 });
    const plain = await refitted({ run, out: join(folder, "plain"), corrections: false, threads: 1 });
    expect(again.refit!.corrections).toMatchObject({ relabelled: 0, moved: 0, excluded: 0 });
    expect(plain.refit!.corrections).toBeNull();
    expect(plain.images).toEqual(first.images);
    expect(again.images.train).toBe(first.images.train - 1); // the network was not asked about what was excluded
    expect(again.validation.images).toBe(plain.validation.images);
  });

  test("is refused where it cannot be, and leaves nothing behind", async () => {
    const nowhere = join(folder, "nowhere");
    const [picture] = pictures;
    const wrong = { kind: "class", class: "rings" } as const;
    await addCorrections({ data, pictures: [named(picture!.file)], correction: wrong });
    await expect(refitted({ run, out: nowhere })).rejects.toThrow(
      /corrections\/unknown-class: line \d+ of ".*" gives a picture the class "rings", but the classes are "discs"/,
    );
    expect(existsSync(nowhere)).toBe(false);
    await undoCorrections(data);
    await expect(refitted({ run: folder, out: nowhere })).rejects.toThrow("run/not-a-run");
    rmSync(join(run, "answers.safetensors"));
    await expect(refitted({ run, out: nowhere })).rejects.toThrow("it has no answers.safetensors");
    expect(existsSync(nowhere)).toBe(false);
  });
});
