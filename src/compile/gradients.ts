// Every derivative of the product on one page. A rule gives one thunk for each input, so that nothing is built for what
// does not learn; "none" where a derivative is zero everywhere it exists.

import type { Builder } from "../ir/graph.ts";
import type { Inputs, Node, OpName, Value } from "../ir/ops.ts";
import type { Shape } from "../ir/tensor-type.ts";

/** Builds the gradient of one input when it is wanted. "unsupported" marks second derivatives that nothing here needs. */
export type Thunk = (() => Value) | "none" | "unsupported";

/** One for each input, in order: a missing or surplus gradient does not compile. */
export type Gradients<K extends OpName> = Each<Inputs<K>, Thunk>;

type Each<Tuple extends readonly unknown[], To> = { readonly [I in keyof Tuple]: To };

/** From the gradient `dy` of a node's output to those of its inputs, written with the builder `g`. */
type Rule<K extends OpName> = (node: Node<K>, dy: Value, g: Builder) => Gradients<K>;

export const gradients: { readonly [K in OpName]: Rule<K> } = {
  input: () => [],
  parameter: () => [],
  constant: () => [],

  add: ({ inputs: [a, b] }, dy, g) => [() => sumTo(g, dy, a), () => sumTo(g, dy, b)],
  subtract: ({ inputs: [a, b] }, dy, g) => [() => sumTo(g, dy, a), () => negate(g, sumTo(g, dy, b))],
  multiply: ({ inputs: [a, b] }, dy, g) => [() => sumTo(g, g.multiply(dy, b), a), () => sumTo(g, g.multiply(dy, a), b)],
  // y = a / b:  da = dy / b,  db = -dy y / b
  divide: ({ inputs: [a, b], output: y }, dy, g) => [
    () => sumTo(g, g.divide(dy, b), a),
    () => negate(g, sumTo(g, g.divide(g.multiply(dy, y), b), b)),
  ],
  // y = √x:  dx = dy / 2y
  sqrt: ({ output: y }, dy, g) => [() => g.divide(dy, g.add(y, y))],
  exp: ({ output: y }, dy, g) => [() => g.multiply(dy, y)],
  relu: ({ output: y }, dy, g) => [() => g.reluGradient(dy, y)],
  reluGradient: ({ inputs: [, y] }, dy, g) => [() => g.reluGradient(dy, y), "none"],
  // y = x - log Σ eˣ:  dx = dy - eʸ Σ dy
  logSoftmax: ({ output: y }, dy, g) => [
    () => g.subtract(dy, g.multiply(g.exp(y), g.sum(dy, { axes: [y.type.shape.length - 1] }))),
  ],
  cast: ({ inputs: [x] }, dy, g) => [() => g.cast(dy, { dtype: x.type.dtype })],

  // y = ab:  da = dy bᵀ,  db = aᵀ dy; with aᵀ or bᵀ in y the same transposed
  matMul: ({ inputs: [a, b], attributes: { transposeLeft = false, transposeRight = false } }, dy, g) => [
    () =>
      transposeLeft
        ? g.matMul(b, dy, { transposeLeft: transposeRight, transposeRight: true })
        : g.matMul(dy, b, { transposeRight: !transposeRight }),
    () =>
      transposeRight
        ? g.matMul(dy, a, { transposeLeft: true, transposeRight: transposeLeft })
        : g.matMul(a, dy, { transposeLeft: !transposeLeft }),
  ],
  sum: ({ inputs: [x] }, dy, g) => [() => g.broadcast(dy, { shape: x.type.shape })],
  broadcast: ({ inputs: [x] }, dy, g) => [() => sumTo(g, dy, x)],
  reshape: ({ inputs: [x] }, dy, g) => [() => g.reshape(dy, { shape: x.type.shape })],
  transpose: ({ attributes: { permutation } }, dy, g) => [
    () => g.transpose(dy, { permutation: permutation.map((_, axis) => permutation.indexOf(axis)) }),
  ],
  concat({ inputs, attributes: { axis } }, dy, g) {
    let end = 0;
    return inputs.map((x) => {
      const start = end;
      end += x.type.shape[axis]!;
      const range = { axis, start, end };
      return () => g.slice(dy, range);
    });
  },
  slice: ({ inputs: [x], attributes: { axis, start, end } }, dy, g) => [
    () => g.pad(dy, { axis, before: start, after: x.type.shape[axis]! - end }),
  ],
  pad: ({ inputs: [x], attributes: { axis, before } }, dy, g) => [
    () => g.slice(dy, { axis, start: before, end: before + x.type.shape[axis]! }),
  ],

  conv: ({ inputs: [x, kernel, bias], attributes }, dy, g) => [
    () => g.convInputGradient(dy, kernel, { ...attributes, inputSize: mapSize(x) }),
    () => g.convKernelGradient(x, dy, { ...attributes, kernelSize: mapSize(kernel) }),
    () => perChannel(g, dy, bias.type.shape),
  ],
  // both are linear in each of their inputs, with conv and one another as derivatives
  convInputGradient: ({ inputs: [up, kernel], attributes: { strides, pads } }, dy, g) => [
    () => g.conv(dy, kernel, noBias(g, kernel), { strides, pads }),
    () => g.convKernelGradient(dy, up, { strides, pads, kernelSize: mapSize(kernel) }),
  ],
  convKernelGradient: ({ inputs: [x, up], attributes: { strides, pads } }, dy, g) => [
    () => g.convInputGradient(up, dy, { strides, pads, inputSize: mapSize(x) }),
    () => g.conv(x, dy, noBias(g, dy), { strides, pads }),
  ],
  maxPool: ({ inputs: [x], attributes }, dy, g) => [() => g.maxPoolGradient(x, dy, attributes)],
  maxPoolGradient: () => ["none", "unsupported"],
  averagePool: ({ inputs: [x], attributes }, dy, g) => [
    () => g.averagePoolGradient(dy, { ...attributes, inputSize: mapSize(x) }),
  ],
  averagePoolGradient: ({ attributes: { kernel, strides, pads } }, dy, g) => [
    () => g.averagePool(dy, { kernel, strides, pads }),
  ],
  // y = (x - μ) γ / σ + β with σ = √(v + ε):  dx = dy γ/σ,  dγ = Σ dy (x - μ)/σ,  dβ = Σ dy,  dμ = -dβ γ/σ,  dv = -dγ γ / 2σ²
  batchNorm({ inputs: [x, gamma, , mean, variance], attributes: { epsilon } }, dy, g) {
    const { shape } = gamma.type;
    const sigma2 = () => g.add(variance, constant(g, epsilon, shape));
    const scale = () => g.divide(gamma, g.sqrt(sigma2()));
    const dBeta = () => perChannel(g, dy, shape);
    const dGamma = () => {
      const centred = g.subtract(x, alongChannels(g, mean));
      return g.divide(perChannel(g, g.multiply(dy, centred), shape), g.sqrt(sigma2()));
    };
    return [
      () => g.multiply(dy, alongChannels(g, scale())),
      dGamma,
      dBeta,
      () => negate(g, g.multiply(dBeta(), scale())),
      () => g.divide(g.multiply(g.multiply(dGamma(), gamma), constant(g, -0.5, shape)), sigma2()),
    ];
  },
};

/** Sums what broadcasting repeated, so that a gradient has the shape of its input. */
function sumTo(g: Builder, gradient: Value, { type: { shape } }: Value): Value {
  const axes = gradient.type.shape.flatMap((length, axis) => (length !== shape[axis] ? [axis] : []));
  return axes.length === 0 ? gradient : g.sum(gradient, { axes });
}

/** [n, c, h, w] -> [c] */
function perChannel(g: Builder, x: Value, shape: Shape): Value {
  return g.reshape(g.sum(x, { axes: [0, 2, 3] }), { shape });
}

/** [c] -> [1, c, 1, 1] */
function alongChannels(g: Builder, x: Value): Value {
  return g.reshape(x, { shape: [1, x.type.shape[0]!, 1, 1] });
}

function negate(g: Builder, x: Value): Value {
  return g.multiply(x, constant(g, -1, x.type.shape));
}

function constant(g: Builder, value: number, shape: Shape): Value {
  return g.constant({ values: [value], shape });
}

function noBias(g: Builder, kernel: Value): Value {
  return constant(g, 0, [kernel.type.shape[0]!]);
}

function mapSize({ type: { shape } }: Value): readonly [number, number] {
  return [shape[2]!, shape[3]!];
}
