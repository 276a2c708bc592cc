import { existsSync, readFileSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { drawPhotos } from "../../test/support/drawn-photos.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { fileAt } from "../data/locator.ts";
import { ReinceptionError } from "../errors.ts";
import { startJob } from "../jobs/job.ts";
import { withoutAnswers } from "../onnx/answers.ts";
import { foldNorms } from "../onnx/fold-norms.ts";
import { observe } from "../onnx/observe.ts";
import { quantize } from "../onnx/quantize.ts";
import type { OnnxModel } from "../onnx/schema.ts";
import { readModelFile, takingViews, withNetwork } from "../train/model-file.ts";
import { openModelFile } from "../train/open-model.ts";
import { resolveConfig } from "../train/resolve.ts";
import { calibrate, drawForCalibration } from "./calibrate.ts";
import { networkOf } from "./compared.ts";
import type { Export } from "./export-model.ts";
import type { ExportFormat } from "./exporters.ts";
import { type Comparison, checkLoss, compareModels } from "./gate.ts";
import { checkRanges } from "./onnx-fp16.ts";
import { resolveExport } from "./resolve-export.ts";
import { runPictures } from "./run-pictures.ts";

const folder = temporaryFolder();
const run = join(folder, "run");
const data = join(folder, "photos");

beforeAll(async () => {
  await drawPhotos({ folder: data, classes: ["checks", "crosses", "discs", "stripes"], each: 24, size: 80, seed: 5 });
  const config = { data, out: run, strategy: "feature-extraction", epochs: 4, size: 80, augment: "none" } as const;
  await startJob("train", resolveConfig({ ...config, weights: "small", validation: 0.4, threads: 2 })).result;
}, 60_000);

const exported = new Map<ExportFormat, Export>();
async function exportOf(format: ExportFormat, more: object = {}): Promise<Export> {
  const input = resolveExport({ model: run, format, calibration: 24, threads: 2, ...more });
  return startJob("export", input).result;
}

describe.each([
  ["onnx-fp16", 0.52, 1, 2e-3],
  ["onnx-int8", 0.29, 0.9, 0.03],
] as const)("a run as %s", (format, size, agreement, difference) => {
  test("agrees with the float model of nearly all held-back pictures", async () => {
    const made = await exportOf(format, { maxAccuracyLoss: 0.1 });
    exported.set(format, made);
    const { comparison } = made.files[0]!;
    expect(comparison!.images).toBeGreaterThan(25);
    expect(comparison!.agreement).toBeGreaterThanOrEqual(agreement);
    expect(comparison!.meanProbabilityDifference).toBeLessThan(difference);
    expect(comparison!.meanProbabilityDifference).toBeGreaterThan(0);
    expect(comparison!.float.accuracy).toBeGreaterThan(0.6);
    expect(Math.abs(comparison!.accuracyLoss)).toBeLessThanOrEqual(1 - comparison!.agreement);
  });

  test("is smaller, and takes pictures like any model", async () => {
    const { files, out } = exported.get(format)!;
    const { float, exported: smaller } = files[0]!.comparison!;
    expect(smaller.sizeBytes / float.sizeBytes).toBeLessThan(size);
    expect(await readFile(join(out, "model.onnx"))).toHaveLength(smaller.sizeBytes);
    const model = await openModelFile(join(out, "model.onnx"), 1);
    expect(model.card.classes).toEqual(["checks", "crosses", "discs", "stripes"]);
    const { probabilities } = await model.answers(new Uint8Array(80 * 80 * 3).fill(90));
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 2);
    await model.close();
  });

  test("has measured its promises anew, and computes what is behind the network in float32", async () => {
    const { files, out } = exported.get(format)!;
    const [float, smaller] = [run, out].map((path) => {
      const bytes = readFileSync(join(path, "model.onnx"));
      return readModelFile("", bytes);
    });
    expect(smaller!.card.temperature).toBe(float!.card.temperature);
    expect(withoutAnswers(smaller!.model).numbers).toEqual(withoutAnswers(float!.model).numbers);
    for (const kind of ["trueClassScores", "distances"] as const) {
      const [before, after] = [float!.card[kind]!, smaller!.card[kind]!];
      expect(after.rows).toBe(files[0]!.comparison!.images);
      expect(after.values).not.toEqual(before.values);
      for (const [i, value] of after.values.entries()) expect(Math.abs(value - before.values[i]!)).toBeLessThan(0.25);
    }
  });

  test("has no parameters as they were learnt to give to timm", async () => {
    const { out } = exported.get(format)!;
    const asked = startJob("export", resolveExport({ model: out, format: "safetensors", out: join(out, "timm") }));
    await expect(asked.result).rejects.toMatchObject({ code: "export/not-as-learnt" });
  });
});

describe("the gate", () => {
  const never = () => false;

  async function comparisonWith(change: (network: OnnxModel) => Promise<OnnxModel>): Promise<Comparison> {
    const path = join(run, "model.onnx");
    const bytes = await readFile(path);
    const found = readModelFile(path, bytes);
    const network = await change(foldNorms(networkOf({ ...found, path, bytes, golden: undefined })));
    const pictures = await resultOf(runPictures(path));
    const comparison = await resultOf(
      compareModels(
        {
          float: { model: takingViews(found), sizeBytes: bytes.length },
          exported: { model: takingViews(withNetwork(found, network)), sizeBytes: 1 },
          classes: 4,
          images: pictures.validation,
          format: found.card.inputFormat,
          threads: 2,
        },
        never,
      ),
    );
    return comparison!;
  }

  test("does not let pass what was quantised with ranges that are far too small", async () => {
    const comparison = await comparisonWith(async (network) => {
      const { train } = await resultOf(runPictures(join(run, "model.onnx")));
      const { card } = readModelFile("", await readFile(join(run, "model.onnx")));
      const input = { observed: observe(network), format: card.inputFormat, images: train.slice(0, 8), threads: 2 };
      const seen = (await resultOf(calibrate(input, never)))!;
      const ranges = new Map([...seen.ranges].map(([name, { low, high }]) => [name, { low, high: high / 50 }]));
      return quantize(network, { ...seen, ranges });
    });
    expect(comparison.agreement).toBeLessThan(0.8);
    const check = () => checkLoss(comparison, 0.01);
    expect(check).toThrow(ReinceptionError);
    expect(check).toThrow(/^export\/accuracy-lost: the smaller model calls .* and 1\.0 % is the limit/);
    expect(check).toThrow("--max-accuracy-loss 0.");
  });

  test("lets pass a loss that is the limit, and a gain", async () => {
    const same = await comparisonWith(async (network) => network);
    expect({ agreement: same.agreement, loss: same.accuracyLoss }).toEqual({ agreement: 1, loss: 0 });
    checkLoss(same, 0);
    checkLoss({ ...same, accuracyLoss: -0.1 }, 0);
    expect(() => checkLoss({ ...same, accuracyLoss: 0.01 }, 0)).toThrow("export/accuracy-lost");
    expect(() => checkLoss({ ...same, accuracyLoss: Number.NaN }, 1)).toThrow("export/accuracy-lost");
  });

  test("is asked before anything is written", async () => {
    const out = join(folder, "refused");
    const input = resolveExport({ model: run, format: "onnx-int8", out, calibration: 1, threads: 2 });
    const refused = startJob("export", { ...input, maxAccuracyLoss: -1 }).result;
    await expect(refused).rejects.toThrow("export/accuracy-lost");
    expect(existsSync(out)).toBe(false);
  });
});

describe("half precision", () => {
  test("does not hold values that go beyond it", () => {
    checkRanges(new Map([["a", { low: -65504, high: 65504 }]]));
    for (const range of [
      { low: 0, high: 65505 },
      { low: -1e6, high: 1 },
      { low: 0, high: Number.NaN },
    ])
      expect(() => checkRanges(new Map([["a", range]]))).toThrow('export/beyond-float16: "a" reaches');
  });
});

describe("pictures for calibration", () => {
  const images = Array.from({ length: 9 }, (_, i) => ({ locator: fileAt(""), name: String(i), label: 0, hash: "" }));

  test("are drawn by chance, the same ones for one seed", () => {
    const drawn = drawForCalibration(images, 4, 1);
    expect(new Set(drawn).size).toBe(4);
    expect(drawForCalibration(images, 4, 1)).toEqual(drawn);
    expect(drawForCalibration(images, 4, 2)).not.toEqual(drawn);
  });

  test("are all there are where more are asked for", () =>
    expect(new Set(drawForCalibration(images, 100, 1))).toEqual(new Set(images)));
});

describe("pictures of a run", () => {
  test("that are not what they were are refused", async () => {
    await rm(join(data, "discs", "0.png"));
    await expect(resultOf(runPictures(join(run, "model.onnx")))).rejects.toThrow("export/pictures-changed");
  });

  test("are not known of a model outside a run", async () => {
    await expect(resultOf(runPictures(join(folder, "model.onnx")))).rejects.toThrow("run/not-a-run");
  });
});

async function resultOf<Result>(events: AsyncGenerator<unknown, Result>): Promise<Result> {
  let next = await events.next();
  while (!next.done) next = await events.next();
  return next.value;
}
