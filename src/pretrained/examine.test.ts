import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { ruleParameters } from "../../test/support/rule.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { networkParameters } from "../models/parameters.ts";
import { writeSafetensors } from "../weights/safetensors.ts";
import { examineWeights } from "./examine.ts";

const folder = temporaryFolder();
const width = 1 / 32;
const rule = ruleParameters(1, width, { classes: 10 });
const shapes = new Map(
  networkParameters(width, { classes: 10, hidden: [], dropout: 0 }).map(({ name, shape }) => [name, shape] as const),
);

interface Changed {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

let files = 0;

/** A file of the rule's network with some tensors changed, or left out where `undefined` stands for them. */
function fileWith(changes: Readonly<Record<string, Changed | undefined>> = {}, metadata: Record<string, string> = {}) {
  const whole = Object.fromEntries([...shapes].map(([name, shape]) => [name, { shape, values: rule[name]! }]));
  const tensors = Object.entries({ ...whole, ...changes }).flatMap(([name, tensor]) =>
    tensor === undefined
      ? []
      : [[name, { dtype: "F32", shape: tensor.shape, bytes: new Uint8Array(tensor.values.slice().buffer) }] as const],
  );
  const path = join(folder, `${files++}.safetensors`);
  writeFileSync(path, writeSafetensors(new Map(tensors), metadata));
  return path;
}

function all(name: string, value: number): Changed {
  const shape = shapes.get(name)!;
  return { shape, values: rule[name]!.map(() => value) };
}

function fixture(name: string): string {
  return fileURLToPath(new URL(`../../test/fixtures/files/${name}`, import.meta.url));
}

describe("an examination of weights", () => {
  test("says everything about a file that a run can start from", async () => {
    const path = fileWith({}, { input_size: "80", class_names: '["a","b"]' });
    expect(await examineWeights(path)).toMatchObject({
      path,
      usable: true,
      problems: [],
      format: "safetensors",
      tensors: 747,
      width,
      head: { classes: 10, hidden: [] },
      inputFormat: { size: 80 },
      classNames: ["a", "b"],
      missing: [],
      wrongShapes: [],
      unused: [],
      numbers: { notFinite: [], negativeVariances: [], odd: [], gammas: "learnt", statistics: "gathered" },
      notes: ["it names 2 classes, but its classifier has 10"],
    });
  });

  test("does not stop at what is missing, of another shape or not used", async () => {
    const path = fileWith({
      "features.0.conv.weight": undefined,
      "features.9.branch0.bn.bias": undefined,
      "features.3.conv.bn.weight": { shape: [2], values: Float32Array.of(1, 1) },
      "aux.weight": { shape: [1], values: Float32Array.of(Number.NaN) },
    });
    const found = await examineWeights(path);
    expect(found).toMatchObject({
      usable: false,
      width,
      missing: ["features.0.conv.weight", "features.9.branch0.bn.bias"],
      wrongShapes: [{ name: "features.3.conv.bn.weight", found: [2], needed: [3] }],
      unused: ["aux.weight"],
    });
    expect(found.problems.map(({ code }) => code)).toEqual(["weights/not-inception-v4"]);
  });

  test("names every number that cannot be or is hardly meant", async () => {
    const path = fileWith({
      "features.0.conv.weight": all("features.0.conv.weight", 0),
      "features.1.bn.bias": all("features.1.bn.bias", Number.NaN),
      "features.2.bn.running_var": all("features.2.bn.running_var", -1),
      "features.5.conv.bn.running_var": all("features.5.conv.bn.running_var", 0),
      "features.6.branch0.bn.running_mean": all("features.6.branch0.bn.running_mean", -123_456),
      "last_linear.bias": all("last_linear.bias", Number.NEGATIVE_INFINITY),
    });
    const { usable, problems, numbers } = await examineWeights(path);
    expect(usable).toBe(false);
    expect(problems.map(({ code }) => code)).toEqual(["weights/not-finite"]);
    expect(numbers).toMatchObject({
      notFinite: ["features.1.bn.bias", "last_linear.bias"],
      negativeVariances: ["features.2.bn.running_var"],
      odd: [
        { name: "features.0.conv.weight", what: "holds nothing but 0" },
        { name: "features.5.conv.bn.running_var", what: "holds a variance of 0" },
        { name: "features.6.branch0.bn.running_mean", what: "reaches 123000" },
      ],
    });
  });

  test("tells networks that have seen pictures from those that have not", async () => {
    const fresh = [...shapes.keys()].flatMap((name) => {
      const value = name.endsWith("running_mean") ? 0 : name.endsWith("running_var") ? 1 : undefined;
      return value === undefined ? [] : [[name, all(name, value)] as const];
    });
    const { usable, numbers, notes } = await examineWeights(fileWith(Object.fromEntries(fresh)));
    expect({ usable, statistics: numbers.statistics }).toEqual({ usable: true, statistics: "initial" });
    expect(notes).toEqual([expect.stringContaining("it has seen no picture")]);
  });

  test("knows scales that are all 1 and scales that are not there", async () => {
    const gammas = [...shapes.keys()].filter((name) => name.endsWith("bn.weight"));
    const found = async (change: (name: string) => Changed | undefined) => {
      const { usable, numbers } = await examineWeights(
        fileWith(Object.fromEntries(gammas.map((name) => [name, change(name)]))),
      );
      return usable ? numbers.gammas : "not usable";
    };
    expect(await found((name) => all(name, 1))).toBe("all 1");
    expect(await found(() => undefined)).toBe("absent");
  });

  test("finds the background of 1001 classes", async () => {
    const features = shapes.get("last_linear.weight")![1]!;
    const path = fileWith({
      "last_linear.weight": { shape: [1001, features], values: new Float32Array(1001 * features).fill(0.5).fill(1, 9) },
      "last_linear.bias": { shape: [1001], values: new Float32Array(1001) },
    });
    expect(await examineWeights(path)).toMatchObject({ usable: true, backgroundRow: true, head: { classes: 1001 } });
  });

  test("of an ONNX model whose batch norms are folded says that their statistics are lost", async () => {
    const { usable, format, numbers, notes } = await examineWeights(fixture("model-folded.onnx"));
    expect({ usable, format }).toEqual({ usable: true, format: "onnx" });
    expect(numbers).toMatchObject({ gammas: "all 1", statistics: "folded" });
    expect(notes).toEqual([expect.stringContaining("their statistics are lost")]);
  });

  test("says what is wrong with metadata beside what is wrong with tensors", async () => {
    const path = fileWith({ "features.0.bn.bias": undefined }, { input_size: "70" });
    expect((await examineWeights(path)).problems.map(({ code }) => code)).toEqual([
      "weights/missing",
      "weights/metadata",
    ]);
  });

  test("of something else says what it looks like", async () => {
    const found = await examineWeights(fileURLToPath(new URL("../../package.json", import.meta.url)));
    expect(found).toMatchObject({ usable: false, format: null, kind: "unknown", width: null, missing: [] });
    expect(found.problems.map(({ code }) => code)).toEqual(["weights/other-format"]);
  });

  test("needs a file", async () => {
    await expect(examineWeights(join(folder, "nothing"))).rejects.toThrow("weights/not-found");
  });
});
