// Every operation of the vocabulary on the engine against ir/reference. A new operation without a case does not compile.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { difference, uniform, whole } from "../../test/support/numbers.ts";
import { randomProgram } from "../../test/support/random-program.ts";
import { decodeFloat16, encodeFloat16 } from "../float16.ts";
import { type Builder, build, type Graph, newGraph } from "../ir/graph.ts";
import type { OpName, Pads, Pair, Value } from "../ir/ops.ts";
import type { Program } from "../ir/program.ts";
import { evaluate, type Given } from "../ir/reference.ts";
import { type Dtype, elementCount, type Shape } from "../ir/tensor-type.ts";
import { type Stream, stream } from "../random.ts";
import { openProgram, type TensorData } from "./session.ts";

/** What a case draws its operands from. */
interface Operands {
  readonly g: Builder;
  readonly random: Stream;
  /** Numbers in [-1, 1). */
  real(shape: Shape): Value;
  /** Whole numbers from -3 to 3: many equal ones, and exact in every type and sum. */
  whole(shape: Shape): Value;
  /** Numbers from 0.4 to 2.7. */
  positive(shape: Shape): Value;
  fed(shape: Shape, dtype: Dtype): Value;
}

type Case = (operands: Operands) => Value;

const cases: { readonly [K in OpName]: Case } = {
  input: ({ fed, random }) => fed(someShape(random), ["float32", "float16", "uint8"][whole(random, 0, 2)] as Dtype),
  parameter: ({ g, random, real }) => g.sqrt(g.exp(real(someShape(random)))),
  constant({ g, random }) {
    const shape = someShape(random);
    const count = whole(random, 0, 1) === 0 ? 1 : elementCount(shape);
    return g.constant({ values: [...uniform(random, count)], shape });
  },

  add: (operands) => binary(operands, (g, a, b) => g.add(a, b)),
  subtract: (operands) => binary(operands, (g, a, b) => g.subtract(a, b)),
  multiply: (operands) => binary(operands, (g, a, b) => g.multiply(a, b)),
  divide: ({ g, random, real, positive }) => {
    const [a, b] = broadcastable(random, someShape(random));
    return g.divide(real(a), positive(b));
  },
  sqrt: ({ g, random, positive }) => g.sqrt(positive(someShape(random))),
  exp: ({ g, random, real }) => g.exp(real(someShape(random))),
  relu: ({ g, random, real }) => g.relu(real(someShape(random))),
  reluGradient({ g, random, real, whole }) {
    const shape = someShape(random);
    return g.reluGradient(real(shape), g.relu(whole(shape)));
  },
  logSoftmax: ({ g, random, real }) => g.logSoftmax(real(someShape(random))),
  cast({ g, random, fed, whole: numbers }) {
    const shape = someShape(random);
    const [from, to] = ["float32", "float16", "uint8"].map((_, i, all) => all[(i + whole(random, 0, 2)) % 3] as Dtype);
    return g.cast(from === "float32" ? g.relu(numbers(shape)) : fed(shape, from!), { dtype: to! });
  },

  matMul({ g, random, real }) {
    const [m, k, n] = [whole(random, 1, 5), whole(random, 1, 5), whole(random, 1, 5)];
    const [transposeLeft, transposeRight] = [whole(random, 0, 1) === 1, whole(random, 0, 1) === 1];
    const left = real(transposeLeft ? [k, m] : [m, k]);
    return g.matMul(left, real(transposeRight ? [n, k] : [k, n]), { transposeLeft, transposeRight });
  },
  sum({ g, random, real }) {
    const shape = someShape(random);
    return g.sum(real(shape), { axes: [...shape.keys()].filter(() => whole(random, 0, 1) === 1) });
  },
  broadcast({ g, random, real }) {
    const shape = someShape(random);
    return g.broadcast(real(shape.map((length) => (whole(random, 0, 1) === 1 ? length : 1))), { shape });
  },
  reshape({ g, random, real }) {
    const [a, b, c, d] = [whole(random, 1, 3), whole(random, 1, 3), whole(random, 1, 3), whole(random, 1, 3)];
    const shapes = [
      [a, b, c, d],
      [a, b * c * d],
      [a * b, c, d],
      [b, a, 1, d * c],
      [1, a * b * c * d],
    ];
    return g.reshape(real(shapes[whole(random, 0, 4)]!), { shape: shapes[whole(random, 0, 4)]! });
  },
  transpose({ g, random, real }) {
    const shape = someShape(random);
    const permutation = [...shape.keys()].sort(() => random() - 0.5);
    return g.transpose(real(shape), { permutation });
  },
  concat({ g, random, real }) {
    const shape = someShape(random);
    const axis = whole(random, 0, shape.length - 1);
    const parts = Array.from({ length: whole(random, 1, 3) }, () => real(shape.with(axis, whole(random, 1, 3))));
    return g.concat(...parts, { axis });
  },
  slice({ g, random, real }) {
    const shape = someShape(random);
    const axis = whole(random, 0, shape.length - 1);
    const start = whole(random, 0, shape[axis]! - 1);
    return g.slice(real(shape), { axis, start, end: whole(random, start + 1, shape[axis]!) });
  },
  pad({ g, random, real }) {
    const shape = someShape(random);
    const axis = whole(random, 0, shape.length - 1);
    return g.pad(real(shape), { axis, before: whole(random, 0, 2), after: whole(random, 0, 2) });
  },

  conv({ g, random, real }) {
    const { x, kernel, strides, pads } = sliding(random);
    const [co = 0] = kernel;
    const bias = whole(random, 0, 1) === 0 ? g.constant({ values: [0], shape: [co] }) : real([co]);
    return g.conv(real(x), real(kernel), bias, { strides, pads });
  },
  convInputGradient({ g, random, real }) {
    const { y, kernel, strides, pads, inputSize } = sliding(random);
    return g.convInputGradient(real(y), real(kernel), { strides, pads, inputSize });
  },
  convKernelGradient({ g, random, real }) {
    const { x, y, strides, pads, kernelSize } = sliding(random);
    return g.convKernelGradient(real(x), real(y), { strides, pads, kernelSize });
  },
  maxPool({ g, random, whole }) {
    const { x, strides, kernelSize } = sliding(random, { padded: false });
    return g.maxPool(whole(x), { kernel: kernelSize, strides });
  },
  maxPoolGradient({ g, random, real, whole }) {
    const { x, map, strides, kernelSize } = sliding(random, { padded: false });
    return g.maxPoolGradient(whole(x), real([...x.slice(0, 2), ...map]), { kernel: kernelSize, strides });
  },
  averagePool({ g, random, real }) {
    const { x, strides, pads, kernelSize } = sliding(random, { padded: true });
    return g.averagePool(real(x), { kernel: kernelSize, strides, pads });
  },
  averagePoolGradient({ g, random, real }) {
    const { x, map, strides, pads, kernelSize, inputSize } = sliding(random, { padded: true });
    return g.averagePoolGradient(real([...x.slice(0, 2), ...map]), { kernel: kernelSize, strides, pads, inputSize });
  },
  batchNorm({ g, random, real, positive }) {
    const shape = [whole(random, 1, 3), whole(random, 1, 4), whole(random, 1, 4), whole(random, 1, 4)];
    const [, c = 0] = shape;
    return g.batchNorm(real(shape), real([c]), real([c]), real([c]), positive([c]), { epsilon: 1e-3 });
  },
};

/** How the program is written: with ONNX' own convolutions, or with products, and then with maps that come from one. */
const settings = [
  { setting: "", matrixConvolutions: false, behindConvolution: false },
  { setting: " among matrix products", matrixConvolutions: true, behindConvolution: false },
  { setting: " behind a matrix product", matrixConvolutions: true, behindConvolution: true },
];

const drawsPerCase = 12;

describe.each(settings)(
  "the engine and the reference agree on$setting",
  ({ matrixConvolutions, behindConvolution }) => {
    test.each(Object.keys(cases) as OpName[])("%s", async (op) => {
      const graph = newGraph();
      const given: Record<string, Float64Array> = {};
      const outputs: Record<string, Value> = {};
      for (let draw = 0; draw < drawsPerCase; draw++) {
        const random = stream(draw, `${op} ${behindConvolution}`);
        outputs[`y${draw}`] = cases[op](operands(graph, given, random, behindConvolution));
      }
      expect(graph.nodes.some((node) => node.op === op)).toBe(true);
      const program = { graph, outputs };
      const actual = await onEngine(program, given, matrixConvolutions);
      for (const [name, expected] of Object.entries(evaluate(program, given)))
        expect(errorOf(actual[name]!, expected), name).toBeLessThan(1e-5);
    });
  },
);

test("the engine and the reference agree on programs of many operations", async () => {
  const trials = fc.asyncProperty(randomProgram(), fc.boolean(), async ({ program, given }, matrixConvolutions) => {
    const actual = await onEngine(program, given, matrixConvolutions);
    const rounds = program.graph.nodes.some(({ output }) => output.type.dtype === "float16");
    for (const [name, expected] of Object.entries(evaluate(program, given)))
      expect(difference(actual[name]!, expected)).toBeLessThan(rounds ? 4e-3 : 1e-5);
  });
  await fc.assert(trials, { numRuns: 60 });
});

function operands(
  graph: Graph,
  given: Record<string, Float64Array>,
  random: Stream,
  behindConvolution: boolean,
): Operands {
  const g = build(graph);
  const source = (shape: Shape, values: Float64Array, dtype: Dtype = "float32") => {
    const name = `x${Object.keys(given).length}`;
    given[name] = Float64Array.from(values, Math.fround);
    const known = dtype === "float32" && whole(random, 0, 1) === 0;
    return known ? g.parameter({ name, shape }) : g.input({ name, dtype, shape });
  };
  const whereWanted = (shape: Shape, x: Value) => {
    const [, channels = 0] = shape;
    if (!behindConvolution || shape.length !== 4) return x;
    // a product with the unit matrix: changes nothing but how the values lie
    const unit = Array.from({ length: channels ** 2 }, (_, i) => (i % (channels + 1) === 0 ? 1 : 0));
    const kernel = g.constant({ values: unit, shape: [channels, channels, 1, 1] });
    return g.conv(x, kernel, g.constant({ values: [0], shape: [channels] }), { strides: [1, 1], pads: [0, 0, 0, 0] });
  };
  const drawn = (shape: Shape, draw: () => number) =>
    whereWanted(shape, source(shape, Float64Array.from({ length: elementCount(shape) }, draw)));
  return {
    g,
    random,
    real: (shape) => drawn(shape, () => 2 * random() - 1),
    whole: (shape) => drawn(shape, () => whole(random, -3, 3)),
    positive: (shape) => drawn(shape, () => 0.4 + 2.3 * random()),
    fed: (shape, dtype) =>
      source(
        shape,
        Float64Array.from({ length: elementCount(shape) }, () => whole(random, 0, 255)),
        dtype,
      ),
  };
}

async function onEngine(
  program: Program,
  given: Given,
  matrixConvolutions: boolean,
): Promise<Record<string, Float32Array>> {
  const session = await openProgram(program, { constants: new Map(), threads: 1, matrixConvolutions });
  const feeds = session.inputs.map(
    ({ name, dtype }) => [name, asData(Float32Array.from(given[name]!), dtype)] as const,
  );
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, data]) => [name, asNumbers(data)]));
}

function asData(values: Float32Array, dtype: Dtype): TensorData {
  if (dtype === "float16") return encodeFloat16(values);
  return dtype === "uint8" ? Uint8Array.from(values) : values;
}

function asNumbers(data: TensorData): Float32Array {
  return data instanceof Uint16Array ? decodeFloat16(data) : Float32Array.from(data);
}

/** Largest difference over the root of the mean square of what is expected. */
function errorOf(actual: Float32Array, expected: Float64Array): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  const rms = Math.sqrt(expected.reduce((total, value) => total + value ** 2, 0) / expected.length);
  const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(actual[i]! - value)), 0);
  return worst === 0 ? 0 : worst / rms;
}

function someShape(random: Stream): Shape {
  const rank = [4, 4, 2, 1, 3][whole(random, 0, 4)]!;
  return Array.from({ length: rank }, () => whole(random, 1, 4));
}

/** Two shapes that broadcast to `shape`. */
function broadcastable(random: Stream, shape: Shape): readonly [Shape, Shape] {
  const kinds = shape.map(() => whole(random, 0, 3));
  return [
    shape.map((length, i) => (kinds[i] === 0 ? 1 : length)),
    shape.map((length, i) => (kinds[i] === 1 ? 1 : length)),
  ];
}

/** Two values, each now and then a constant or a repetition of a smaller one. */
function binary({ g, random, real }: Operands, combine: (g: Builder, a: Value, b: Value) => Value): Value {
  const operand = (shape: Shape) => {
    const kind = whole(random, 0, 5);
    if (kind === 0) return g.constant({ values: [random()], shape });
    return kind === 1 ? g.broadcast(real(shape.map(() => 1)), { shape }) : real(shape);
  };
  const [a, b] = broadcastable(random, someShape(random));
  return combine(g, operand(a), operand(b));
}

/** A window that slides over a map, and the shapes of everything around it. */
function sliding(random: Stream, { padded }: { padded?: boolean } = {}) {
  const [n, ci, co] = [whole(random, 1, 3), whole(random, 1, 3), whole(random, 1, 3)];
  const kernelSize: Pair = [whole(random, 1, 4), whole(random, 1, 4)];
  const strides: Pair = whole(random, 0, 1) === 0 ? [1, 1] : [whole(random, 1, 3), whole(random, 1, 3)];
  const same = whole(random, 0, 1) === 0;
  // a pool may pad by less than its window, a convolution by any number
  const pad = (side: number) => {
    const length = kernelSize[side % 2]!;
    if (padded === false) return 0;
    return same ? (length - 1) >> 1 : whole(random, 0, padded === true ? length - 1 : length + 1);
  };
  const pads: Pads = [pad(0), pad(1), pad(2), pad(3)];
  const inputSize: Pair = [kernelSize[0] + whole(random, 0, 5), kernelSize[1] + whole(random, 0, 5)];
  const slide = (axis: 0 | 1) =>
    Math.floor((inputSize[axis] + pads[axis] + pads[axis === 0 ? 2 : 3] - kernelSize[axis]) / strides[axis]) + 1;
  const map: Pair = [slide(0), slide(1)];
  return {
    x: [n, ci, ...inputSize],
    y: [n, co, ...map],
    kernel: [co, ci, ...kernelSize],
    map,
    strides,
    pads,
    kernelSize,
    inputSize,
  };
}
