// A run from end to end, and what it says of its own answers: how sure it may be, which labels are wrong, what it does not know.

import { readdirSync, readFileSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { type Prediction, predict, type Report, retrain } from "../../src/index.ts";
import { stream } from "../../src/random.ts";
import { argmax } from "../../src/metrics.ts";
import { readAnswers } from "../../src/train/answers-file.ts";
import { readModelFile } from "../../src/train/model-file.ts";
import { drawSplitPhotos, type Motif } from "../support/drawn-photos.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const [photos, out] = [join(folder, "photos"), join(folder, "run")];
const classes: readonly Motif[] = ["checks", "crosses", "discs", "stripes"];
const planted: string[] = [];
let report: Report;

/** Every 20th picture to learn from goes into the folder of another class. */
function plantWrongLabels(train: string): void {
  for (const [k, from] of classes.entries())
    for (const [i, name] of readdirSync(join(train, from)).sort().entries()) {
      if (i % 20 !== 7) continue;
      const to = classes[(k + 1 + (i % 3)) % classes.length]!;
      renameSync(join(train, from, name), join(train, to, `${from}-${name}`));
      planted.push(`${to}/${from}-${name}`);
    }
}

beforeAll(async () => {
  const each = { train: 60, validation: 40, test: 40 };
  await drawSplitPhotos({ folder: photos, classes, each, size: 80, seed: 4, noise: 30 });
  plantWrongLabels(join(photos, "train"));
  const settings = { strategy: "feature-extraction", epochs: 4, size: 80, augment: "none", weights: "small" } as const;
  report = await retrain({ data: photos, out, threads: 2, ...settings }).result;
}, 60_000);

type Answer = Extract<Prediction, { classes: unknown }>;

async function answers(images: string | readonly Uint8Array[], asked: object): Promise<readonly Answer[]> {
  const found: Answer[] = [];
  for await (const one of predict({ model: out, images, threads: 2, ...asked })) if ("classes" in one) found.push(one);
  return found;
}

function picture(pixel: () => number, edge: number): Promise<Buffer> {
  const pixels = Uint8Array.from({ length: edge * edge * 3 }, pixel);
  return sharp(pixels, { raw: { width: edge, height: edge, channels: 3 } })
    .resize(80, 80, { kernel: "nearest" })
    .png()
    .toBuffer();
}

test("probabilities of new pictures are less far off than before calibration, and the model file has the temperature", () => {
  const { temperature, reason, images, test: judged } = report.calibration;
  expect({ reason, images }).toEqual({ reason: null, images: 160 });
  expect(Math.abs(temperature - 1)).toBeGreaterThan(0.1); // else there was nothing to do
  expect(judged!.after.ece).toBeLessThan(judged!.before.ece);
  expect(judged!.after.logLoss).toBeLessThan(judged!.before.logLoss);
  const { card } = readModelFile("", readFileSync(join(out, "model.onnx")));
  expect(card.temperature).toBe(temperature);
  expect([card.trueClassScores!.rows, card.distances!.rows]).toEqual([160, 160]);
  expect(report.test!.temperature).toBe(temperature);
  expect(report.test!.loss).toBeCloseTo(judged!.before.logLoss, 6);
});

test("what the model says of every picture is kept, and is what the report was made of", async () => {
  const kept = await readAnswers(out);
  for (const [split, count] of Object.entries(report.images))
    expect(kept.pictures.filter((one) => one.split === split)).toHaveLength(count);
  const said = argmax(kept.logits, kept.classes.length);
  const right = kept.pictures.map((one, row) => kept.classes[said[row]!] === one.class);
  for (const [split, judged] of Object.entries({ validation: report.validation, test: report.test! })) {
    const own = right.filter((_, row) => kept.pictures[row]!.split === split);
    expect(own.filter((one) => one).length / own.length).toBe(judged.accuracy);
  }
});

test("labels that were planted wrong are found, and little else", () => {
  const { checked, agreement, found, reason } = report.labelIssues;
  expect({ checked, reason }).toEqual({ checked: report.images.train + report.images.validation, reason: null });
  expect(agreement).toBeGreaterThan(0.9);
  expect(planted).toHaveLength(12);
  const first = found.slice(0, planted.length);
  const hits = first.filter(({ name }) => planted.some((wrong) => name.endsWith(wrong)));
  expect(hits.length / first.length).toBeGreaterThanOrEqual(0.6);
  expect(hits.length / planted.length).toBeGreaterThanOrEqual(0.6);
  for (const { name, truth, suggested } of hits) {
    expect(name).toContain(`${truth}/`);
    expect(name).toContain(`/${suggested}-`); // what it was before it was moved
  }
});

describe("a finished run", () => {
  let seen: readonly Answer[] = [];
  beforeAll(async () => {
    seen = await answers(join(photos, "test"), { coverage: 0.98, reject: 0.05 });
  }, 60_000);

  test("names sets of classes that hold the true one nearly as often as asked, and of one class mostly", () => {
    const held = seen.filter(({ path, set }) => set!.includes(basename(dirname(path))));
    expect(seen).toHaveLength(160);
    expect(held.length / seen.length).toBeGreaterThan(0.94);
    expect(Math.max(...seen.map(({ set }) => set!.length))).toBeGreaterThan(1);
    const one = seen.filter(({ set }) => set!.length === 1);
    expect(one.length / seen.length).toBeGreaterThan(0.5);
    for (const { classes, set } of seen) expect(set![0]).toBe(classes[0]!.name);
  });

  test("rejects about as many new pictures as asked, and far more of noise and of plain colours", async () => {
    expect(seen.filter(({ rejected }) => rejected).length / seen.length).toBeLessThan(0.12);
    const random = stream(1, "far");
    const [noise, plain] = [80, 1].map((edge) => Array.from({ length: 20 }, () => picture(() => 256 * random(), edge)));
    for (const pictures of [noise!, plain!]) {
      const far = await answers(await Promise.all(pictures), { reject: 0.05 });
      expect(far.filter(({ rejected }) => rejected).length / far.length).toBeGreaterThan(0.6);
    }
  });

  test("says nothing of sets and distances unless asked", async () => {
    const [first] = await answers(join(photos, "test", "discs", "0.png"), {});
    expect(Object.keys(first!).sort()).toEqual(["classes", "path"]);
  });

  test("refuses a promise that it cannot keep", async () => {
    await expect(answers(photos, { coverage: 0.999 })).rejects.toThrow("predict/too-few-for-coverage");
    await expect(answers(photos, { coverage: 1 })).rejects.toThrow("options/value");
  });
});
