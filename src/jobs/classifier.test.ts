import { readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { childrenCalled } from "../../test/support/child-processes.ts";
import { writeFinishedRun } from "../../test/support/finished-run.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { openPixels } from "../data/pixels.ts";
import { type Classifier, type EngineReport, type Explanation, openClassifier, predict } from "../index.ts";
import { openHeatMaps } from "../train/heat-maps.ts";

const run = join(temporaryFolder(), "run");
const names = ["small-120x90.jpg", "stripes-300x500.jpg", "exif6-400x300.jpg", "gray-500x333.png"];
const paths = names.map((name) => fileURLToPath(new URL(`../../test/fixtures/images/${name}`, import.meta.url)));
const pictures = paths.map((path) => new Uint8Array(readFileSync(path)));
const batches: EngineReport[] = [];

let classifier: Classifier;
beforeAll(async () => {
  await writeFinishedRun(run);
  classifier = await openClassifier({ model: run, threads: 1, batchSize: 3 }, (batch) => batches.push(batch));
});
afterAll(() => classifier.close());

describe("a classifier that stays open", () => {
  test("says what the model is", () => {
    expect(classifier.card).toEqual({
      classes: ["ant", "bee", "cicada"],
      size: 75,
      strategy: "hybrid",
      version: "0.0.0",
      engine: expect.stringContaining("onnxruntime"),
      calibrated: true,
      covers: true,
      rejects: true,
      checked: true,
      hashes: {
        model: expect.stringMatching(/^[0-9a-f]{64}$/),
        parameters: expect.stringMatching(/^[0-9a-f]{64}$/),
        data: "f".repeat(64),
      },
    });
  });

  test("answers as predict does, to the last digit that batches leave alone", async () => {
    const expected = [];
    for await (const one of predict({ model: run, images: paths, threads: 1, coverage: 0.9, reject: 0.1 }))
      expected.push(one);
    const found = await classifier.classify(pictures, { coverage: 0.9, reject: 0.1, names: paths });
    expect(found).toHaveLength(4);
    for (const [i, one] of found.entries()) {
      const other = expected[i]!;
      if (!("classes" in one) || !("classes" in other)) throw new Error("unread");
      expect({ ...one, classes: one.classes.map(({ name }) => name), distance: 0 }).toEqual({
        ...other,
        classes: other.classes.map(({ name }) => name),
        distance: 0,
      });
      for (const [c, { probability }] of one.classes.entries())
        expect(probability).toBeCloseTo(other.classes[c]!.probability, 5);
    }
  });

  test("gives many at once each its own answer, in batches of no more than it was told", async () => {
    const alone: string[] = [];
    for (const picture of pictures) alone.push(rounded(await classifier.classify([picture])));
    expect(new Set(alone).size).toBe(4);
    batches.length = 0;
    const together = await Promise.all(Array.from({ length: 40 }, (_, i) => classifier.classify([pictures[i % 4]!])));
    expect(together.map(rounded)).toEqual(Array.from({ length: 40 }, (_, i) => alone[i % 4]));
    const sizes = batches.map(({ images }) => images);
    expect(sizes.reduce((total, images) => total + images, 0)).toBe(40);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(3);
    expect(batches.every(({ seconds, memoryBytes }) => seconds > 0 && memoryBytes > 1e6)).toBe(true);
  });

  test("names as many classes as asked for", async () => {
    const [one] = await classifier.classify([pictures[0]!], { top: 1 });
    expect(one).toMatchObject({ path: "-", classes: [{ name: expect.any(String) }] });
  });

  test("shows where the model looks, among other requests, for the class asked or the most probable one", async () => {
    const heat = await openHeatMaps(run, { threads: 1 });
    const pool = openPixels({ format: heat.card.inputFormat, workers: 1 });
    const wanted = async (i: number, label: number) => {
      const locator = { kind: "memory", name: "-", bytes: pictures[i]! } as const;
      return heat.look(await pool.view({ locator, kind: "evaluation" }), label);
    };
    const asked = pictures.map((picture, i) => ({ picture, label: i % 3 }));
    const together = asked.flatMap(({ picture, label }) => [
      classifier.explain(picture, label),
      classifier.classify([picture]),
    ]);
    const found = await Promise.all(together);
    for (const [i, { label }] of asked.entries()) {
      const one = found[2 * i] as Explanation;
      const { map, features } = await wanted(i, label);
      expect(one.class).toBe(["ant", "bee", "cicada"][label]);
      expect([one.block, one.rows, one.columns]).toEqual([heat.block, heat.rows, heat.columns]);
      expect([...one.values]).toEqual([...map]);
      expect([...one.features]).toEqual([...features]);
    }
    const [prediction] = await classifier.classify([pictures[1]!], { top: 1 });
    const explained = await classifier.explain(pictures[1]!);
    expect(prediction).toMatchObject({ classes: [{ name: explained.class }] });
    const { left, top, right, bottom } = explained.over; // of 300 x 500 pixels
    expect([left + right, top + bottom].map((sum) => Math.round(sum * 20))).toEqual([20, 20]);
    expect((right - left) / (bottom - top)).toBeCloseTo(5 / 3, 1);
    await pool.close();
    await heat.close();
  });

  test("refuses to explain what cannot be read, and a class that there is not", async () => {
    await expect(classifier.explain(new Uint8Array(9))).rejects.toThrow("data/unreadable");
    await expect(classifier.explain(pictures[0]!, 3)).rejects.toThrow("model/no-class: the model has no class of the");
  });

  test("says of a picture that it cannot be read, and goes on with the others", async () => {
    const damaged = pictures[0]!.subarray(0, 300);
    const [bad, good, empty] = await classifier.classify([damaged, pictures[1]!, new Uint8Array(0)], {
      names: ["cut.jpg"],
    });
    expect(bad).toMatchObject({ path: "cut.jpg", problem: { code: "data/unreadable" } });
    expect(good).toHaveProperty("classes");
    expect(empty).toMatchObject({ path: "-", problem: { code: "data/unreadable" } });
  });

  test("refuses what the model cannot promise", async () => {
    await expect(classifier.classify(pictures, { coverage: 0.999 })).rejects.toMatchObject({
      code: "predict/too-few-for-coverage",
    });
  });

  test("forgets what nobody waits for any more", async () => {
    const gone = new AbortController();
    const waiting = classifier.classify(pictures, {}, gone.signal);
    setImmediate(() => gone.abort(new Error("gone")));
    await expect(waiting).rejects.toThrow("gone");
    await expect(classifier.classify(pictures, {}, gone.signal)).rejects.toThrow("gone");
    expect(await classifier.classify([pictures[0]!])).toHaveLength(1);
  });
});

describe.skipIf(process.platform !== "linux")("when its process dies", () => {
  const kill = () => {
    const [pid] = childrenCalled("classifier-child");
    process.kill(pid!, "SIGKILL");
  };

  test("what is under way hears of it, and the next request finds a fresh one", async () => {
    const under = Promise.allSettled(Array.from({ length: 8 }, () => classifier.classify(pictures)));
    await new Promise((resolve) => setTimeout(resolve, 5));
    kill();
    const lost = (await under).filter(({ status }) => status === "rejected");
    expect(lost.length).toBeGreaterThan(0);
    expect(lost[0]).toMatchObject({
      reason: { code: "engine/classifier-crashed", found: expect.stringContaining("SIGKILL") },
    });
    expect(await classifier.classify([pictures[0]!])).toHaveLength(1);
    expect(childrenCalled("classifier-child")).toHaveLength(1);
  });

  test("and the model is gone meanwhile, that is said, until it is back", async () => {
    renameSync(join(run, "model.onnx"), join(run, "away"));
    kill();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await expect(classifier.classify(pictures)).rejects.toMatchObject({ code: "model/not-found" });
    renameSync(join(run, "away"), join(run, "model.onnx"));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await classifier.classify([pictures[0]!])).toHaveLength(1);
  });
});

test("a model that is none is refused, and its process does not stay", async () => {
  await expect(openClassifier({ model: join(run, "nothing"), threads: 1 })).rejects.toMatchObject({
    code: "model/not-found",
  });
  await expect(openClassifier({ model: run, batchSize: 0 })).rejects.toMatchObject({ code: "options/value" });
});

/** The classes to six digits: the size of a batch may change the last one. */
function rounded(predictions: Awaited<ReturnType<Classifier["classify"]>>): string {
  const [one] = predictions;
  if (one === undefined || !("classes" in one)) throw new Error("unread");
  return JSON.stringify(one.classes.map(({ name, probability }) => [name, probability.toFixed(6)]));
}
