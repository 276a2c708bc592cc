import { describe, expect, test } from "vitest";
import { initialParameters } from "./initial-parameters.ts";
import { matchWeights, type NamedTensors, type Tensor } from "./match-weights.ts";
import { networkParameters } from "./parameters.ts";

const head = { classes: 7, hidden: [], dropout: 0 };
const tensors = initialParameters(networkParameters(1 / 32, head), 1);
const baseNames = networkParameters(1 / 32).map(({ name }) => name);

function renamed(change: (name: string) => string): NamedTensors {
  return new Map([...tensors].map(([name, tensor]) => [change(name), tensor]));
}

function without(leave: (name: string) => boolean): NamedTensors {
  return new Map([...tensors].filter(([name]) => !leave(name)));
}

function replaced(name: string, change: (tensor: Tensor) => Tensor): NamedTensors {
  return new Map([...tensors, [name, change(tensors.get(name)!)]]);
}

/** The tensor with its third number replaced. */
const spoilt = (value: number) => (tensor: Tensor) => ({
  ...tensor,
  values: tensor.values.map((old, i) => (i === 2 % tensor.values.length ? value : old)),
});

describe("weights are matched with the network", () => {
  test.each([1 / 32, 1 / 16, 1 / 4])("at whatever width they have: %d", (width) => {
    const given = initialParameters(networkParameters(width), 1);
    const matched = matchWeights(new Map([...given].reverse()));
    expect(matched).toEqual({ width, base: given, head: undefined, unused: [] });
    expect([...matched.base.keys()]).toEqual([...given.keys()]);
  });

  test("base and head are told apart, and nothing is copied", () => {
    const matched = matchWeights(tensors);
    expect([...matched.base.keys()]).toEqual(baseNames);
    expect(matched.head).toMatchObject({ classes: 7, hidden: [], backgroundDropped: false });
    expect([...matched.head!.tensors.keys()]).toEqual(["last_linear.weight", "last_linear.bias"]);
    for (const [name, tensor] of matched.base) expect(tensor.values).toBe(tensors.get(name)!.values);
  });

  test("hidden layers of a head are found", () => {
    const deep = initialParameters(networkParameters(1 / 32, { ...head, hidden: [9, 8] }), 1);
    expect(matchWeights(deep).head).toMatchObject({ classes: 7, hidden: [9, 8] });
  });

  test("a wrapper's `module.` and Cadene's `classif.` are understood", () => {
    expect(matchWeights(renamed((name) => `module.${name}`))).toEqual(matchWeights(tensors));
    expect(matchWeights(renamed((name) => name.replace("last_linear.", "classif.")))).toEqual(matchWeights(tensors));
  });

  test("networks without any gamma have gammas of 1", () => {
    const isGamma = (name: string) => name.endsWith("bn.weight");
    const { base } = matchWeights(without(isGamma));
    expect([...base.keys()]).toEqual(baseNames);
    for (const [name, { values }] of base) if (isGamma(name)) expect(values.every((value) => value === 1)).toBe(true);
  });

  test("of 1001 classes the first, TensorFlow's background, is dropped unless it is to be kept", () => {
    const given = initialParameters(networkParameters(1 / 32, { ...head, classes: 1001 }), 1);
    given.get("last_linear.bias")!.values.set([5, 6, 7]);
    const matched = matchWeights(given).head!;
    expect(matched).toMatchObject({ classes: 1000, backgroundDropped: true });
    expect(matched.tensors.get("last_linear.weight")!.shape).toEqual([1000, 48]);
    expect(matched.tensors.get("last_linear.weight")!.values).toEqual(
      given.get("last_linear.weight")!.values.subarray(48),
    );
    expect(Array.from(matched.tensors.get("last_linear.bias")!.values.subarray(0, 2))).toEqual([6, 7]);
    expect(matchWeights(given, { backgroundRow: "keep" }).head).toMatchObject({
      classes: 1001,
      backgroundDropped: false,
    });
  });

  test("what the network has no place for is named", () => {
    const extra = { shape: [1], values: new Float32Array(1) };
    const given = new Map([...tensors, ["aux.weight", extra], ["features.0.bn.num_batches_tracked", extra]]);
    expect(matchWeights(given).unused).toEqual(["aux.weight"]);
  });
});

describe("weights are refused", () => {
  test("when they are of another network", () => {
    expect(() => matchWeights(new Map())).toThrow(/^weights\/not-inception-v4: the weights hold no tensors/);
    expect(() => matchWeights(renamed((name) => `backbone.${name}`))).toThrow(
      /^weights\/not-inception-v4: .*"backbone\./,
    );
    expect(() => matchWeights(without((name) => !name.startsWith("features.0.")))).toThrow(
      /^weights\/not-inception-v4/,
    );
    const scalar = () => ({ shape: [], values: new Float32Array(1) });
    expect(() => matchWeights(replaced("features.0.conv.weight", scalar))).toThrow(/^weights\/not-inception-v4/);
  });

  test("when tensors are missing, with their number and the first names", () => {
    const given = without((name) => name.startsWith("features.21.branch0.") || name === "last_linear.bias");
    expect(() => matchWeights(given)).toThrow(
      /^weights\/missing: 6 of the 747 tensors .*"features.21.branch0.conv.weight", .* and 3 more/,
    );
    expect(() => matchWeights(without((name) => name === "features.3.conv.bn.weight"))).toThrow(
      /^weights\/missing: 1 of/,
    );
  });

  test("when a shape is another one", () => {
    const transposed = replaced("last_linear.weight", ({ values }) => ({ shape: [48, 7], values }));
    expect(() => matchWeights(transposed)).toThrow(/^weights\/shape: /);
    const flipped = replaced("features.4.branch1.1.conv.weight", ({ values }) => ({ shape: [2, 2, 7, 1], values }));
    expect(() => matchWeights(flipped)).toThrow(
      /"features.4.branch1.1.conv.weight" .* \[2, 2, 7, 1\], but \[2, 2, 1, 7\]/,
    );
  });

  test("when a number is not finite, or a variance negative", () => {
    for (const value of [Number.NaN, Infinity]) {
      const given = replaced("features.12.branch2.3.conv.weight", spoilt(value));
      expect(() => matchWeights(given)).toThrow(`"features.12.branch2.3.conv.weight" in the weights holds ${value}`);
    }
    expect(() => matchWeights(replaced("last_linear.bias", spoilt(Number.NaN)))).toThrow(/^weights\/not-finite/);
    const negative = replaced("features.9.branch0.bn.running_var", spoilt(-0.5));
    expect(() => matchWeights(negative)).toThrow(/^weights\/variance: .* -0\.5/);
    expect(() => matchWeights(replaced("features.9.branch0.bn.running_mean", spoilt(-0.5)))).not.toThrow();
  });
});
