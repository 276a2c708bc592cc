// The vocabulary. A network, its gradient and everything that runs on the engine is written in these operations and no
// others. A line added here is a compile error until infer, reference, gradients and lower each have a rule for it.

import type { Dtype, Shape, TensorType } from "./tensor-type.ts";

/** A value of the graph: what one node produces. Identity is the object itself. */
export interface Value {
  readonly type: TensorType;
}

/** Height and width. */
export type Pair = readonly [number, number];
/** Rows added at the top, columns at the left, rows at the bottom, columns at the right. */
export type Pads = readonly [number, number, number, number];

interface Window {
  kernel: Pair;
  strides: Pair;
}
interface PaddedWindow extends Window {
  pads: Pads;
}
interface Sliding {
  strides: Pair;
  pads: Pads;
}

interface Op<Inputs extends readonly Value[], Attributes extends object = {}> {
  inputs: Inputs;
  attributes: Attributes;
}
type Unary = Op<[x: Value]>;
/** Equal ranks; an axis of length 1 is repeated to the length of the other side's. */
type Binary = Op<[left: Value, right: Value]>;

export interface Ops {
  /** Fed anew at every run: images, targets, dropout masks. */
  input: Op<[], { name: string; dtype: Dtype; shape: Shape }>;
  /** Named, float32; learns or is frozen. Which of both is not said here but by the partition of a stage. */
  parameter: Op<[], { name: string; shape: Shape }>;
  /** `values` in row-major order, or a single one for every element. */
  constant: Op<[], { values: readonly number[]; shape: Shape }>;

  add: Binary;
  subtract: Binary;
  multiply: Binary;
  divide: Binary;
  sqrt: Unary;
  exp: Unary;
  relu: Unary;
  /** `dy` where `y` is positive, else 0; `y` is relu's output. */
  reluGradient: Op<[dy: Value, y: Value]>;
  /** x - log(sum(exp(x))) along the last axis. */
  logSoftmax: Unary;
  cast: Op<[x: Value], { dtype: Dtype }>;

  /** Matrices only; a flag transposes that side first: [m, k] x [k, n] -> [m, n]. */
  matMul: Op<[left: Value, right: Value], { transposeLeft?: boolean; transposeRight?: boolean }>;
  /** Sums over `axes`, which stay with length 1. */
  sum: Op<[x: Value], { axes: readonly number[] }>;
  /** Repeats axes of length 1; ranks are equal. */
  broadcast: Op<[x: Value], { shape: Shape }>;
  reshape: Op<[x: Value], { shape: Shape }>;
  transpose: Op<[x: Value], { permutation: readonly number[] }>;
  concat: Op<readonly Value[], { axis: number }>;
  /** From `start` up to, not including, `end` on one axis. */
  slice: Op<[x: Value], { axis: number; start: number; end: number }>;
  /** Zeros before and after on one axis. */
  pad: Op<[x: Value], { axis: number; before: number; after: number }>;

  /** Cross-correlation, as every framework's "convolution": x [n, ci, h, w], kernel [co, ci, kh, kw], bias [co]. */
  conv: Op<[x: Value, kernel: Value, bias: Value], Sliding>;
  convInputGradient: Op<[dy: Value, kernel: Value], Sliding & { inputSize: Pair }>;
  convKernelGradient: Op<[x: Value, dy: Value], Sliding & { kernelSize: Pair }>;
  /** No padding, floor. Where two elements of a window are equal the first in row-major order counts. */
  maxPool: Op<[x: Value], Window>;
  maxPoolGradient: Op<[x: Value, dy: Value], Window>;
  /** Padding does not count: the divisor is the number of elements inside the picture. */
  averagePool: Op<[x: Value], PaddedWindow>;
  averagePoolGradient: Op<[dy: Value], PaddedWindow & { inputSize: Pair }>;
  /** With stored statistics: (x - mean) / sqrt(variance + epsilon) * gamma + beta, all four of shape [c]. */
  batchNorm: Op<[x: Value, gamma: Value, beta: Value, mean: Value, variance: Value], { epsilon: number }>;
}

export type OpName = keyof Ops;
export type Inputs<K extends OpName> = Readonly<Ops[K]["inputs"]>;
export type Attributes<K extends OpName> = Readonly<Ops[K]["attributes"]>;

/** One operation of a graph. Written so that a table of rules can be indexed by `node.op` without a cast. */
export type Node<K extends OpName = OpName> = {
  [P in K]: {
    readonly op: P;
    readonly inputs: Inputs<P>;
    readonly attributes: Attributes<P>;
    readonly output: Value;
  };
}[K];
