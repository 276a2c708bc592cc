import { describe, expect, test } from "vitest";
import { differenceOfAll } from "../../test/support/numbers.ts";
import { drawnNetwork, outputsOf } from "../../test/support/onnx-network.ts";
import { foldNorms } from "./fold-norms.ts";
import type { OnnxModel, OnnxNode } from "./schema.ts";
import { tensorOf } from "./tensor-values.ts";

describe("a network with its norms folded", () => {
  const network = drawnNetwork();
  const folded = foldNorms(network);

  test("has none left, and a kernel and a bias for each convolution", () => {
    const count = ({ graph }: OnnxModel, op: string) => graph.nodes.filter((node) => node.op === op).length;
    expect(count(network, "BatchNormalization")).toBe(149);
    expect(count(folded, "BatchNormalization")).toBe(0);
    expect(count(folded, "Conv")).toBe(149);
    expect(folded.graph.initializers.filter(({ name }) => name.endsWith("/kernel"))).toHaveLength(149);
    expect(folded.graph.initializers.filter(({ name }) => name.includes("running_"))).toEqual([]);
  });

  test("says the same", async () => {
    expect(differenceOfAll(await outputsOf(folded), await outputsOf(network))).toBeLessThan(1e-5);
  });

  test("is left alone by another fold", () => expect(foldNorms(folded)).toEqual(folded));
});

describe("a norm stays", () => {
  const conv: OnnxNode = { op: "Conv", inputs: ["x", "w"], outputs: ["a"], attributes: {} };
  const norm: OnnxNode = {
    op: "BatchNormalization",
    inputs: ["a", "gamma", "beta", "mean", "variance"],
    outputs: ["y"],
    attributes: {},
  };
  const relu: OnnxNode = { op: "Relu", inputs: ["a"], outputs: ["z"], attributes: {} };
  const ones = (name: string) => tensorOf(name, [1], Float32Array.of(3));
  const model = (nodes: readonly OnnxNode[], outputs: readonly string[], extra: readonly string[] = []): OnnxModel => ({
    irVersion: 9,
    opset: 18,
    producer: { name: "", version: "" },
    metadata: {},
    graph: {
      name: "",
      nodes,
      inputs: ["x", ...extra].map((name) => ({ name, dataType: "float32", shape: [1, 1, 1, 1] })),
      outputs: outputs.map((name) => ({ name, dataType: "float32", shape: [1, 1, 1, 1] })),
      initializers: [
        tensorOf("w", [1, 1, 1, 1], Float32Array.of(2)),
        ...["gamma", "beta", "mean", "variance"].filter((name) => !extra.includes(name)).map(ones),
      ],
    },
  });
  const opsOf = ({ graph }: OnnxModel) => graph.nodes.map(({ op }) => op);

  test("not behind a convolution that it alone reads", () =>
    expect(opsOf(foldNorms(model([conv, norm], ["y"])))).toEqual(["Conv"]));

  test.each([
    ["where something else reads the convolution", model([conv, norm, relu], ["y", "z"])],
    ["where the convolution leaves the model", model([conv, norm], ["a", "y"])],
    ["where its numbers come from outside", model([conv, norm], ["y"], ["gamma"])],
    ["behind a ReLU", model([{ ...relu, inputs: ["x"], outputs: ["a"] }, norm], ["y"])],
  ])("%s", (_, given) => expect(opsOf(foldNorms(given))).toEqual(opsOf(given)));
});
