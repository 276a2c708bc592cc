import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as reinception from "reinception";
import { beforeAll, describe, expect, test } from "vitest";
import { resolveConfig } from "../src/train/resolve.ts";
import { drawPhotos } from "../test/support/drawn-photos.ts";
import { temporaryFolder } from "../test/support/temporary-folder.ts";
import { extractFeatures } from "./feature-extraction.ts";
import { fineTune } from "./fine-tuning.ts";
import { retrainHybrid } from "./hybrid.ts";
import { learnByHand } from "./layers-below.ts";

const folder = temporaryFolder();
const classes = ["checks", "discs", "stripes"] as const;
let data = "";
beforeAll(async () => {
  data = await drawPhotos({ folder: join(folder, "photos"), classes, each: 20, size: 80, seed: 5 });
});

/** Kinds of what learnt in the base: kernels, gammas and betas. */
function kindsOf(names: readonly string[]) {
  const ending = (text: string) => names.filter((name) => name.startsWith("features.") && name.endsWith(text)).length;
  return { kernels: ending("conv.weight"), gammas: ending("bn.weight"), betas: ending("bn.bias") };
}

const last50 = { kernels: 11, gammas: 16, betas: 16 };
const nothing = { kernels: 0, gammas: 0, betas: 0 };
const linear = ["last_linear.weight", "last_linear.bias"];

function expectFrozenUntouched({ stages }: reinception.Report): void {
  for (const { frozen } of stages) expect(frozen.after).toBe(frozen.before);
}

describe("the program of", () => {
  test("feature extraction learns a head on the frozen network", async () => {
    const out = join(folder, "feature-extraction");
    const report = await extractFeatures(data, out, 5);
    const [stage] = report.stages;
    expect(report.strategy).toBe("feature-extraction");
    expect(report.stages).toHaveLength(1);
    expect(stage!.learnt).toEqual(linear);
    expect(stage!.boundary).toBe("pooled");
    expectFrozenUntouched(report);
    expect(stage!.epochsDone.at(-1)!.loss).toBeLessThan(stage!.epochsDone[0]!.loss / 2);
    expect(report.validation.accuracy).toBeGreaterThanOrEqual(0.8); // 1/3 by chance
    expect(existsSync(join(out, "model.onnx"))).toBe(true);
  });

  test("fine-tuning learns the last 50 layers with a head of 1024 units", async () => {
    const report = await fineTune(data, join(folder, "fine-tuning"), 3);
    const [stage] = report.stages;
    expect(report.strategy).toBe("fine-tuning");
    expect(report.stages).toHaveLength(1);
    expect(kindsOf(stage!.learnt)).toEqual(last50);
    expect(stage!.learnt).toEqual(expect.arrayContaining(["head.0.weight", "head.0.bias", ...linear]));
    expect(stage!.learnt).toHaveLength(43 + 4);
    expect(stage!.boundary).toBe("mixed_7b");
    expectFrozenUntouched(report);
    expect(stage!.epochsDone.at(-1)!.loss).toBeLessThan(stage!.epochsDone[0]!.loss / 2);
    expect(report.validation.accuracy).toBeGreaterThanOrEqual(0.8);
  });

  test("hybrid learns the head first and then the last 50 layers with it", async () => {
    const report = await retrainHybrid(data, join(folder, "hybrid"), [3, 2]);
    const [first, second] = report.stages;
    expect(report.strategy).toBe("hybrid");
    expect(report.stages.map(({ epochsDone }) => epochsDone.length)).toEqual([3, 2]);
    expect(kindsOf(first!.learnt)).toEqual(nothing);
    expect(kindsOf(second!.learnt)).toEqual(last50);
    expect([first!.learnt.length, second!.learnt.length]).toEqual([2, 43 + 2]);
    expectFrozenUntouched(report);
    expect(second!.epochsDone.at(-1)!.loss).toBeLessThan(first!.epochsDone.at(-1)!.loss);
    expect(report.validation.accuracy).toBeGreaterThanOrEqual(0.8);
  });

  test("the layers below learns with every step", async () => {
    const losses = await learnByHand(12);
    expect(losses).toHaveLength(12);
    expect(losses[0]!).toBeCloseTo(Math.log(3), 1); // as if by chance
    for (let step = 1; step < 12; step++) expect(losses[step]!).toBeLessThan(losses[step - 1]!);
    // to its net the four pictures of noise look alike, so more than the shares of the labels is not learnt so soon
    expect(losses.at(-1)!).toBeLessThan(losses[0]! - 0.03);
    expect(await learnByHand(2)).toEqual(losses.slice(0, 2)); // nothing in it is by chance
  });
});

describe("the README", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code!);
  const imported = blocks.flatMap((code) =>
    [...code.matchAll(/^import \{([^}]*)\} from "reinception";/gm)].flatMap(([, names]) => names!.split(",")),
  );

  test("has a program, and imports only what is there", () => {
    expect(blocks.length).toBeGreaterThan(0);
    expect(imported.length).toBeGreaterThan(0);
    const values = new Set(Object.keys(reinception));
    expect(imported.map((name) => name.trim()).filter((name) => !values.has(name))).toEqual([]);
  });

  test("gives options that are taken", () => {
    const asked = blocks.flatMap((code) =>
      [...code.matchAll(/\bretrain\((\{.*\})\);/g)].map(([, options]) => options!),
    );
    expect(asked.length).toBeGreaterThan(0);
    for (const options of asked) {
      const read = new Function(...Object.keys(reinception), `return ${options};`) as (...names: unknown[]) => unknown;
      const config = resolveConfig(read(...Object.values(reinception)) as reinception.RetrainOptions);
      expect(config).toMatchObject({ strategy: { name: "hybrid" }, batchSize: 32 });
    }
  });
});
