// Which type each operation produces, and which inputs it refuses. The one place where shapes are checked.

import type { Attributes, Inputs, OpName, Pads, Pair, Value } from "./ops.ts";
import { elementCount, type Shape, sameShape, showType, type TensorType } from "./tensor-type.ts";

type Rule<K extends OpName> = (inputs: Inputs<K>, attributes: Attributes<K>) => TensorType;

export const infer: { readonly [K in OpName]: Rule<K> } = {
  input: (_, { dtype, shape }) => ({ dtype, shape }),
  parameter: (_, { shape }) => float(shape),
  constant(_, { values, shape }) {
    const fits = values.length === 1 || values.length === elementCount(shape);
    if (!fits) return refuse(`constant of shape [${shape}] with ${values.length} values`);
    return values.every(Number.isFinite) ? float(shape) : refuse("constant which is not finite");
  },

  add: (inputs) => broadcastTogether("add", inputs),
  subtract: (inputs) => broadcastTogether("subtract", inputs),
  multiply: (inputs) => broadcastTogether("multiply", inputs),
  divide: (inputs) => broadcastTogether("divide", inputs),
  sqrt: ([x]) => floating("sqrt", x),
  exp: ([x]) => floating("exp", x),
  relu: ([x]) => floating("relu", x),
  reluGradient: ([dy, y]) => equal("reluGradient", dy, y),
  logSoftmax: ([x]) => (x.type.shape.length > 0 ? floating("logSoftmax", x) : refuse("logSoftmax of a scalar")),
  cast: ([x], { dtype }) => ({ dtype, shape: x.type.shape }),

  matMul([left, right], { transposeLeft = false, transposeRight = false }) {
    const [m, k] = matrix("matMul", left, transposeLeft);
    const [k2, n] = matrix("matMul", right, transposeRight);
    return k === k2 ? float([m, n]) : refuse(`matMul of [${m}, ${k}] and [${k2}, ${n}]`);
  },
  sum([x], { axes }) {
    const { shape } = floating("sum", x);
    if (axes.some((axis) => shape[axis] === undefined)) return refuse(`sum of ${showType(x.type)} over axes [${axes}]`);
    return float(shape.map((length, axis) => (axes.includes(axis) ? 1 : length)));
  },
  broadcast([x], { shape }) {
    const from = x.type.shape;
    const fits = from.length === shape.length && from.every((axis, i) => axis === shape[i] || axis === 1);
    return fits ? { dtype: x.type.dtype, shape } : refuse(`broadcast of ${showType(x.type)} to [${shape}]`);
  },
  reshape([x], { shape }) {
    const fits = elementCount(shape) === elementCount(x.type.shape);
    return fits ? { dtype: x.type.dtype, shape } : refuse(`reshape of ${showType(x.type)} to [${shape}]`);
  },
  transpose([x], { permutation }) {
    const { dtype, shape } = x.type;
    const axes = [...permutation].sort((a, b) => a - b);
    if (!sameShape(axes, [...shape.keys()])) return refuse(`transpose of ${showType(x.type)} by [${permutation}]`);
    return { dtype, shape: permutation.map((axis) => shape[axis]!) };
  },
  concat(inputs, { axis }) {
    const [first] = inputs;
    if (first?.type.shape[axis] === undefined) return refuse(`concat of ${inputs.length} values on axis ${axis}`);
    const others = (value: Value) => value.type.shape.filter((_, i) => i !== axis);
    for (const value of inputs) {
      const fits = sameShape(others(value), others(first)) && value.type.dtype === first.type.dtype;
      if (!fits) return refuse(`concat of ${showType(first.type)} and ${showType(value.type)} on axis ${axis}`);
    }
    const length = inputs.reduce((total, value) => total + value.type.shape[axis]!, 0);
    return { dtype: first.type.dtype, shape: first.type.shape.map((old, i) => (i === axis ? length : old)) };
  },
  slice([x], { axis, start, end }) {
    const length = x.type.shape[axis] ?? 0;
    if (start < 0 || end <= start || end > length)
      return refuse(`slice ${start}..${end} of axis ${axis} of ${showType(x.type)}`);
    return { dtype: x.type.dtype, shape: x.type.shape.map((old, i) => (i === axis ? end - start : old)) };
  },
  pad([x], { axis, before, after }) {
    if (before < 0 || after < 0 || axis >= x.type.shape.length)
      return refuse(`pad of axis ${axis} by ${before} and ${after}`);
    return { dtype: x.type.dtype, shape: x.type.shape.map((old, i) => (i === axis ? old + before + after : old)) };
  },

  conv([x, kernel, bias], { strides, pads }) {
    const [n, channels, height, width] = image("conv", x);
    const [out, channelsIn, kh, kw] = image("conv", kernel);
    if (channels !== channelsIn || !sameShape(floating("conv", bias).shape, [out]))
      return refuse(`conv of ${showType(x.type)}, kernel ${showType(kernel.type)}, bias ${showType(bias.type)}`);
    const [oh, ow] = slide("conv", [height, width], [kh, kw], strides, pads);
    return float([n, out, oh, ow]);
  },
  convInputGradient([dy, kernel], { strides, pads, inputSize }) {
    const [n, out, oh, ow] = image("convInputGradient", dy);
    const [out2, channels, kh, kw] = image("convInputGradient", kernel);
    const expected = slide("convInputGradient", inputSize, [kh, kw], strides, pads);
    if (out !== out2 || !sameShape(expected, [oh, ow]))
      return refuse(`convInputGradient of ${showType(dy.type)}, kernel ${showType(kernel.type)}, size ${inputSize}`);
    return float([n, channels, ...inputSize]);
  },
  convKernelGradient([x, dy], { strides, pads, kernelSize }) {
    const [n, channels, height, width] = image("convKernelGradient", x);
    const [n2, out, oh, ow] = image("convKernelGradient", dy);
    const expected = slide("convKernelGradient", [height, width], kernelSize, strides, pads);
    if (n !== n2 || !sameShape(expected, [oh, ow]))
      return refuse(`convKernelGradient of ${showType(x.type)} and ${showType(dy.type)}, kernel ${kernelSize}`);
    return float([out, channels, ...kernelSize]);
  },
  maxPool([x], { kernel, strides }) {
    const [n, channels, height, width] = image("maxPool", x);
    return float([n, channels, ...slide("maxPool", [height, width], kernel, strides, [0, 0, 0, 0])]);
  },
  maxPoolGradient([x, dy], { kernel, strides }) {
    const [n, channels, height, width] = image("maxPoolGradient", x);
    const expected = [n, channels, ...slide("maxPoolGradient", [height, width], kernel, strides, [0, 0, 0, 0])];
    if (!sameShape(dy.type.shape, expected))
      return refuse(`maxPoolGradient of ${showType(x.type)} and ${showType(dy.type)}`);
    return x.type;
  },
  averagePool([x], { kernel, strides, pads }) {
    const [n, channels, height, width] = image("averagePool", x);
    if (pads.some((rows, side) => rows >= kernel[side % 2]!)) return refuse(`averagePool of padding alone: ${pads}`);
    return float([n, channels, ...slide("averagePool", [height, width], kernel, strides, pads)]);
  },
  averagePoolGradient([dy], { kernel, strides, pads, inputSize }) {
    const [n, channels, oh, ow] = image("averagePoolGradient", dy);
    const expected = slide("averagePoolGradient", inputSize, kernel, strides, pads);
    if (!sameShape(expected, [oh, ow])) return refuse(`averagePoolGradient of ${showType(dy.type)} to ${inputSize}`);
    return float([n, channels, ...inputSize]);
  },
  batchNorm([x, ...statistics]) {
    const [, channels] = image("batchNorm", x);
    const wrong = statistics.find((value) => !sameShape(floating("batchNorm", value).shape, [channels]));
    return wrong === undefined
      ? floating("batchNorm", x)
      : refuse(`batchNorm of ${showType(x.type)} with ${showType(wrong.type)}`);
  },
};

function float(shape: Shape): TensorType {
  return { dtype: "float32", shape };
}

function floating(op: string, x: Value): TensorType {
  return x.type.dtype === "float32" ? x.type : refuse(`${op} of ${showType(x.type)}`);
}

function equal(op: string, left: Value, right: Value): TensorType {
  if (!sameShape(left.type.shape, right.type.shape))
    return refuse(`${op} of ${showType(left.type)} and ${showType(right.type)}`);
  return floating(op, left);
}

function broadcastTogether(op: string, [left, right]: readonly [Value, Value]): TensorType {
  const [a, b] = [left.type.shape, right.type.shape];
  const fits = a.length === b.length && a.every((axis, i) => axis === b[i] || axis === 1 || b[i] === 1);
  if (!fits) return refuse(`${op} of ${showType(left.type)} and ${showType(right.type)}`);
  floating(op, left);
  floating(op, right);
  return float(a.map((axis, i) => (axis === 1 ? b[i]! : axis)));
}

function matrix(op: string, { type }: Value, transposed: boolean): Pair {
  const [m, n, more] = type.shape;
  if (m === undefined || n === undefined || more !== undefined || type.dtype !== "float32")
    return refuse(`${op} of ${showType(type)}`);
  return transposed ? [n, m] : [m, n];
}

function image(op: string, value: Value): readonly [number, number, number, number] {
  const [n, c, h, w, more] = value.type.shape;
  if (n === undefined || c === undefined || h === undefined || w === undefined || more !== undefined)
    return refuse(`${op} of ${showType(value.type)}`);
  floating(op, value);
  return [n, c, h, w];
}

/** Size of the map that a window leaves: floor((size + pads - kernel) / stride) + 1. */
function slide(
  op: string,
  [height, width]: Pair,
  [kh, kw]: Pair,
  [sh, sw]: Pair,
  [top, left, bottom, right]: Pads,
): Pair {
  const oh = Math.floor((height + top + bottom - kh) / sh) + 1;
  const ow = Math.floor((width + left + right - kw) / sw) + 1;
  return oh > 0 && ow > 0
    ? [oh, ow]
    : refuse(`${op}: a map of ${height}x${width} is smaller than a window of ${kh}x${kw}`);
}

function refuse(what: string): never {
  throw new Error(`internal: ${what}`);
}
