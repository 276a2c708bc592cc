import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  featureExtraction,
  fineTuning,
  hybrid,
  type Report,
  type RetrainOptions,
  type RunEvent,
  resume,
  retrain,
} from "../../src/index.ts";
import { drawPhotos } from "../support/drawn-photos.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { toldBy } from "../support/torture.ts";

const folder = temporaryFolder();
const sourceClasses = ["checks", "crosses", "discs"] as const;
let data = "";
let source = "";
/** A model whose classifier tells three motifs apart: what later runs may forget. */
let weights = "";

beforeAll(async () => {
  source = await drawPhotos({ folder: join(folder, "source"), classes: sourceClasses, each: 8, size: 75, seed: 3 });
  data = await drawPhotos({
    folder: join(folder, "photos"),
    classes: ["discs", "stripes"],
    each: 10,
    size: 75,
    seed: 4,
  });
  const strategy = featureExtraction({ epochs: 3 });
  const out = join(folder, "base");
  const common = { weights: "random", width: 1 / 32, size: 75, augment: "none", threads: 1, report: false } as const;
  const { forgetting } = await retrain({ ...common, data: source, strategy, out }).result;
  expect(forgetting).toBeNull(); // only the head has learnt
  weights = join(out, "model.onnx");
});

/** The head hardly learns before the base does, so that it is the second stage that counts. */
const stage = { unfreeze: "2 blocks", epochs: [1, 3], learningRate: [1e-6, 3e-3], schedule: "constant" } as const;

interface Ended {
  readonly out: string;
  readonly events: readonly RunEvent[];
  readonly report: Report;
}

let runs = 0;
function start(options: Partial<RetrainOptions> = {}) {
  const out = join(folder, `run-${++runs}`);
  const common = {
    data,
    weights,
    batchSize: 4,
    validation: 0.4,
    augment: "none",
    threads: 1,
    best: "loss",
    report: false,
  } as const;
  return { out, job: retrain({ ...common, strategy: hybrid(stage), out, ...options }) };
}

async function runOf(options: Partial<RetrainOptions> = {}): Promise<Ended> {
  const { out, job } = start(options);
  const events: RunEvent[] = [];
  for await (const event of job) events.push(event);
  return { out, events, report: await job.result };
}

const held = (method: "l2-sp" | "lwf" | "ldifs" | "rehearsal", strength: number) =>
  hybrid({ ...stage, retain: { method, strength } });

let plain: Ended;
beforeAll(async () => {
  plain = await runOf({ source });
});

describe("what a run has forgotten", () => {
  test("is reported block by block: before the boundary nothing has moved, exactly; behind it something has", () => {
    const { blocks, parameters } = plain.report.forgetting!;
    expect(blocks).toHaveLength(22);
    const [before, behind] = [blocks.slice(0, 20), blocks.slice(20)];
    for (const block of before) expect(block).toMatchObject({ parameters: 0, similarity: 1, distance: 0 });
    for (const { parameters, similarity } of behind) {
      expect(parameters).toBeGreaterThan(0);
      expect(similarity).toBeLessThan(1);
    }
    expect(parameters).toBeGreaterThan(0);
  });

  test("is measured on pictures of the source before and after, and told after the stage in which the base learnt", () => {
    const { forgetting, stages } = plain.report;
    const told = plain.events.flatMap((event) => (event.type === "source" ? [event] : []));
    expect(told.map((event) => event.stage)).toEqual([1]);
    expect(told[0]).toMatchObject(forgetting!.source!);
    expect(stages.map((each) => each.source !== undefined)).toEqual([false, true]);
    const { images, before, beforeInterval } = forgetting!.source!;
    expect(images).toBeLessThanOrEqual(24);
    expect(beforeInterval[0]).toBeLessThanOrEqual(before);
    expect(forgetting!.answers!.agreement).toBeLessThanOrEqual(1);
  });

  test("is said for eleven points of the way, whose beginning has forgotten nothing and whose end is the model", () => {
    const { way, chosen, limit, source: score } = plain.report.forgetting!;
    expect(way.map(({ share }) => share)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    expect(way[0]!.forgotten).toBe(0);
    expect(way[10]!.forgotten).toBeCloseTo(score!.before - score!.after, 12);
    expect(way[10]!.accuracy).toBe(plain.report.validation.accuracy);
    expect({ chosen, limit }).toEqual({ chosen: 1, limit: null });
  });

  test("is read off one's own pictures where none of the source are named, and costs the run nothing", async () => {
    const { report } = await runOf();
    expect(report.parametersHash).toBe(plain.report.parametersHash);
    const { source: score, answers, way } = report.forgetting!;
    expect(score).toBeNull();
    expect(way[10]!.forgotten).toBeCloseTo(1 - answers!.agreement, 12);
  });

  test("is known without a classifier as far as blocks go", async () => {
    const random = { weights: "random", width: 1 / 32, size: 75, report: false } as const;
    const { report } = await runOf({ ...random, strategy: fineTuning({ unfreeze: "1 block", epochs: 1, hidden: [] }) });
    expect(report.forgetting).toMatchObject({ source: null, answers: null, way: [], chosen: 1 });
    expect(report.forgetting!.blocks.at(-1)!.parameters).toBeGreaterThan(0);
  });

  test.each([
    ["l2-sp", 0.2],
    ["lwf", 20],
    ["ldifs", 20],
  ] as const)("is less with %s", async (method, strength) => {
    const { out, report } = await runOf({ source, strategy: held(method, strength) });
    const { config } = JSON.parse(readFileSync(join(out, "run.json"), "utf8"));
    expect(config).toMatchObject({ source: [source], maxForgetting: null });
    expect(config.strategy.stages[1].retain).toEqual({ method, strength });
    const lost = ({ forgetting }: Report) => ({
      "l2-sp": forgetting!.parameters,
      lwf: forgetting!.answers!.divergence,
      ldifs: forgetting!.blocks.at(-1)!.distance!,
    });
    expect(lost(report)[method]).toBeLessThan(lost(plain.report)[method]);
  });

  test("is measured on the half of the source that was not rehearsed", async () => {
    const { report } = await runOf({ source, strategy: held("rehearsal", 1) });
    expect(report.forgetting!.source!.images).toBe(plain.report.forgetting!.source!.images / 2);
    expect(report.parametersHash).not.toBe(plain.report.parametersHash);
  });
});

describe("a limit", () => {
  test("is kept, by the best point of the way that keeps it", async () => {
    const { report } = await runOf({ maxForgetting: "0%" });
    const { way, chosen, limit, answers } = report.forgetting!;
    expect(limit).toBe(0);
    const within = way.filter(({ forgotten }) => forgotten <= 0);
    const taken = way.find(({ share }) => share === chosen)!;
    expect(within.length).toBeLessThan(way.length);
    expect(within).toContain(taken);
    expect(taken.accuracy).toBe(Math.max(...within.map(({ accuracy }) => accuracy)));
    expect(answers!.agreement).toBe(1);
    expect(report.validation.accuracy).toBe(taken.accuracy);
  });
});

describe("a run that is held to the original network", () => {
  test("goes on as if it had not been stopped, but not with other pictures of the source", async () => {
    const retain = { method: "lwf", strength: 1 } as const;
    const own = join(folder, "own-source");
    cpSync(source, own, { recursive: true });
    const options = {
      strategy: fineTuning({ unfreeze: "1 block", epochs: 3, hidden: [], retain }),
      ...({ views: 2, augment: "light", source: own } as const),
    };
    const whole = await runOf(options);
    const { out, job } = start(options);
    let steps = 0;
    for await (const event of job) if (event.type === "step" && ++steps === 4) job.stop();
    expect((await job.result).forgetting).toBeNull();
    const added = join(own, "discs", "new.png");
    cpSync(join(data, "stripes", "0.png"), added);
    await expect(resume({ run: out }).result).rejects.toThrow(/^retain\/changed: /);
    rmSync(added);
    const report = await resume({ run: out }).result;
    expect(report.parametersHash).toBe(whole.report.parametersHash);
    expect(report.forgetting).toEqual(whole.report.forgetting);
    expect(toldBy(out)).toEqual(toldBy(whole.out));
  });

  test("asks it about the pixels of each step where they are drawn anew: at first both say the same", async () => {
    const retain = { method: "lwf", strength: 1000 } as const;
    const strategy = fineTuning({ unfreeze: "all", epochs: 1, hidden: [], retain });
    const { out, job } = start({ strategy, augment: "light", batchSize: 12 });
    for await (const event of job) if (event.type === "step") job.stop();
    await job.result;
    const { loss } = toldBy(out).find((event) => (event as RunEvent).type === "step") as { loss: number };
    expect(loss / retain.strength).toBeGreaterThan(0);
    expect(loss / retain.strength).toBeLessThan(Math.log(sourceClasses.length) + 0.01); // entropy, and a little for the new head
  });
});

describe("pictures of the source", () => {
  test("may lie in folders named by numbers, and several folders are joined", async () => {
    const numbered = join(folder, "numbered");
    for (const [number, name] of sourceClasses.entries())
      cpSync(join(source, name), join(numbered, String(number)), { recursive: true });
    const { report } = await runOf({ source: [source, numbered] });
    const [byName, both] = [plain.report, report].map(({ forgetting }) => forgetting!.source!);
    expect(both!.images).toBe(2 * byName!.images);
    expect(both!.before).toBeCloseTo(byName!.before, 12);
    expect(both!.after).toBeCloseTo(byName!.after, 12);
  });

  test("of classes that the weights do not know are refused, with the first of them and the names that there are", async () => {
    const { job } = start({ source: data });
    await expect(job.result).rejects.toThrow(
      /^retain\/unknown-class: .* does not tell apart "stripes"; its 3 classes are called "checks", "crosses", "discs"\.\n.*numbers from 0 to 2/,
    );
  });

  test("are refused beside weights without a classifier", async () => {
    const { job } = start({ source, weights: "random", width: 1 / 32, size: 75 });
    await expect(job.result).rejects.toThrow(/^retain\/no-classifier: --source .*"random"/);
  });
});
