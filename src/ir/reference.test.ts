import { describe, expect, test } from "vitest";
import { difference } from "../../test/support/numbers.ts";
import { type Builder, build, newGraph } from "./graph.ts";
import type { OpName, Pads, Pair, Value } from "./ops.ts";
import { evaluate } from "./reference.ts";
import type { Shape } from "./tensor-type.ts";

type Make = (shape: Shape, ...values: readonly number[]) => Value;
type Claim = readonly [expected: readonly number[], compute: (g: Builder, x: Make) => Value];

const noPads: Pads = [0, 0, 0, 0];
const once: Pair = [1, 1];
const oneToSix = [1, 2, 3, 4, 5, 6];
const oneToNine = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Worked out by hand. Windows over random shapes are measured in reference-windows.test.ts. */
const claims: { readonly [K in OpName]: readonly Claim[] } = {
  input: [[[1, 2], (g) => g.input({ name: "given", dtype: "uint8", shape: [2] })]],
  parameter: [[[1, 2], (g) => g.parameter({ name: "given", shape: [2] })]],
  constant: [
    [[7, 7, 7], (g) => g.constant({ values: [7], shape: [3] })],
    [[7, 8, 9], (g) => g.constant({ values: [7, 8, 9], shape: [3] })],
    [[7], (g) => g.constant({ values: [7], shape: [] })],
  ],

  add: [
    [[11, 22], (g, x) => g.add(x([2], 1, 2), x([2], 10, 20))],
    [[11, 21, 31, 12, 22, 32], (g, x) => g.add(x([2, 1], 1, 2), x([1, 3], 10, 20, 30))],
    [[3], (g, x) => g.add(x([], 1), x([], 2))],
  ],
  subtract: [[[-9, -8, -18, -17], (g, x) => g.subtract(x([1, 2], 1, 2), x([2, 1], 10, 19))]],
  multiply: [[[10, 20, 60, 80], (g, x) => g.multiply(x([2, 2], 1, 2, 3, 4), x([2, 1], 10, 20))]],
  divide: [[[0.5, 0.25, 1.5, 0.75], (g, x) => g.divide(x([2, 1], 1, 3), x([1, 2], 2, 4))]],
  sqrt: [[[0, 3], (g, x) => g.sqrt(x([2], 0, 9))]],
  exp: [[[1, Math.E, 0], (g, x) => g.exp(x([3], 0, 1, -800))]],
  relu: [[[0, 0, 2], (g, x) => g.relu(x([3], -1, 0, 2))]],
  reluGradient: [[[0, 0, 7], (g, x) => g.reluGradient(x([3], 5, 6, 7), x([3], -1, 0, 2))]],
  logSoftmax: [
    // e⁰ : e^log 3 = 1 : 3
    [[Math.log(1 / 4), Math.log(3 / 4)], (g, x) => g.logSoftmax(x([2], 0, Math.log(3)))],
    // each row for itself, and without overflow
    [[-Math.LN2, -Math.LN2, 0, -1000], (g, x) => g.logSoftmax(x([2, 2], 5, 5, 2000, 1000))],
  ],
  cast: [[[0.1, -3], (g, x) => g.cast(x([2], 0.1, -3), { dtype: "float16" })]],

  matMul: [
    [[14, 32, 32, 77], (g, x) => g.matMul(x([2, 3], ...oneToSix), x([3, 2], 1, 4, 2, 5, 3, 6))],
    [
      [14, 32, 32, 77],
      (g, x) => g.matMul(x([3, 2], 1, 4, 2, 5, 3, 6), x([3, 2], 1, 4, 2, 5, 3, 6), { transposeLeft: true }),
    ],
    [[14, 32, 32, 77], (g, x) => g.matMul(x([2, 3], ...oneToSix), x([2, 3], ...oneToSix), { transposeRight: true })],
    [
      [14, 32, 32, 77],
      (g, x) =>
        g.matMul(x([3, 2], 1, 4, 2, 5, 3, 6), x([2, 3], ...oneToSix), { transposeLeft: true, transposeRight: true }),
    ],
    [[10, 20, 30, 20, 40, 60], (g, x) => g.matMul(x([2, 1], 1, 2), x([1, 3], 10, 20, 30))],
  ],
  sum: [
    [[5, 7, 9], (g, x) => g.sum(x([2, 3], ...oneToSix), { axes: [0] })],
    [[6, 15], (g, x) => g.sum(x([2, 3], ...oneToSix), { axes: [1] })],
    [[9, 12], (g, x) => g.sum(x([3, 2, 1], ...oneToSix), { axes: [0, 2] })],
    [[21], (g, x) => g.sum(x([2, 3], ...oneToSix), { axes: [0, 1] })],
    [[4], (g, x) => g.sum(x([], 4), { axes: [] })],
  ],
  broadcast: [
    [[1, 1, 1, 2, 2, 2], (g, x) => g.broadcast(x([2, 1], 1, 2), { shape: [2, 3] })],
    [[1, 2, 3, 1, 2, 3], (g, x) => g.broadcast(x([1, 3], 1, 2, 3), { shape: [2, 3] })],
  ],
  reshape: [[oneToSix, (g, x) => g.reshape(x([2, 3], ...oneToSix), { shape: [3, 1, 2] })]],
  transpose: [
    [[1, 4, 2, 5, 3, 6], (g, x) => g.transpose(x([2, 3], ...oneToSix), { permutation: [1, 0] })],
    // y[k][i][j] = x[i][j][k]
    [[1, 3, 5, 7, 2, 4, 6, 8], (g, x) => g.transpose(x([2, 2, 2], 1, 2, 3, 4, 5, 6, 7, 8), { permutation: [2, 0, 1] })],
  ],
  concat: [
    [[1, 2, 3, 4], (g, x) => g.concat(x([1, 2], 1, 2), x([1, 2], 3, 4), { axis: 0 })],
    [[1, 3, 4, 2, 5, 6], (g, x) => g.concat(x([2, 1], 1, 2), x([2, 2], 3, 4, 5, 6), { axis: 1 })],
  ],
  slice: [
    [[2, 3, 5, 6], (g, x) => g.slice(x([2, 3], ...oneToSix), { axis: 1, start: 1, end: 3 })],
    [[4, 5, 6], (g, x) => g.slice(x([2, 3], ...oneToSix), { axis: 0, start: 1, end: 2 })],
  ],
  pad: [
    [[0, 1, 2, 0, 0, 0, 3, 4, 0, 0], (g, x) => g.pad(x([2, 2], 1, 2, 3, 4), { axis: 1, before: 1, after: 2 })],
    [[0, 0, 1, 2], (g, x) => g.pad(x([1, 2], 1, 2), { axis: 0, before: 1, after: 0 })],
  ],

  // cross-correlation: the kernel is not turned round
  conv: [
    [
      [1 - 5 + 100, 2 - 6 + 100, 4 - 8 + 100, 5 - 9 + 100],
      (g, x) =>
        g.conv(x([1, 1, 3, 3], ...oneToNine), x([1, 1, 2, 2], 1, 0, 0, -1), x([1], 100), {
          strides: once,
          pads: noPads,
        }),
    ],
    // two channels in, two out, of one pixel: [1 2; 3 4] (10, 20) + (5, 6)
    [
      [55, 116],
      (g, x) =>
        g.conv(x([1, 2, 1, 1], 10, 20), x([2, 2, 1, 1], 1, 2, 3, 4), x([2], 5, 6), { strides: once, pads: noPads }),
    ],
    // stride 2 with a column of padding at the left: columns (-1, 0) and (1, 2)
    [
      [10, 32],
      (g, x) =>
        g.conv(x([1, 1, 1, 3], 1, 2, 3), x([1, 1, 1, 2], 1, 10), x([1], 0), { strides: [1, 2], pads: [0, 1, 0, 0] }),
    ],
  ],
  // each dy leaves its kernel behind: [1 2 3] at 0 and 10 [1 2 3] at 1
  convInputGradient: [
    [
      [1, 12, 23, 30],
      (g, x) =>
        g.convInputGradient(x([1, 1, 1, 2], 1, 10), x([1, 1, 1, 3], 1, 2, 3), {
          strides: once,
          pads: noPads,
          inputSize: [1, 4],
        }),
    ],
  ],
  // each tap is what it touched: [1 2 3] + 10 [2 3 4]
  convKernelGradient: [
    [
      [21, 32, 43],
      (g, x) =>
        g.convKernelGradient(x([1, 1, 1, 4], 1, 2, 3, 4), x([1, 1, 1, 2], 1, 10), {
          strides: once,
          pads: noPads,
          kernelSize: [1, 3],
        }),
    ],
  ],
  maxPool: [
    [[5, 6, 8, 9], (g, x) => g.maxPool(x([1, 1, 3, 3], ...oneToNine), { kernel: [2, 2], strides: once })],
    // floor: the last column is not seen
    [[-2], (g, x) => g.maxPool(x([1, 1, 1, 3], -2, -3, 9), { kernel: [1, 2], strides: [2, 2] })],
  ],
  maxPoolGradient: [
    [
      [0, 0, 0, 0, 1, 2, 0, 3, 4],
      (g, x) =>
        g.maxPoolGradient(x([1, 1, 3, 3], ...oneToNine), x([1, 1, 2, 2], 1, 2, 3, 4), {
          kernel: [2, 2],
          strides: once,
        }),
    ],
    // of equal elements the first takes all
    [
      [1, 0, 0, 0],
      (g, x) => g.maxPoolGradient(x([1, 1, 2, 2], 7, 7, 7, 7), x([1, 1, 1, 1], 1), { kernel: [2, 2], strides: once }),
    ],
    [
      [0, 3, 0],
      (g, x) => g.maxPoolGradient(x([1, 1, 1, 3], 1, 7, 7), x([1, 1, 1, 2], 1, 2), { kernel: [1, 2], strides: once }),
    ],
  ],
  // padding does not count: 4 elements in the corners, 6 at the edges, 9 inside
  averagePool: [
    [
      [12 / 4, 21 / 6, 16 / 4, 27 / 6, 45 / 9, 33 / 6, 24 / 4, 39 / 6, 28 / 4],
      (g, x) => g.averagePool(x([1, 1, 3, 3], ...oneToNine), { kernel: [3, 3], strides: once, pads: [1, 1, 1, 1] }),
    ],
  ],
  averagePoolGradient: [
    // only the middle window, then only the top left one
    [
      [1, 1, 1, 1, 1, 1, 1, 1, 1],
      (g, x) =>
        g.averagePoolGradient(x([1, 1, 3, 3], 0, 0, 0, 0, 9, 0, 0, 0, 0), {
          kernel: [3, 3],
          strides: once,
          pads: [1, 1, 1, 1],
          inputSize: [3, 3],
        }),
    ],
    [
      [1, 1, 0, 1, 1, 0, 0, 0, 0],
      (g, x) =>
        g.averagePoolGradient(x([1, 1, 3, 3], 4, 0, 0, 0, 0, 0, 0, 0, 0), {
          kernel: [3, 3],
          strides: once,
          pads: [1, 1, 1, 1],
          inputSize: [3, 3],
        }),
    ],
  ],
  // (x - 1) / √(3 + 1) · 10 + 5 and (x - 2) / √(8 + 1) · 3 + 0
  batchNorm: [
    [
      [5, 10, 0, 1],
      (g, x) =>
        g.batchNorm(x([1, 2, 1, 2], 1, 2, 2, 3), x([2], 10, 3), x([2], 5, 0), x([2], 1, 2), x([2], 3, 8), {
          epsilon: 1,
        }),
    ],
  ],
};

describe.each(Object.entries(claims))("%s", (_, cases) => {
  test.each(cases)("is %s", (expected, compute) => {
    const graph = newGraph();
    const g = build(graph);
    const given: Record<string, readonly number[]> = { given: [1, 2] };
    const y = compute(g, (shape, ...values) => {
      const name = `x${Object.keys(given).length}`;
      given[name] = values;
      return g.parameter({ name, shape });
    });
    expect(difference(evaluate({ graph, outputs: { y } }, given).y!, expected)).toBeLessThan(1e-14);
  });
});

describe("evaluate", () => {
  test("keeps what is wanted, however early it was computed", () => {
    const graph = newGraph();
    const g = build(graph);
    const x = g.input({ name: "x", dtype: "float32", shape: [2] });
    const twice = g.add(x, x);
    const y = g.multiply(twice, g.relu(twice));
    expect(evaluate({ graph, outputs: { y, twice, x } }, { x: [1, 3] })).toEqual({
      y: Float64Array.of(4, 36),
      twice: Float64Array.of(2, 6),
      x: Float64Array.of(1, 3),
    });
  });

  test("refuses what is not given, and what is given in another size", () => {
    const graph = newGraph();
    const y = build(graph).parameter({ name: "weight", shape: [2] });
    const program = { graph, outputs: { y } };
    expect(() => evaluate(program, { other: [1, 2] })).toThrow('internal: "weight" is not given');
    expect(() => evaluate(program, { weight: [1, 2, 3] })).toThrow(
      'internal: "weight" is given 3 numbers for float32[2]',
    );
  });

  test("leaves what it is given as it was", () => {
    const graph = newGraph();
    const g = build(graph);
    const x = g.input({ name: "x", dtype: "float32", shape: [2] });
    const given = { x: Float64Array.of(-1, 2) };
    evaluate({ graph, outputs: { y: g.exp(g.relu(g.reshape(x, { shape: [2] }))) } }, given);
    expect(given.x).toEqual(Float64Array.of(-1, 2));
  });
});
