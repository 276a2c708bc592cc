import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { elementCount } from "../ir/tensor-type.ts";
import { initialParameters } from "./initial-parameters.ts";
import { convolutions, featureCount, networkParameters, type ParameterKind } from "./parameters.ts";

const head = { classes: 1000, hidden: [], dropout: 0 };
const full = networkParameters(1, head);

function count(...kinds: readonly ParameterKind[]): number {
  const chosen = full.filter(({ kind }) => kinds.includes(kind));
  return chosen.reduce((total, { shape }) => total + elementCount(shape), 0);
}

describe("the parameters of the network", () => {
  test("are as many as timm's: 149 convolutions, 42,679,816 learning numbers with a head of 1000", () => {
    expect(convolutions(1).length).toBe(149);
    expect(full.length).toBe(149 * 5 + 2);
    expect(count("kernel")).toBe(41_079_648);
    expect(count("gamma")).toBe(31_584);
    expect(count("mean", "variance")).toBe(63_168);
    expect(count("weight", "bias")).toBe(1_537_000);
    expect(count("kernel", "gamma", "beta", "weight", "bias")).toBe(42_679_816);
  });

  test("are as many in each block as timm's", () => {
    const learning = (stage: number) =>
      networkParameters(1)
        .filter(({ block, kind }) => block === `features.${stage}` && kind !== "mean" && kind !== "variance")
        .reduce((total, { shape }) => total + elementCount(shape), 0);
    const repeated = (value: number, times: number) => Array<number>(times).fill(value);
    expect(Array.from({ length: 22 }, (_, stage) => learning(stage))).toEqual([
      ...[928, 9_280, 18_560, 55_488, 189_312, 332_160],
      ...repeated(317_632, 4),
      2_306_112,
      ...repeated(2_936_256, 7),
      2_747_392,
      ...repeated(4_553_088, 3),
    ]);
  });

  test("begin and end as timm's state dict does", () => {
    expect(full.slice(0, 5).map(({ name, shape }) => [name, shape])).toEqual([
      ["features.0.conv.weight", [32, 3, 3, 3]],
      ["features.0.bn.weight", [32]],
      ["features.0.bn.bias", [32]],
      ["features.0.bn.running_mean", [32]],
      ["features.0.bn.running_var", [32]],
    ]);
    expect(full.slice(-2).map(({ name, shape }) => [name, shape])).toEqual([
      ["last_linear.weight", [1000, 1536]],
      ["last_linear.bias", [1000]],
    ]);
  });

  test("have the names and shapes of the embedded network, which timm wrote at width 1/4", () => {
    const file = readFileSync(new URL("../../assets/inception-v4-small.safetensors", import.meta.url));
    const length = Number(file.readBigUInt64LE(0));
    const header = JSON.parse(file.toString("utf8", 8, 8 + length)) as Record<string, { shape: number[] }>;
    const stored = Object.keys(header).filter((name) => !/__metadata__|num_batches_tracked/.test(name));
    const expected = networkParameters(1 / 4, { ...head, classes: 200 });
    expect(stored.sort()).toEqual(expected.map(({ name }) => name).sort());
    for (const { name, shape } of expected) expect([name, header[name]!.shape]).toEqual([name, shape]);
  });

  test.each([1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 1.5])("have whole channel counts at width %d", (width) => {
    const { channels, inputChannels } = convolutions(width).at(-1)!;
    expect([channels, inputChannels]).toEqual([256 * width, 1536 * width]);
    expect(featureCount(width)).toBe(1536 * width);
  });
});

describe("the first values", () => {
  const infos = networkParameters(1 / 4, { classes: 7, hidden: [5], dropout: 0 });
  const values = initialParameters(infos, 1);
  const at = (name: string) => values.get(name)!.values;

  test("exist for every parameter in its shape", () => {
    expect([...values].map(([name, { shape }]) => [name, shape])).toEqual(
      infos.map(({ name, shape }) => [name, shape]),
    );
    for (const { shape, values: numbers } of values.values()) expect(numbers.length).toBe(elementCount(shape));
  });

  test("leave batch norms neutral and biases zero", () => {
    const neutral: Partial<Record<ParameterKind, number>> = { gamma: 1, beta: 0, mean: 0, variance: 1, bias: 0 };
    for (const { name, kind } of infos)
      if (kind in neutral) expect(at(name).every((value) => value === neutral[kind])).toBe(true);
  });

  test("give kernels a variance of 2 / fan-in (TF-slim's 1.3 gives 2.01) and nothing beyond two sigma", () => {
    const kernel = at("features.18.branch1.3.conv.weight"); // 80 x 80 x 3 x 3
    const fanIn = 80 * 9;
    const sigma = Math.sqrt(2.6 / fanIn);
    const square = kernel.reduce((sum, value) => sum + value * value, 0) / kernel.length;
    const mean = kernel.reduce((sum, value) => sum + value, 0) / kernel.length;
    expect(square * fanIn).toBeGreaterThan(1.97);
    expect(square * fanIn).toBeLessThan(2.05);
    expect(Math.abs(mean)).toBeLessThan((4 * sigma) / Math.sqrt(kernel.length));
    const largest = kernel.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
    expect(largest).toBeLessThanOrEqual(Math.fround(2 * sigma));
    expect(largest).toBeGreaterThan(1.98 * sigma);
  });

  test("spread the head's kernels evenly up to sqrt(6 / (in + out))", () => {
    const kernel = at("head.0.weight"); // [5, 384]
    const limit = Math.sqrt(6 / 389);
    const square = kernel.reduce((sum, value) => sum + value * value, 0) / kernel.length;
    expect(square / limit ** 2).toBeGreaterThan(0.31);
    expect(square / limit ** 2).toBeLessThan(0.36);
    const largest = kernel.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
    expect(largest).toBeLessThanOrEqual(Math.fround(limit));
    expect(largest).toBeGreaterThan(0.99 * limit);
  });

  test("depend on seed and name only, not on what else is drawn", () => {
    const [one] = infos.filter(({ name }) => name === "features.5.conv.conv.weight");
    expect(initialParameters([one!], 1).get(one!.name)!.values).toEqual(at(one!.name));
    expect(initialParameters([one!], 2).get(one!.name)!.values).not.toEqual(at(one!.name));
    expect(at("features.6.branch0.conv.weight")).not.toEqual(at("features.7.branch0.conv.weight"));
  });
});
