import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type ErrorCode, featureExtraction, ReinceptionError, type RetrainOptions, retrain } from "../../src/index.ts";
import { embeddedSmall } from "../../src/weights/network-file.ts";
import { drawPhotos } from "../support/drawn-photos.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const out = join(folder, "run");
let data = "";
beforeAll(async () => {
  data = await drawPhotos({
    folder: join(folder, "photos"),
    classes: ["discs", "stripes"],
    each: 4,
    size: 80,
    seed: 9,
  });
});

function start(options: Partial<RetrainOptions>) {
  const common = { weights: "random", width: 1 / 32, size: 75, threads: 1, report: false } as const;
  return retrain({ data, out, ...common, strategy: featureExtraction({ epochs: 1 }), ...options });
}

/** Runs until it is refused, and returns the whole message. */
async function refusal(code: ErrorCode, options: Partial<RetrainOptions>): Promise<string> {
  const { result } = start(options);
  await expect(result).rejects.toMatchObject({ name: "ReinceptionError", code });
  return result.then(
    () => expect.fail("it was not refused"),
    (error: unknown) => (error instanceof ReinceptionError ? error.message : expect.fail("not an error of ours")),
  );
}

describe("a run is refused before it begins, and leaves nothing behind", () => {
  test("without a folder of pictures", async () => {
    expect(await refusal("data/not-found", { data: join(folder, "nowhere") })).toContain("nowhere");
    expect(existsSync(out)).toBe(false);
  });

  test("with one class alone", async () => {
    const one = join(folder, "one");
    cpSync(join(data, "discs"), join(one, "discs"), { recursive: true });
    expect(await refusal("data/one-class", { data: one })).toContain('only one class, "discs"');
    expect(existsSync(out)).toBe(false);
  });

  test("with weights that are none", async () => {
    const notes = join(folder, "notes.safetensors");
    writeFileSync(notes, "no weights at all");
    await refusal("weights/other-format", { weights: notes, width: undefined });
    const cut = join(folder, "cut.safetensors");
    writeFileSync(cut, readFileSync(embeddedSmall()).subarray(0, 100_000));
    await refusal("weights/damaged", { weights: cut, width: undefined });
    expect(existsSync(out)).toBe(false);
  });

  test("with options that cannot be, at once and without a process", () => {
    expect(() => start({ size: 74 })).toThrow("options/value: --size");
    expect(() => start({ validation: 1 })).toThrow("options/value: --validation");
    expect(() => start({ weights: "small" })).toThrow("options/not-with: --width");
    expect(existsSync(out)).toBe(false);
  });

  test("in a folder that holds something, which stays as it is", async () => {
    const used = join(folder, "used");
    mkdirSync(used);
    writeFileSync(join(used, "thesis.txt"), "years of work");
    expect(await refusal("run/folder-in-use", { out: used })).toContain(used);
    expect(readdirSync(used)).toEqual(["thesis.txt"]);
    expect(readFileSync(join(used, "thesis.txt"), "utf8")).toBe("years of work");
  });
});

describe("pictures that cannot be read", () => {
  const damaged = join(folder, "damaged");
  beforeAll(() => {
    cpSync(data, damaged, { recursive: true });
    truncateSync(join(damaged, "discs", "1.png"), 3000);
  });

  test("are left out by name, and the run goes on with the others", async () => {
    const { images, skipped } = await start({ data: damaged, out: join(folder, "left-out") }).result;
    expect(images.train + images.validation).toBe(7);
    expect(skipped).toHaveLength(1);
    expect(skipped[0]).toMatchObject({ path: "discs/1.png", reason: expect.stringContaining("1.png") as string });
  });

  test("end it when too few of a class are left", async () => {
    for (const name of ["2.png", "3.png"]) truncateSync(join(damaged, "discs", name), 0);
    const message = await refusal("data/class-too-small", { data: damaged });
    expect(message).toContain('class "discs" has 1 picture');
    expect(existsSync(out)).toBe(false);
  });
});

describe("a run that goes astray", () => {
  test.each([
    { batchSize: 3, noticed: "epoch 1, step 2" },
    { batchSize: 32, noticed: "epoch 1, step 1" }, // there is no other step to notice it
  ])(
    "says when the loss is not a number any more, and how to learn more slowly: $noticed",
    async ({ batchSize, noticed }) => {
      const strategy = featureExtraction({
        epochs: 1,
        hidden: [8],
        learningRate: 1e30,
        warmup: 0,
        schedule: "constant",
      });
      const astray = join(folder, `astray-${batchSize}`);
      const message = await refusal("train/loss-not-finite", { strategy, batchSize, out: astray });
      expect(message).toContain("--learning-rate 1e+29");
      expect(message).toContain(noticed);
      expect(existsSync(join(astray, "run.json"))).toBe(true);
      expect(existsSync(join(astray, "report.json"))).toBe(false);
      expect(existsSync(join(astray, "model.onnx"))).toBe(false);
    },
  );
});
