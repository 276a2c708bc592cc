import { describe, expect, test } from "vitest";
import { type Builder, build, newGraph } from "./graph.ts";
import type { OpName, Pads, Value } from "./ops.ts";
import { type Dtype, type Shape, showType } from "./tensor-type.ts";

type Make = (...shape: readonly number[]) => Value;
/** Each operation with operands that fit, the type it must have, and operands that must be refused. */
interface Claim {
  readonly fits: readonly (readonly [string, (g: Builder, x: Make) => Value])[];
  readonly refuses: readonly ((g: Builder, x: Make) => Value)[];
}

const noPads: Pads = [0, 0, 0, 0];
const binary = (op: "add" | "subtract" | "multiply" | "divide"): Claim => ({
  fits: [
    ["float32[2, 3]", (g, x) => g[op](x(2, 3), x(2, 3))],
    ["float32[2, 3]", (g, x) => g[op](x(2, 1), x(1, 3))],
    ["float32[]", (g, x) => g[op](x(), x())],
  ],
  refuses: [
    (g, x) => g[op](x(2, 3), x(3)),
    (g, x) => g[op](x(2, 3), x(2, 2)),
    (g, x) => g[op](x(2), float16(g, 2)),
    (g, x) => g[op](float16(g, 2), x(2)),
  ],
});
const unary = (op: "sqrt" | "exp" | "relu"): Claim => ({
  fits: [["float32[2, 3]", (g, x) => g[op](x(2, 3))]],
  refuses: [(g) => g[op](float16(g, 2))],
});

const claims: { readonly [K in OpName]: Claim } = {
  input: { fits: [["uint8[2, 3]", (g) => g.input({ name: "a", dtype: "uint8", shape: [2, 3] })]], refuses: [] },
  parameter: { fits: [["float32[2, 3]", (g) => g.parameter({ name: "a", shape: [2, 3] })]], refuses: [] },
  constant: {
    fits: [
      ["float32[2, 3]", (g) => g.constant({ values: [7], shape: [2, 3] })],
      ["float32[2]", (g) => g.constant({ values: [7, 8], shape: [2] })],
    ],
    refuses: [
      (g) => g.constant({ values: [1, 2], shape: [3] }),
      (g) => g.constant({ values: [], shape: [3] }),
      (g) => g.constant({ values: [Number.POSITIVE_INFINITY], shape: [3] }),
      (g) => g.constant({ values: [1, Number.NaN, 3], shape: [3] }),
    ],
  },
  add: binary("add"),
  subtract: binary("subtract"),
  multiply: binary("multiply"),
  divide: binary("divide"),
  sqrt: unary("sqrt"),
  exp: unary("exp"),
  relu: unary("relu"),
  reluGradient: {
    fits: [["float32[2, 3]", (g, x) => g.reluGradient(x(2, 3), x(2, 3))]],
    refuses: [(g, x) => g.reluGradient(x(2, 3), x(2, 1)), (g) => g.reluGradient(float16(g, 2), float16(g, 2))],
  },
  logSoftmax: {
    fits: [["float32[2, 3]", (g, x) => g.logSoftmax(x(2, 3))]],
    refuses: [(g, x) => g.logSoftmax(x()), (g) => g.logSoftmax(float16(g, 2))],
  },
  cast: { fits: [["float16[2, 3]", (g, x) => g.cast(x(2, 3), { dtype: "float16" })]], refuses: [] },

  matMul: {
    fits: [
      ["float32[2, 4]", (g, x) => g.matMul(x(2, 3), x(3, 4))],
      ["float32[2, 4]", (g, x) => g.matMul(x(3, 2), x(3, 4), { transposeLeft: true })],
      ["float32[2, 4]", (g, x) => g.matMul(x(2, 3), x(4, 3), { transposeRight: true })],
      ["float32[2, 4]", (g, x) => g.matMul(x(3, 2), x(4, 3), { transposeLeft: true, transposeRight: true })],
    ],
    refuses: [
      (g, x) => g.matMul(x(2, 3), x(2, 3)),
      (g, x) => g.matMul(x(1, 2, 3), x(3, 4)),
      (g, x) => g.matMul(x(3), x(3, 4)),
      (g, x) => g.matMul(x(2, 3), float16(g, 3, 4)),
    ],
  },
  sum: {
    fits: [
      ["float32[1, 3, 1]", (g, x) => g.sum(x(2, 3, 4), { axes: [0, 2] })],
      ["float32[2, 3]", (g, x) => g.sum(x(2, 3), { axes: [] })],
    ],
    refuses: [(g, x) => g.sum(x(2, 3), { axes: [2] }), (g) => g.sum(float16(g, 2), { axes: [0] })],
  },
  broadcast: {
    fits: [["float32[2, 3]", (g, x) => g.broadcast(x(2, 1), { shape: [2, 3] })]],
    refuses: [(g, x) => g.broadcast(x(2, 2), { shape: [2, 3] }), (g, x) => g.broadcast(x(1), { shape: [1, 1] })],
  },
  reshape: {
    fits: [["float32[3, 2, 1]", (g, x) => g.reshape(x(2, 3), { shape: [3, 2, 1] })]],
    refuses: [(g, x) => g.reshape(x(2, 3), { shape: [7] })],
  },
  transpose: {
    fits: [["float32[4, 2, 3]", (g, x) => g.transpose(x(2, 3, 4), { permutation: [2, 0, 1] })]],
    refuses: [
      (g, x) => g.transpose(x(2, 3), { permutation: [0] }),
      (g, x) => g.transpose(x(2, 3), { permutation: [0, 0] }),
    ],
  },
  concat: {
    fits: [
      ["float32[2, 8]", (g, x) => g.concat(x(2, 3), x(2, 4), x(2, 1), { axis: 1 })],
      ["float32[2, 3]", (g, x) => g.concat(x(2, 3), { axis: 0 })],
    ],
    refuses: [
      (g) => g.concat({ axis: 0 }),
      (g, x) => g.concat(x(2, 3), x(3, 3), { axis: 1 }),
      (g, x) => g.concat(x(2, 3), x(2, 3), { axis: 2 }),
      (g, x) => g.concat(x(2), float16(g, 2), { axis: 0 }),
    ],
  },
  slice: {
    fits: [["float32[2, 2]", (g, x) => g.slice(x(2, 5), { axis: 1, start: 1, end: 3 })]],
    refuses: [
      (g, x) => g.slice(x(5), { axis: 0, start: 3, end: 6 }),
      (g, x) => g.slice(x(5), { axis: 0, start: 3, end: 3 }),
      (g, x) => g.slice(x(5), { axis: 0, start: -1, end: 3 }),
      (g, x) => g.slice(x(5), { axis: 1, start: 0, end: 1 }),
    ],
  },
  pad: {
    fits: [["float32[2, 8]", (g, x) => g.pad(x(2, 5), { axis: 1, before: 1, after: 2 })]],
    refuses: [
      (g, x) => g.pad(x(5), { axis: 0, before: -1, after: 0 }),
      (g, x) => g.pad(x(5), { axis: 0, before: 0, after: -1 }),
      (g, x) => g.pad(x(5), { axis: 1, before: 1, after: 1 }),
    ],
  },

  conv: {
    fits: [
      ["float32[2, 4, 4, 7]", (g, x) => g.conv(x(2, 3, 9, 7), x(4, 3, 3, 1), x(4), { strides: [2, 1], pads: noPads })],
      // floor: the last row is covered by no window
      ["float32[1, 4, 4, 4]", (g, x) => g.conv(x(1, 3, 10, 9), x(4, 3, 3, 3), x(4), { strides: [2, 2], pads: noPads })],
      [
        "float32[1, 1, 4, 6]",
        (g, x) => g.conv(x(1, 1, 3, 3), x(1, 1, 3, 3), x(1), { strides: [1, 1], pads: [2, 3, 1, 2] }),
      ],
    ],
    refuses: [
      (g, x) => g.conv(x(2, 3, 9, 9), x(4, 2, 3, 3), x(4), { strides: [1, 1], pads: noPads }),
      (g, x) => g.conv(x(2, 3, 9, 9), x(4, 3, 3, 3), x(3), { strides: [1, 1], pads: noPads }),
      (g, x) => g.conv(x(2, 3, 2, 9), x(4, 3, 3, 3), x(4), { strides: [1, 1], pads: noPads }),
      (g, x) => g.conv(x(3, 9, 9), x(4, 3, 3, 3), x(4), { strides: [1, 1], pads: noPads }),
      (g, x) => g.conv(float16(g, 2, 3, 9, 9), x(4, 3, 3, 3), x(4), { strides: [1, 1], pads: noPads }),
      (g, x) => g.conv(x(2, 3, 9, 9), x(4, 3, 3, 3), float16(g, 4), { strides: [1, 1], pads: noPads }),
    ],
  },
  convInputGradient: {
    fits: [
      [
        "float32[2, 3, 9, 7]",
        (g, x) =>
          g.convInputGradient(x(2, 4, 4, 7), x(4, 3, 3, 1), { strides: [2, 1], pads: noPads, inputSize: [9, 7] }),
      ],
    ],
    refuses: [
      (g, x) => g.convInputGradient(x(2, 4, 4, 7), x(4, 3, 3, 1), { strides: [2, 1], pads: noPads, inputSize: [8, 7] }),
      (g, x) => g.convInputGradient(x(2, 5, 4, 7), x(4, 3, 3, 1), { strides: [2, 1], pads: noPads, inputSize: [9, 7] }),
    ],
  },
  convKernelGradient: {
    fits: [
      [
        "float32[4, 3, 3, 1]",
        (g, x) =>
          g.convKernelGradient(x(2, 3, 9, 7), x(2, 4, 4, 7), { strides: [2, 1], pads: noPads, kernelSize: [3, 1] }),
      ],
    ],
    refuses: [
      (g, x) =>
        g.convKernelGradient(x(2, 3, 9, 7), x(2, 4, 4, 7), { strides: [2, 1], pads: noPads, kernelSize: [5, 1] }),
      (g, x) =>
        g.convKernelGradient(x(1, 3, 9, 7), x(2, 4, 4, 7), { strides: [2, 1], pads: noPads, kernelSize: [3, 1] }),
    ],
  },
  maxPool: {
    fits: [["float32[2, 3, 4, 8]", (g, x) => g.maxPool(x(2, 3, 10, 9), { kernel: [3, 2], strides: [2, 1] })]],
    refuses: [(g, x) => g.maxPool(x(2, 3, 2, 9), { kernel: [3, 3], strides: [2, 2] })],
  },
  maxPoolGradient: {
    fits: [
      [
        "float32[2, 3, 10, 9]",
        (g, x) => g.maxPoolGradient(x(2, 3, 10, 9), x(2, 3, 4, 8), { kernel: [3, 2], strides: [2, 1] }),
      ],
    ],
    refuses: [
      (g, x) => g.maxPoolGradient(x(2, 3, 10, 9), x(2, 3, 5, 8), { kernel: [3, 2], strides: [2, 1] }),
      (g, x) => g.maxPoolGradient(x(2, 3, 10, 9), x(2, 2, 4, 8), { kernel: [3, 2], strides: [2, 1] }),
    ],
  },
  averagePool: {
    fits: [
      [
        "float32[2, 3, 8, 8]",
        (g, x) => g.averagePool(x(2, 3, 8, 8), { kernel: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] }),
      ],
    ],
    refuses: [
      (g, x) => g.averagePool(x(2, 3, 2, 2), { kernel: [3, 3], strides: [1, 1], pads: noPads }),
      // a window wholly in the padding has no mean
      (g, x) => g.averagePool(x(2, 3, 8, 8), { kernel: [3, 3], strides: [1, 1], pads: [3, 1, 1, 1] }),
      (g, x) => g.averagePool(x(2, 3, 8, 8), { kernel: [3, 3], strides: [1, 1], pads: [1, 1, 1, 3] }),
    ],
  },
  averagePoolGradient: {
    fits: [
      [
        "float32[2, 3, 9, 8]",
        (g, x) =>
          g.averagePoolGradient(x(2, 3, 4, 8), { kernel: [3, 1], strides: [2, 1], pads: noPads, inputSize: [9, 8] }),
      ],
    ],
    refuses: [
      (g, x) =>
        g.averagePoolGradient(x(2, 3, 4, 8), { kernel: [3, 1], strides: [2, 1], pads: noPads, inputSize: [8, 8] }),
    ],
  },
  batchNorm: {
    fits: [["float32[2, 3, 5, 4]", (g, x) => g.batchNorm(x(2, 3, 5, 4), x(3), x(3), x(3), x(3), { epsilon: 0.001 })]],
    refuses: [
      (g, x) => g.batchNorm(x(2, 3, 5, 4), x(3), x(3), x(3), x(4), { epsilon: 0.001 }),
      (g, x) => g.batchNorm(x(2, 3, 5, 4), x(1), x(3), x(3), x(3), { epsilon: 0.001 }),
      (g, x) => g.batchNorm(x(2, 3), x(3), x(3), x(3), x(3), { epsilon: 0.001 }),
    ],
  },
};

describe.each(Object.entries(claims))("%s", (_, { fits, refuses }) => {
  test.each(fits)("makes %s", (type, make) => {
    const g = build(newGraph());
    expect(showType(make(g, operands(g)).type)).toBe(type);
  });
  test.each(refuses.map((make) => [make] as const))("refuses what does not fit: %s", (make) => {
    const g = build(newGraph());
    expect(() => make(g, operands(g))).toThrow(/^internal: /);
  });
});

function operands(g: Builder): Make {
  let count = 0;
  return (...shape) => g.parameter({ name: `p${count++}`, shape });
}

function float16(g: Builder, ...shape: Shape): Value {
  const dtype: Dtype = "float16";
  return g.input({ name: "half", dtype, shape });
}
