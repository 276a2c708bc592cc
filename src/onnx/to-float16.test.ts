import { describe, expect, test } from "vitest";
import { difference } from "../../test/support/numbers.ts";
import { drawnNetwork, outputsOf } from "../../test/support/onnx-network.ts";
import { ReinceptionError } from "../errors.ts";
import { decodeFloat16 } from "../float16.ts";
import { foldNorms } from "./fold-norms.ts";
import type { OnnxModel } from "./schema.ts";
import { tensorOf } from "./tensor-values.ts";
import { toFloat16 } from "./to-float16.ts";
import { writeModel } from "./write.ts";

describe("a network in half precision", () => {
  const network = foldNorms(drawnNetwork());
  const halved = toFloat16(network);

  test("takes and gives what it did", () => {
    expect(halved.graph.inputs).toEqual(network.graph.inputs);
    expect(halved.graph.outputs).toEqual(network.graph.outputs);
  });

  test("holds no float32 any more, in about half the bytes", () => {
    expect(halved.graph.initializers.filter(({ dataType }) => dataType === "float32")).toEqual([]);
    expect(writeModel(halved).length / writeModel(network).length).toBeLessThan(0.57);
  });

  test("says nearly the same", async () => {
    const [expected, actual] = [await outputsOf(network), await outputsOf(halved)];
    for (const name of ["logits", "features"])
      expect(difference(actual[name]!, expected[name]!), name).toBeLessThan(2e-3);
    expect(difference(actual.logits!, expected.logits!)).toBeGreaterThan(0);
  });
});

describe("a constant", () => {
  const modelWith = (value: number): OnnxModel => ({
    irVersion: 9,
    opset: 18,
    producer: { name: "", version: "" },
    metadata: {},
    graph: {
      name: "",
      nodes: [{ op: "Add", inputs: ["x", "c"], outputs: ["y"], attributes: {} }],
      inputs: [{ name: "x", dataType: "float32", shape: [1] }],
      outputs: [{ name: "y", dataType: "float32", shape: [1] }],
      initializers: [tensorOf("c", [1], Float32Array.of(value))],
    },
  });
  const held = (value: number) => {
    const { bytes } = toFloat16(modelWith(value)).graph.initializers[0]!;
    return decodeFloat16(new Uint16Array(bytes.buffer))[0];
  };

  test.each([65504, -65504, 65519, 0, 1e-8, Infinity, Number.NaN])("of %d has a half", (value) => {
    const nearest = value === 65519 ? 65504 : value === 1e-8 ? 0 : value;
    expect(held(value)).toBe(nearest);
  });

  test.each([65520, -65520, 1e30])("of %d has none, and is named", (value) => {
    const halve = () => toFloat16(modelWith(value));
    expect(halve).toThrow(ReinceptionError);
    expect(halve).toThrow(`export/beyond-float16: "c" reaches ${Math.fround(value)}`);
  });
});
