import { describe, expect, test } from "vitest";
import { hasValue, startingAt, withInputName } from "./model-inputs.ts";
import type { OnnxModel, OnnxNode, OnnxTensor, OnnxValue } from "./schema.ts";

const float = (name: string): OnnxValue => ({ name, dataType: "float32", shape: ["batch"] });
const constant = (name: string): OnnxTensor => ({ name, dataType: "float32", shape: [1], bytes: new Uint8Array(4) });
const node = (op: string, inputs: readonly string[], output: string): OnnxNode => ({
  op,
  inputs,
  outputs: [output],
  attributes: {},
});

/** x -> scaled -> middle -> y, and x -> length, which nobody asks for. */
const chain: OnnxModel = {
  irVersion: 9,
  opset: 18,
  producer: { name: "reinception", version: "" },
  metadata: { about: "kept" },
  graph: {
    name: "chain",
    nodes: [
      node("Mul", ["x", "factor"], "scaled"),
      node("Size", ["x"], "length"),
      node("Relu", ["scaled"], "middle"),
      node("Add", ["middle", "offset"], "y"),
    ],
    inputs: [float("x")],
    outputs: [float("y")],
    initializers: [constant("factor"), constant("offset")],
  },
};

describe("a model that starts at a value inside", () => {
  test("is what lies behind it, with the constants of that alone", () => {
    const { graph, metadata } = startingAt(chain, [float("middle")]);
    expect(graph.nodes.map(({ op }) => op)).toEqual(["Add"]);
    expect(graph.inputs).toEqual([float("middle")]);
    expect(graph.initializers.map(({ name }) => name)).toEqual(["offset"]);
    expect(metadata).toEqual({ about: "kept" });
  });

  test("at its own input loses only what nobody asks for", () => {
    expect(startingAt(chain, [float("x")]).graph.nodes.map(({ op }) => op)).toEqual(["Mul", "Relu", "Add"]);
  });

  test("has to have that value, and all that it needs", () => {
    expect(() => startingAt(chain, [float("z")])).toThrow('internal: the model has no value "z"');
    expect(() => startingAt(chain, [float("length")])).toThrow('internal: the model still needs its input "x"');
  });
});

test("an input takes another name wherever it is read", () => {
  const { graph } = withInputName(chain, "x", "picture");
  expect(graph.inputs).toEqual([float("picture")]);
  expect(graph.nodes.map(({ inputs }) => inputs[0])).toEqual(["picture", "picture", "scaled", "middle"]);
});

test("values are inputs and what nodes compute", () => {
  expect(["x", "middle", "factor"].map((name) => hasValue(chain, name))).toEqual([true, true, false]);
});
