import { describe, expect, test } from "vitest";
import { apart, uniform, whole } from "../../test/support/numbers.ts";
import { slopeError } from "../../test/support/slope.ts";
import { append, build, type Graph, newGraph } from "../ir/graph.ts";
import type { Attributes, Inputs, OpName, Pads, Pair, Value } from "../ir/ops.ts";
import { evaluate, type Given } from "../ir/reference.ts";
import { elementCount, type Shape } from "../ir/tensor-type.ts";
import { verify } from "../ir/verify.ts";
import { type Stream, stream } from "../random.ts";
import { differentiate } from "./3-differentiate.ts";

/** One operand of a trial, and the numbers it may have: `apart` keeps away from zero and from one another. */
interface Operand {
  readonly shape: Shape;
  readonly values: "any" | "positive" | "apart";
  readonly unsupported?: true;
}
interface Trial<K extends OpName> {
  readonly operands: readonly Operand[];
  readonly attributes: Attributes<K>;
}
/** A random application of an operation; "source" where there is no input to differentiate. */
type Case<K extends OpName> = ((random: Stream) => Trial<K>) | "source";

const any = (...shape: Shape): Operand => ({ shape, values: "any" });
const positive = (...shape: Shape): Operand => ({ shape, values: "positive" });
const distinct = (...shape: Shape): Operand => ({ shape, values: "apart" });

/** Every rule of `gradients`, measured. An operation without a case here does not compile. */
const cases: { readonly [K in OpName]: Case<K> } = {
  input: "source",
  parameter: "source",
  constant: "source",

  add: (random) => trial(pairOf(random, any, any)),
  subtract: (random) => trial(pairOf(random, any, any)),
  multiply: (random) => trial(pairOf(random, any, any)),
  divide: (random) => trial(pairOf(random, any, positive)),
  sqrt: (random) => trial([positive(...shapeOf(random))]),
  exp: (random) => trial([any(...shapeOf(random))]),
  relu: (random) => trial([distinct(...shapeOf(random))]),
  reluGradient(random) {
    const shape = shapeOf(random);
    return trial([any(...shape), distinct(...shape)]);
  },
  logSoftmax: (random) => trial([any(...shapeOf(random), whole(random, 1, 4))]),
  cast: (random) => ({ operands: [any(...shapeOf(random))], attributes: { dtype: "float32" } }),

  matMul(random) {
    const [m, k, n] = [whole(random, 1, 4), whole(random, 1, 4), whole(random, 1, 4)];
    const [transposeLeft, transposeRight] = [random() < 0.5, random() < 0.5];
    const left = transposeLeft ? any(k, m) : any(m, k);
    return { operands: [left, transposeRight ? any(n, k) : any(k, n)], attributes: { transposeLeft, transposeRight } };
  },
  sum(random) {
    const shape = shapeOf(random);
    return { operands: [any(...shape)], attributes: { axes: [...shape.keys()].filter(() => random() < 0.5) } };
  },
  broadcast(random) {
    const shape = shapeOf(random);
    return { operands: [any(...thinned(random, shape))], attributes: { shape } };
  },
  reshape(random) {
    const [a, b, c] = [whole(random, 1, 3), whole(random, 1, 3), whole(random, 1, 3)];
    return { operands: [any(a, b * c)], attributes: { shape: [c, a, b] } };
  },
  transpose(random) {
    const shape = shapeOf(random);
    const left = [...shape.keys()];
    const permutation = shape.map(() => left.splice(whole(random, 0, left.length - 1), 1)[0]!);
    return { operands: [any(...shape)], attributes: { permutation } };
  },
  concat(random) {
    const shape = [...shapeOf(random), 2];
    const axis = whole(random, 0, shape.length - 1);
    const part = () => any(...shape.map((length, i) => (i === axis ? whole(random, 1, 3) : length)));
    return { operands: Array.from({ length: whole(random, 1, 4) }, part), attributes: { axis } };
  },
  slice(random) {
    const shape = [...shapeOf(random), 3];
    const axis = whole(random, 0, shape.length - 1);
    const start = whole(random, 0, shape[axis]! - 1);
    return { operands: [any(...shape)], attributes: { axis, start, end: whole(random, start + 1, shape[axis]!) } };
  },
  pad(random) {
    const shape = [...shapeOf(random), 3];
    const attributes = {
      axis: whole(random, 0, shape.length - 1),
      before: whole(random, 0, 2),
      after: whole(random, 0, 2),
    };
    return { operands: [any(...shape)], attributes };
  },

  conv(random) {
    const { x, kernel, strides, pads } = slideOf(random);
    return { operands: [any(...x), any(...kernel), any(kernel[0]!)], attributes: { strides, pads } };
  },
  convInputGradient(random) {
    const { x, y, kernel, strides, pads } = slideOf(random);
    return { operands: [any(...y), any(...kernel)], attributes: { strides, pads, inputSize: mapSize(x) } };
  },
  convKernelGradient(random) {
    const { x, y, kernel, strides, pads } = slideOf(random);
    return { operands: [any(...x), any(...y)], attributes: { strides, pads, kernelSize: mapSize(kernel) } };
  },
  maxPool(random) {
    const { x, window } = poolOf(random, false);
    return { operands: [distinct(...x)], attributes: window };
  },
  maxPoolGradient(random) {
    const { x, y, window } = poolOf(random, false);
    return { operands: [distinct(...x), { ...any(...y), unsupported: true }], attributes: window };
  },
  averagePool(random) {
    const { x, window, pads } = poolOf(random, true);
    return { operands: [any(...x)], attributes: { ...window, pads } };
  },
  averagePoolGradient(random) {
    const { x, y, window, pads } = poolOf(random, true);
    return { operands: [any(...y)], attributes: { ...window, pads, inputSize: mapSize(x) } };
  },
  batchNorm(random) {
    const x = [whole(random, 1, 3), whole(random, 1, 4), whole(random, 1, 4), whole(random, 1, 4)];
    const c = x[1]!;
    return { operands: [any(...x), any(c), any(c), any(c), positive(c)], attributes: { epsilon: 0.1 * random() } };
  },
};

const trialsPerOp = 25;

describe("the gradient is the slope, for every input of", () => {
  test.each(Object.keys(cases) as OpName[])("%s", (op) => measure(op));
});

function measure<K extends OpName>(op: K): void {
  const draw: Case<K> = cases[op];
  if (draw === "source") expectNoInputs(op);
  else for (let i = 0; i < trialsPerOp; i++) expectSlopes(op, draw(stream(i, op)), stream(i, `${op} numbers`));
}

function expectSlopes<K extends OpName>(op: K, { operands, attributes }: Trial<K>, random: Stream): void {
  const { graph, inputs, output, given } = apply(op, operands, attributes, random);
  const loss = weighted(graph, output, random);
  for (const [at, input] of inputs.entries()) {
    const copy: Graph = { nodes: [...graph.nodes] };
    if (operands[at]!.unsupported) {
      expect(() => differentiate(copy, loss, [input])).toThrow(`internal: ${op} is not differentiated twice`);
      continue;
    }
    const [gradient] = differentiate(copy, loss, [input]);
    const program = verify({ graph: copy, outputs: { loss, [`gradient:${at}`]: gradient! } });
    expect(slopeError(program, given, `${at}`)).toBeLessThan(1e-6);
  }
}

function expectNoInputs(op: OpName): void {
  const graph = newGraph();
  const g = build(graph);
  const made = {
    input: () => g.input({ name: "a", dtype: "float32", shape: [2] }),
    parameter: () => g.parameter({ name: "a", shape: [2] }),
    constant: () => g.constant({ values: [1], shape: [2] }),
  }[op as "input" | "parameter" | "constant"]();
  expect(graph.nodes.at(-1)!.inputs).toEqual([]);
  const [gradient] = differentiate(graph, g.sum(g.multiply(made, made), { axes: [0] }), [made]);
  expect(evaluate({ graph, outputs: { gradient: gradient! } }, { a: [1, 1] }).gradient).toEqual(Float64Array.of(2, 2));
}

/** The operation on parameters named "0", "1", ... in the order of its inputs. */
function apply<K extends OpName>(op: K, operands: readonly Operand[], attributes: Attributes<K>, random: Stream) {
  const graph = newGraph();
  const g = build(graph);
  const inputs = operands.map(({ shape }, i) => g.parameter({ name: `${i}`, shape }));
  const output = append(graph, op, inputs as unknown as Inputs<K>, attributes);
  const given: Given = Object.fromEntries(operands.map((operand, i) => [`${i}`, numbers(operand, random)]));
  return { graph, inputs, output, given };
}

function numbers({ shape, values }: Operand, random: Stream): Float64Array {
  const count = elementCount(shape);
  if (values === "apart") return apart(random, count);
  return values === "positive" ? uniform(random, count, 0.5, 2) : uniform(random, count);
}

/** Σ y · r with random r: the gradient that arrives at y is different for every element. */
function weighted(graph: Graph, y: Value, random: Stream): Value {
  const g = build(graph);
  const { shape } = y.type;
  const weights = g.constant({ values: [...uniform(random, elementCount(shape))], shape });
  return g.reshape(g.sum(g.multiply(y, weights), { axes: [...shape.keys()] }), { shape: [] });
}

function trial(operands: readonly Operand[]) {
  return { operands, attributes: {} };
}

/** Up to three axes of up to four. */
function shapeOf(random: Stream): Shape {
  return Array.from({ length: whole(random, 0, 3) }, () => whole(random, 1, 4));
}

/** The same shape with some axes of length 1. */
function thinned(random: Stream, shape: Shape): Shape {
  return shape.map((length) => (random() < 0.4 ? 1 : length));
}

/** Two operands that broadcast to one shape, either side or both. */
function pairOf(random: Stream, left: (...shape: Shape) => Operand, right: (...shape: Shape) => Operand) {
  const shape = shapeOf(random);
  return [left(...thinned(random, shape)), right(...thinned(random, shape))];
}

function slideOf(random: Stream) {
  const { x, y, window, pads } = poolOf(random, true);
  const out = whole(random, 1, 3);
  const kernel = [out, x[1]!, ...window.kernel];
  return { x, y: [y[0]!, out, ...mapSize(y)], kernel, strides: window.strides, pads };
}

function poolOf(random: Stream, padded: boolean) {
  const kernel: Pair = [whole(random, 1, 3), whole(random, 1, 3)];
  const strides: Pair = [whole(random, 1, 3), whole(random, 1, 3)];
  const pads = [0, 1, 0, 1].map((axis) => (padded ? whole(random, 0, kernel[axis]! - 1) : 0)) as unknown as Pads;
  const x = [whole(random, 1, 2), whole(random, 1, 3), whole(random, 3, 6), whole(random, 3, 6)];
  const length = (axis: 0 | 1) =>
    Math.floor((x[axis + 2]! + pads[axis]! + pads[axis + 2]! - kernel[axis]) / strides[axis]) + 1;
  return { x, y: [x[0]!, x[1]!, length(0), length(1)], window: { kernel, strides }, pads };
}

function mapSize(shape: Shape): Pair {
  return [shape[2]!, shape[3]!];
}
