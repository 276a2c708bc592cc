// Well-typed programs drawn at random, for claims about all programs. A program is grown from a list of numbers, so that
// fast-check can shrink one that breaks a claim. Values stay near 1 and no step enlarges a small error much, so programs
// that mean the same give the same numbers; where an operation jumps, what decides the jump is a parameter.

import fc from "fast-check";
import { append, type Builder, build, type Graph, newGraph } from "../../src/ir/graph.ts";
import type { Node, OpName, Pads, Pair, Value } from "../../src/ir/ops.ts";
import type { Program } from "../../src/ir/program.ts";
import type { Given } from "../../src/ir/reference.ts";
import { elementCount, type Shape } from "../../src/ir/tensor-type.ts";
import { stream } from "../../src/random.ts";
import { uniform } from "./numbers.ts";

/** A program with numbers for everything that it takes. */
export interface Trial {
  readonly program: Program;
  readonly given: Given;
}

interface Sketch {
  readonly graph: Graph;
  readonly g: Builder;
  readonly values: Value[];
  readonly given: Record<string, Float64Array>;
}

/** The next choice among `count` possibilities. */
type Choose = (count: number) => number;
type Step = (sketch: Sketch, choose: Choose) => Value | undefined;

const largestTensor = 300;
const choicesPerStep = 10;

/** Programs of up to `steps` operations, with dead, shared and repeated nodes and one to four outputs. */
export function randomProgram(steps = 24): fc.Arbitrary<Trial> {
  const choices = fc.array(fc.nat({ max: 9999 }), { minLength: choicesPerStep, maxLength: choicesPerStep });
  return fc.array(choices, { minLength: 1, maxLength: steps, size: "max" }).map(grow);
}

function grow(plan: readonly (readonly number[])[]): Trial {
  const graph = newGraph();
  const sketch: Sketch = { graph, g: build(graph), values: [], given: {} };
  sketch.values.push(source(sketch, "input", [2, 3, 5, 4]), source(sketch, "input", [3, 4]));
  const steps = Object.values(table);
  for (const numbers of plan) {
    const choose = chooser(numbers);
    const step = [again, table.batchNorm][choose(10)] ?? steps[choose(steps.length)]!;
    const value = step(sketch, choose);
    if (value !== undefined && elementCount(value.type.shape) <= largestTensor) sketch.values.push(value);
  }
  const choose = chooser(plan.flat());
  const wanted = Array.from({ length: choose(4) }, () => pick(sketch, choose)!);
  const outputs = Object.fromEntries([sketch.values.at(-1)!, ...wanted].map((value, i) => [`y${i}`, value]));
  return { program: { graph, outputs }, given: sketch.given };
}

function chooser(numbers: readonly number[]): Choose {
  let next = 0;
  return (count) => numbers[next++ % numbers.length]! % count;
}

const table: { readonly [K in OpName]: Step } = {
  input: (sketch, choose) => source(sketch, "input", anyShape(choose)),
  parameter: (sketch, choose) => source(sketch, "parameter", anyShape(choose)),
  constant({ g }, choose) {
    const shape = anyShape(choose);
    const count = choose(2) === 0 ? 1 : elementCount(shape);
    return g.constant({ values: Array.from({ length: count }, (_, i) => ((i * 7) % 5) / 4 - 0.6), shape });
  },

  add: (sketch, choose) => pair(sketch, choose, (g, a, b) => g.add(a, b)),
  subtract: (sketch, choose) => pair(sketch, choose, (g, a, b) => g.subtract(a, b)),
  multiply: (sketch, choose) => pair(sketch, choose, (g, a, b) => g.multiply(squash(g, a), squash(g, b))),
  divide: (sketch, choose) => pair(sketch, choose, (g, a, b) => g.divide(a, oneAndSquare(g, b))),
  sqrt: (sketch, choose) => map(sketch, choose, (g, x) => g.sqrt(oneAndSquare(g, x))),
  exp: (sketch, choose) => map(sketch, choose, (g, x) => g.exp(squash(g, x))),
  relu: (sketch, choose) => map(sketch, choose, (g, x) => g.relu(x)),
  reluGradient: (sketch, choose) =>
    map(sketch, choose, (g, dy) => g.reluGradient(dy, g.relu(source(sketch, "parameter", dy.type.shape)))),
  logSoftmax: (sketch, choose) =>
    map(sketch, choose, (g, x) => (x.type.shape.length > 0 ? g.logSoftmax(x) : undefined)),
  cast: (sketch, choose) =>
    map(sketch, choose, (g, x) => g.cast(g.cast(x, { dtype: "float16" }), { dtype: "float32" })),

  matMul(sketch, choose) {
    const left = pick(sketch, choose, (shape) => shape.length === 2);
    if (left === undefined) return undefined;
    const [transposeLeft, transposeRight] = [choose(2) === 0, choose(2) === 0];
    const [inner, columns] = [left.type.shape[transposeLeft ? 0 : 1]!, 1 + choose(4)];
    const shape = transposeRight ? [columns, inner] : [inner, columns];
    const right = pick(sketch, choose, (other) => other.join() === shape.join()) ?? source(sketch, "parameter", shape);
    return sketch.g.matMul(squash(sketch.g, left), squash(sketch.g, right), { transposeLeft, transposeRight });
  },
  sum: (sketch, choose) =>
    map(sketch, choose, (g, x) => {
      const axes = [...x.type.shape.keys()].filter(() => choose(2) === 0);
      return squash(g, g.sum(x, { axes }));
    }),
  broadcast: (sketch, choose) =>
    map(sketch, choose, (g, x) =>
      g.broadcast(x, { shape: x.type.shape.map((axis) => (axis === 1 ? 1 + choose(3) : axis)) }),
    ),
  reshape: (sketch, choose) =>
    map(sketch, choose, (g, x) => {
      const size = elementCount(x.type.shape);
      const first = [1, 2, 3, 4].filter((factor) => size % factor === 0)[choose(4)] ?? 1;
      return g.reshape(x, { shape: [[first, size / first], [size], [1, first, size / first, 1]][choose(3)]! });
    }),
  transpose: (sketch, choose) =>
    map(sketch, choose, (g, x) => {
      const left = [...x.type.shape.keys()];
      return g.transpose(x, { permutation: x.type.shape.map(() => left.splice(choose(left.length), 1)[0]!) });
    }),
  concat(sketch, choose) {
    const first = pick(sketch, choose, (shape) => shape.length > 0);
    if (first === undefined) return undefined;
    const axis = choose(first.type.shape.length);
    const others = (shape: Shape) => shape.map((length, i) => (i === axis ? 0 : length)).join();
    const fits = (shape: Shape) => others(shape) === others(first.type.shape);
    return sketch.g.concat(first, ...Array.from({ length: choose(3) }, () => pick(sketch, choose, fits)!), { axis });
  },
  slice: (sketch, choose) =>
    onAxis(sketch, choose, (g, x, axis, length) => {
      const start = choose(length);
      return g.slice(x, { axis, start, end: start + 1 + choose(length - start) });
    }),
  pad: (sketch, choose) =>
    onAxis(sketch, choose, (g, x, axis) => g.pad(x, { axis, before: choose(3), after: choose(3) })),

  conv(sketch, choose) {
    const x = pick(sketch, choose, isImage);
    if (x === undefined) return undefined;
    const window = windowOver(x.type.shape, choose);
    const kernel = kernelOf(sketch, [1 + choose(4), x.type.shape[1]!, ...window.kernel]);
    const bias = source(sketch, "parameter", [kernel.type.shape[0]!]);
    return sketch.g.conv(x, kernel, bias, slide(window));
  },
  convInputGradient(sketch, choose) {
    const dy = pick(sketch, choose, isImage);
    if (dy === undefined) return undefined;
    const [, out = 0, height = 0, width = 0] = dy.type.shape;
    const kernel = kernelOf(sketch, [out, 1 + choose(3), 1 + choose(3), 1 + choose(3)]);
    const strides: Pair = [1 + choose(2), 1 + choose(2)];
    const [kh, kw] = [kernel.type.shape[2]!, kernel.type.shape[3]!];
    const inputSize: Pair = [(height - 1) * strides[0] + kh, (width - 1) * strides[1] + kw];
    return sketch.g.convInputGradient(dy, kernel, { strides, pads: [0, 0, 0, 0], inputSize });
  },
  convKernelGradient(sketch, choose) {
    const x = pick(sketch, choose, isImage);
    if (x === undefined) return undefined;
    const { kernel, strides, pads } = windowOver(x.type.shape, choose);
    const map = sketch.g.averagePool(x, { kernel, strides, pads }).type.shape;
    const dy = source(sketch, "parameter", [x.type.shape[0]!, 1 + choose(3), map[2]!, map[3]!]);
    return squash(sketch.g, sketch.g.convKernelGradient(x, dy, { strides, pads, kernelSize: kernel }));
  },
  maxPool: (sketch, choose) =>
    map(sketch, choose, (g, x) => g.maxPool(x, unpadded(windowOver(x.type.shape, choose))), isImage),
  maxPoolGradient(sketch, choose) {
    const dy = pick(sketch, choose, isImage);
    if (dy === undefined) return undefined;
    const [n = 0, channels = 0, height = 0, width = 0] = dy.type.shape;
    const [kernel, strides]: [Pair, Pair] = [
      [1 + choose(3), 1 + choose(3)],
      [1 + choose(2), 1 + choose(2)],
    ];
    const size = [(height - 1) * strides[0] + kernel[0], (width - 1) * strides[1] + kernel[1]];
    return sketch.g.maxPoolGradient(source(sketch, "parameter", [n, channels, ...size]), dy, { kernel, strides });
  },
  averagePool: (sketch, choose) =>
    map(sketch, choose, (g, x) => g.averagePool(x, windowOver(x.type.shape, choose)), isImage),
  averagePoolGradient: (sketch, choose) =>
    map(
      sketch,
      choose,
      (g, dy) => {
        const inputSize: Pair = [dy.type.shape[2]!, dy.type.shape[3]!];
        return g.averagePoolGradient(dy, { kernel: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1], inputSize });
      },
      isImage,
    ),
  batchNorm(sketch, choose) {
    const x = choose(3) === 0 ? pick(sketch, choose, isImage) : table.conv(sketch, choose);
    if (x === undefined) return undefined;
    if (choose(4) === 0) sketch.values.push(x); // a convolution that others may use as well
    const shape = [x.type.shape[1]!];
    const [gamma, beta, mean] = [0.5, -1, -1].map((low) => source(sketch, "parameter", shape, low, 1));
    return sketch.g.batchNorm(x, gamma!, beta!, mean!, source(sketch, "parameter", shape, 1, 2), { epsilon: 0.001 });
  },
};

/** A node that is there already, a second time. */
function again({ graph }: Sketch, choose: Choose): Value | undefined {
  const nodes = graph.nodes.filter(({ inputs, output }) => inputs.length > 0 && output.type.dtype === "float32");
  const node = nodes[choose(Math.max(nodes.length, 1))];
  return node && repeat(graph, node);
}

function repeat<K extends OpName>(graph: Graph, node: Node<K>): Value {
  return append(graph, node.op, node.inputs as unknown as Node<K>["inputs"], node.attributes);
}

function source({ graph, g, given }: Sketch, op: "input" | "parameter", shape: Shape, low = -1, high = 1): Value {
  const name = `${op}.${graph.nodes.length}`;
  given[name] = uniform(stream(1, name), elementCount(shape), low, high).map(Math.fround);
  return op === "input" ? g.input({ name, dtype: "float32", shape }) : g.parameter({ name, shape });
}

/** A kernel that leaves values about as large as they are: its elements are below 1 / fan-in. */
function kernelOf(sketch: Sketch, shape: Shape): Value {
  const bound = 1 / elementCount(shape.slice(1));
  return source(sketch, "parameter", shape, -bound, bound);
}

function pick({ values }: Sketch, choose: Choose, fits: (shape: Shape) => boolean = () => true): Value | undefined {
  const fitting = values.filter(({ type }) => fits(type.shape));
  return fitting[choose(Math.max(fitting.length, 1))];
}

function map(
  sketch: Sketch,
  choose: Choose,
  step: (g: Builder, x: Value) => Value | undefined,
  fits?: (shape: Shape) => boolean,
): Value | undefined {
  const x = pick(sketch, choose, fits);
  return x && step(sketch.g, x);
}

function pair(sketch: Sketch, choose: Choose, step: (g: Builder, a: Value, b: Value) => Value): Value | undefined {
  const a = pick(sketch, choose)!;
  const fits = (shape: Shape) =>
    shape.length === a.type.shape.length &&
    shape.every((axis, i) => axis === a.type.shape[i] || axis === 1 || a.type.shape[i] === 1);
  return step(sketch.g, a, pick(sketch, choose, fits)!);
}

function onAxis(
  sketch: Sketch,
  choose: Choose,
  step: (g: Builder, x: Value, axis: number, length: number) => Value,
): Value | undefined {
  const x = pick(sketch, choose, (shape) => shape.length > 0);
  if (x === undefined) return undefined;
  const axis = choose(x.type.shape.length);
  return step(sketch.g, x, axis, x.type.shape[axis]!);
}

/** x / √(1 + x²), in (-1, 1). */
function squash(g: Builder, x: Value): Value {
  return g.divide(x, g.sqrt(oneAndSquare(g, x)));
}

function oneAndSquare(g: Builder, x: Value): Value {
  return g.add(g.multiply(x, x), g.constant({ values: [1], shape: x.type.shape }));
}

function isImage(shape: Shape): boolean {
  return shape.length === 4;
}

function anyShape(choose: Choose): Shape {
  return [[2, 3, 5, 4], [1, 3, 1, 1], [3, 4], [4], [1, 2, 6, 6], []][choose(6)]!;
}

interface Window {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly pads: Pads;
}

/** A window that fits the map and covers an element of it wherever it stands. */
function windowOver(shape: Shape, choose: Choose): Window {
  const kernel: Pair = [1 + choose(Math.min(3, shape[2]!)), 1 + choose(Math.min(3, shape[3]!))];
  const [rows, columns] = [() => choose(kernel[0]), () => choose(kernel[1])];
  return { kernel, strides: [1 + choose(2), 1 + choose(2)], pads: [rows(), columns(), rows(), columns()] };
}

function slide({ strides, pads }: Window) {
  return { strides, pads };
}

function unpadded({ kernel, strides }: Window) {
  return { kernel, strides };
}
