import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type Evaluation,
  featureExtraction,
  fineTuning,
  hybrid,
  type Report,
  type RunEvent,
  retrain,
  type Strategy,
} from "../../src/index.ts";
import { networkParameters } from "../../src/models/parameters.ts";
import { readModel } from "../../src/onnx/read.ts";
import { drawPhotos } from "../support/drawn-photos.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const classes = ["crosses", "discs", "stripes"] as const;
const each = 8;
const width = 1 / 32;
let data = "";
beforeAll(async () => {
  data = await drawPhotos({ folder: join(folder, "photos"), classes, each, size: 80, seed: 1 });
});

interface Ended {
  readonly out: string;
  readonly events: readonly RunEvent[];
  readonly report: Report;
}

async function runOf(strategy: Strategy): Promise<Ended> {
  const out = join(folder, strategy.name);
  const common = { data, out, strategy, weights: "random", width, size: 80, augment: "none", threads: 1 } as const;
  const job = retrain({ ...common, batchSize: 8, validation: 0.3, seed: 1 });
  const events: RunEvent[] = [];
  for await (const event of job) events.push(event);
  return { out, events, report: await job.result };
}

function json(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

function expectConsistent({
  images,
  accuracy,
  accuracyInterval,
  classes,
  confusionMatrix,
  mostWrong,
}: Evaluation): void {
  const trace = confusionMatrix.reduce((total, row, c) => total + row[c]!, 0);
  expect(confusionMatrix.flat().reduce((total, count) => total + count, 0)).toBe(images);
  expect(accuracy).toBe(trace / images);
  expect(accuracyInterval[0]).toBeLessThanOrEqual(accuracy);
  expect(accuracyInterval[1]).toBeGreaterThanOrEqual(accuracy);
  expect(classes.map((score) => score.images)).toEqual(
    confusionMatrix.map((row) => row.reduce((total, count) => total + count, 0)),
  );
  expect(mostWrong).toHaveLength(images - trace);
}

describe.each([
  { strategy: featureExtraction({ epochs: 2 }), hidden: 0, learnt: [2] },
  { strategy: fineTuning({ epochs: 1, hidden: [8] }), hidden: 8, learnt: [43 + 4] },
  { strategy: hybrid({ epochs: [2, 1] }), hidden: 0, learnt: [2, 43 + 2] },
])("a run of $strategy.name", ({ strategy, hidden, learnt }) => {
  let ended: Ended;
  beforeAll(async () => {
    ended = await runOf(strategy);
  });

  test("leaves a folder with everything in it", () => {
    const { out, events, report } = ended;
    expect(json(join(out, "labels.json"))).toEqual(classes);
    expect(json(join(out, "report.json"))).toEqual(JSON.parse(JSON.stringify(report)));
    expect(json(join(out, "run.json"))).toMatchObject({
      classes,
      dataFingerprint: report.dataFingerprint,
      config: { data: [data], out, seed: 1, strategy: { name: strategy.name } },
    });
    const lines = readFileSync(join(out, "events.jsonl"), "utf8").trimEnd().split("\n");
    const lasting = events.filter(({ type }) => type !== "progress" && type !== "page"); // a page is made of a run that has ended
    expect(events.at(-1)).toEqual({ type: "page", path: join(out, "report.html"), problem: null });
    expect(existsSync(join(out, "report.html"))).toBe(true);
    expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(lasting)));
    expect(existsSync(join(out, "model.onnx.tmp"))).toBe(false);
  });

  test("leaves a model that says itself what it is", () => {
    const { metadata } = readModel(readFileSync(join(ended.out, "model.onnx")));
    const said = (key: string) => JSON.parse(metadata[`reinception.${key}`]!) as unknown;
    expect(said("classes")).toEqual(classes);
    expect(said("inputFormat")).toMatchObject({ size: 80, mean: [0.5, 0.5, 0.5], interpolation: "bicubic" });
    expect(said("parametersHash")).toBe(ended.report.parametersHash);
    expect(said("strategy")).toBe(strategy.name);
  });

  test("tells its stages, steps and epochs in their order", () => {
    const { events, report } = ended;
    const { train, validation } = report.images;
    expect(train + validation).toBe(classes.length * each);
    const steps = Math.ceil(train / 8);
    const expected = strategy.stages.flatMap(({ epochs }) => [
      "stage",
      ...Array.from({ length: epochs }, () => [...new Array<string>(steps).fill("step"), "epoch"]).flat(),
      "stage-end",
    ]);
    const told = events.map(({ type }) => type).filter((type) => type !== "progress");
    expect(told).toEqual(["start", ...expected, "end", "page"]);
  });

  test("changes what learns and leaves everything else as it was, to the last bit", () => {
    const { report } = ended;
    const head = { classes: classes.length, hidden: hidden === 0 ? [] : [hidden], dropout: 0 };
    const all = networkParameters(width, head).length;
    expect(report.stages.map((stage) => stage.learnt.length)).toEqual(learnt);
    for (const { frozen, learnt, learningTensors } of report.stages) {
      expect(frozen.after).toBe(frozen.before);
      expect(frozen.tensors).toBe(all - learnt.length);
      expect(learningTensors).toBe(learnt.length);
    }
  });

  test("reports numbers that agree with each other and with the events", () => {
    const { events, report } = ended;
    expectConsistent(report.validation);
    expect(report.test).toBeNull();
    expect(report).toMatchObject({ strategy: strategy.name, classes, stopped: false });
    const epochs = events.flatMap((event) => (event.type === "epoch" ? [event] : []));
    const reported = report.stages.flatMap(({ epochsDone }) => epochsDone);
    expect(reported.map(({ loss, validationLoss }) => [loss, validationLoss])).toEqual(
      epochs.map(({ loss, validationLoss }) => [loss, validationLoss]),
    );
    // the model is the best of all epochs
    const bestAccuracy = Math.max(...epochs.map(({ validationAccuracy }) => validationAccuracy));
    expect(report.validation.accuracy).toBe(bestAccuracy);
    const seconds = Object.values(report.seconds);
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(0);
  });

  test("tells the mean loss of an epoch as that of its steps", () => {
    const steps = ended.events.flatMap((event) =>
      event.type === "step" && event.epoch === 1 && event.stage === 0 ? [event] : [],
    );
    const [epoch] = ended.report.stages[0]!.epochsDone;
    let [sum, seen] = [0, 0];
    for (const { loss, done } of steps) {
      sum += loss * (done - seen);
      seen = done;
    }
    expect(seen).toBe(ended.report.images.train);
    expect(epoch!.loss).toBeCloseTo(sum / seen, 12);
    expect(steps.at(-1)!.meanAccuracy).toBe(epoch!.accuracy);
  });
});
