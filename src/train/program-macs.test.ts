import { describe, expect, test } from "vitest";
import { build, newGraph } from "../ir/graph.ts";
import { programMacs } from "./program-macs.ts";

const sliding = { strides: [2, 2], pads: [0, 0, 0, 0] } as const;

describe("the cost of a program", () => {
  test("of a convolution is one product for each element of the output, input channel and tap", () => {
    const graph = newGraph();
    const g = build(graph);
    const x = g.input({ name: "x", dtype: "float32", shape: [2, 3, 7, 7] });
    const kernel = g.parameter({ name: "kernel", shape: [5, 3, 3, 3] });
    const y = g.conv(x, kernel, g.constant({ values: [0], shape: [5] }), sliding); // [2, 5, 3, 3]
    const forward = 2 * 5 * 3 * 3 * (3 * 3 * 3);
    expect(programMacs({ graph, outputs: { y } })).toBe(forward);
    g.convInputGradient(y, kernel, { ...sliding, inputSize: [7, 7] });
    expect(programMacs({ graph, outputs: { y } })).toBe(2 * forward);
    g.convKernelGradient(x, y, { ...sliding, kernelSize: [3, 3] });
    expect(programMacs({ graph, outputs: { y } })).toBe(3 * forward);
  });

  test("of a matrix product is m k n, however its sides lie", () => {
    for (const [left, right, attributes] of [
      [[2, 3], [3, 5], {}],
      [[3, 2], [5, 3], { transposeLeft: true, transposeRight: true }],
    ] as const) {
      const graph = newGraph();
      const g = build(graph);
      const a = g.parameter({ name: "a", shape: left });
      const product = g.matMul(a, g.parameter({ name: "b", shape: right }), attributes);
      expect(programMacs({ graph, outputs: { product } })).toBe(2 * 3 * 5);
    }
  });

  test("of element-wise work is nothing", () => {
    const graph = newGraph();
    const g = build(graph);
    const x = g.relu(g.input({ name: "x", dtype: "float32", shape: [4, 4] }));
    expect(programMacs({ graph, outputs: { x } })).toBe(0);
  });
});
