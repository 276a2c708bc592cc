import { describe, expect, test } from "vitest";
import { build, newGraph } from "../ir/graph.ts";
import { evaluate } from "../ir/reference.ts";
import { verify } from "../ir/verify.ts";
import { appendHead, type HeadOptions, headLayers } from "./head.ts";

const head: HeadOptions = { classes: 2, hidden: [3], dropout: 0.5 };
const given = {
  pooled: [1, 2, -1, 0.5],
  "head.0.weight": [1, 1, -1, 0, 2, 0],
  "head.0.bias": [0, 0.5, -1],
  "last_linear.weight": [1, 2, 3, -1, 0, 1],
  "last_linear.bias": [10, 20],
};

function program(options: HeadOptions, dropoutMasks: boolean) {
  const graph = newGraph();
  const g = build(graph);
  const logits = appendHead(g, g.input({ name: "pooled", dtype: "float32", shape: [2, 2] }), options, dropoutMasks);
  return verify({ graph, outputs: { logits } });
}

describe("the head", () => {
  test("is its layers in turn, with relu between them", () => {
    // hidden: relu([3, -0.5, 1]) and relu([-0.5, 1.5, -3])
    expect(Array.from(evaluate(program(head, false), given).logits!)).toEqual([16, 18, 13, 20]);
  });

  test("multiplies what enters the last layer by the mask while learning", () => {
    const mask = [2, 2, 0, 0, 2, 2];
    expect(Array.from(evaluate(program(head, true), { ...given, "dropout.0": mask }).logits!)).toEqual([
      16, 14, 16, 20,
    ]);
  });

  test("asks for no mask where there is no dropout", () => {
    const inputs = (options: HeadOptions) =>
      program(options, true).graph.nodes.flatMap((node) => (node.op === "input" ? [node.attributes.name] : []));
    expect(inputs({ ...head, dropout: 0 })).toEqual(["pooled"]);
    expect(inputs(head)).toEqual(["pooled", "dropout.0"]);
  });

  test("names its hidden layers and keeps timm's name for the last", () => {
    expect(headLayers(1536, { classes: 7, hidden: [1024, 64], dropout: 0 })).toEqual([
      { name: "head.0", inputs: 1536, outputs: 1024 },
      { name: "head.1", inputs: 1024, outputs: 64 },
      { name: "last_linear", inputs: 64, outputs: 7 },
    ]);
  });
});
