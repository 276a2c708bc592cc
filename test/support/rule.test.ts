import { describe, expect, test } from "vitest";
import { fnv1a, stream } from "../../src/random.ts";
import { readFixture } from "./fixture.ts";
import { type RuleKind, ruleDense, ruleImages, ruleLabels, ruleParameters, ruleTensor } from "./rule.ts";

interface Filled {
  readonly name: string;
  readonly shape: readonly number[];
  readonly first5: readonly number[];
  readonly last: number;
  readonly sum: number;
}

interface RuleFixture {
  readonly seed: number;
  readonly streams: readonly { name: string; fnv1a32: number; uint32: readonly number[]; r: readonly number[] }[];
  readonly tensors: readonly (Filled & { kind: string; width: string })[];
  readonly images: readonly Filled[];
  readonly dense: readonly Omit<Filled, "sum">[];
}

const fixture = readFixture<RuleFixture>("rule");
const kinds: Readonly<Record<string, RuleKind>> = {
  conv: "kernel",
  gamma: "gamma",
  beta: "beta",
  mean: "mean",
  var: "variance",
  linear: "weight",
  bias: "bias",
};

function expectBits(values: Float32Array, { first5, last }: Pick<Filled, "first5" | "last">) {
  expect(Array.from(values.subarray(0, 5))).toEqual(first5);
  expect(values.at(-1)).toBe(last);
}

function expectSum(values: Float32Array, sum: number) {
  const total = values.reduce((so, value) => so + value, 0);
  expect(Math.abs(total - sum)).toBeLessThanOrEqual(1e-9 * values.length);
}

describe("the rule of the fixtures", () => {
  test.each(fixture.streams)("stream $name is the same bit for bit", ({ name, fnv1a32, uint32, r }) => {
    expect(fnv1a(`${fixture.seed}:${name}`)).toBe(fnv1a32);
    const random = stream(fixture.seed, name);
    const drawn = r.map(() => random());
    expect(drawn).toEqual(r);
    expect(drawn.map((value) => value * 2 ** 32)).toEqual(uint32);
  });

  test.each(fixture.tensors)(
    "tensor $name at width $width is the same bit for bit",
    ({ name, kind, shape, ...filled }) => {
      const values = ruleTensor(fixture.seed, name, kinds[kind]!, shape);
      expectBits(values, filled);
      expectSum(values, filled.sum);
    },
  );

  test.each(fixture.images)("image $name is the same bit for bit", ({ name, shape, ...filled }) => {
    const images = ruleImages(fixture.seed, name);
    expect(images.shape).toEqual(shape);
    expectBits(images.values, filled);
    expectSum(images.values, filled.sum);
  });

  test("Keras' head kernels are filled in Keras' order", () => {
    for (const { shape, ...filled } of fixture.dense) expectBits(ruleDense(fixture.seed, 1, "kernel", shape), filled);
  });

  test("the parameters of a network are these tensors, with shapes of that width", () => {
    const parameters = ruleParameters(fixture.seed, 1 / 16, { classes: 1000 });
    const small = fixture.tensors.filter(({ width }) => width === "1/16");
    expect(small.length).toBeGreaterThan(0);
    for (const { name, shape, ...filled } of small) {
      expect(parameters[name]!.length).toBe(shape.reduce((count, axis) => count * axis, 1));
      expectBits(parameters[name]!, filled);
    }
  });

  test("a unit gamma leaves every other tensor as it is", () => {
    const [plain, unit] = [false, true].map((unitGamma) => ruleParameters(2, 1 / 32, { classes: 3, unitGamma }));
    for (const [name, values] of Object.entries(unit!)) {
      if (name.endsWith("bn.weight")) expect(values.every((value) => value === 1)).toBe(true);
      else expect(values).toEqual(plain![name]);
    }
  });

  test("labels go round", () => {
    expect(ruleLabels(5, 3)).toEqual([0, 1, 2, 0, 1]);
  });
});
