import { beforeAll, describe, expect, test } from "vitest";
import { difference } from "../../test/support/numbers.ts";
import { drawnNetwork, outputsOf } from "../../test/support/onnx-network.ts";
import { foldNorms } from "./fold-norms.ts";
import { type Observations, observe } from "./observe.ts";
import { planQuantization } from "./quantization-plan.ts";
import { quantize } from "./quantize.ts";

const network = foldNorms(drawnNetwork());

async function observations(): Promise<Observations> {
  const { model, measured, convolutions } = observe(network);
  const seen = await outputsOf(model, 4);
  const mean = (rows: ArrayLike<number>) =>
    Float32Array.from({ length: rows.length / 4 }, (_, c) => {
      return [0, 1, 2, 3].reduce((sum, row) => sum + rows[(row * rows.length) / 4 + c]! / 4, 0);
    });
  return {
    ranges: new Map(
      measured.map((name) => [
        name,
        { low: Math.min(...seen[`smallest:${name}`]!), high: Math.max(...seen[`largest:${name}`]!) },
      ]),
    ),
    shifts: new Map(convolutions.map((name) => [name, mean(seen[`shift:${name}`]!)])),
  };
}

describe("what is quantised", () => {
  const { convolutions, absorbed, scaleOf, measured } = planQuantization(network.graph);

  test("is every convolution but the one that reads the pixels", () => {
    expect(convolutions.size).toBe(148);
    expect([...convolutions.keys()].some(({ inputs }) => inputs[0] === "pixels")).toBe(false);
    expect(absorbed.size).toBe(148);
  });

  test("has one scale for all that a pool or a join passes on", () => {
    for (const { op, inputs, outputs } of network.graph.nodes) {
      if (!["MaxPool", "AveragePool", "Concat"].includes(op)) continue;
      expect(new Set([...inputs, ...outputs].map((name) => scaleOf.get(name))).size).toBe(1);
    }
  });

  test("is measured at every convolution", () => {
    expect(new Set(measured)).toEqual(
      new Set(network.graph.nodes.filter(({ op }) => op === "Relu").map(({ outputs }) => outputs[0])),
    );
  });
});

describe("a network in 8-bit whole numbers", () => {
  const quiet = (count: number) => new Float32Array(count);
  let seen: Observations;
  let expected: Awaited<ReturnType<typeof outputsOf>>;
  const errorOf = async (given: Observations) =>
    difference((await outputsOf(quantize(network, given))).logits!, expected.logits!);

  beforeAll(async () => {
    [seen, expected] = [await observations(), await outputsOf(network)];
  });

  test("takes and gives what it did", () => {
    const { inputs, outputs, initializers } = quantize(network, seen).graph;
    expect({ inputs, outputs }).toEqual({ inputs: network.graph.inputs, outputs: network.graph.outputs });
    const kernels = initializers.filter(({ dataType, shape }) => dataType === "float32" && shape.length === 4);
    expect(kernels.map(({ shape }) => shape[1])).toEqual([3]); // of the convolution that reads the pixels
  });

  test("says nearly the same", async () => {
    expect(await errorOf(seen)).toBeLessThan(0.05);
  });

  test("is nearer with what rounding shifted taken back", async () => {
    const shifts = new Map([...seen.shifts].map(([name, { length }]) => [name, quiet(length)]));
    expect(await errorOf(seen)).toBeLessThan((await errorOf({ ...seen, shifts })) / 1.5);
  });

  test("loses what is smaller than a step", async () => {
    const ranges = new Map([...seen.ranges].map(([name, { low, high }]) => [name, { low, high: high * 300 }]));
    expect(await errorOf({ ...seen, ranges })).toBeGreaterThan(0.2);
  });

  test("takes no range without an end", () => {
    const ranges = new Map([...seen.ranges].map(([name]) => [name, { low: 0, high: Infinity }]));
    expect(() => quantize(network, { ...seen, ranges })).toThrow("internal: a range from 0 to Infinity");
  });
});
