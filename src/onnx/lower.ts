// From the graph to ONNX, opset 18: one rule for each operation.

import type { Node, OpName, Value } from "../ir/ops.ts";
import type { Program } from "../ir/program.ts";
import type { Dtype, Shape } from "../ir/tensor-type.ts";
import { type Emitter, type Layout, newEmitter, type Place } from "./emitter.ts";
import { lowerConv, lowerConvInputGradient, lowerConvKernelGradient } from "./lower-conv.ts";
import { lowerAveragePoolGradient, lowerMaxPoolGradient } from "./lower-pool.ts";
import { dataTypes, type OnnxModel, type OnnxNode, type OnnxTensor, type OnnxValue } from "./schema.ts";

type Rule<K extends OpName> = (node: Node<K>, e: Emitter) => Place;

const lower: { readonly [K in OpName]: Rule<K> } = {
  input: ({ attributes }) => batchFirst(attributes.name),
  parameter: ({ attributes }) => batchFirst(attributes.name),
  constant: ({ attributes: { values, shape } }, e) => batchFirst(filled(e, values, shape)),

  add: (node, e) => elementwise("Add", node, e),
  subtract: (node, e) => elementwise("Sub", node, e),
  multiply: (node, e) => elementwise("Mul", node, e),
  divide: (node, e) => elementwise("Div", node, e),
  sqrt: (node, e) => unary("Sqrt", node, e),
  exp: (node, e) => unary("Exp", node, e),
  relu: (node, e) => unary("Relu", node, e),
  reluGradient({ inputs: [dy, y] }, e) {
    const layout = e.layoutOf(y);
    // 1 where y is positive, else 0: min(1, max(0, 3.4e38 y)) in one pass; below 3e-39 a y would count in part
    const steep = { alpha: { kind: "float", value: 3.4e38 }, beta: { kind: "float", value: 0 } } as const;
    return { name: e.node("Mul", [e.read(dy, layout), e.node("HardSigmoid", [e.read(y)], steep)]), layout };
  },
  logSoftmax: ({ inputs: [x] }, e) => batchFirst(e.node("LogSoftmax", [e.read(x, "batch-first")], { axis: -1 })),
  cast: ({ inputs: [x], attributes: { dtype } }, e) => ({
    name: e.node("Cast", [e.read(x)], { to: dataTypes[dtype] }),
    layout: e.layoutOf(x),
  }),

  matMul: ({ inputs: [left, right], attributes: { transposeLeft = false, transposeRight = false } }, e) =>
    batchFirst(
      e.node("Gemm", [e.read(left), e.read(right)], { transA: Number(transposeLeft), transB: Number(transposeRight) }),
    ),
  sum({ inputs: [x], attributes: { axes } }, e) {
    // axes of length 1 are summed too: the engine is ten times as fast where what it sums lies together at the end
    const single = (length: number, axis: number) => length === 1 && !(e.openBatch && axis === 0);
    const summed = x.type.shape.flatMap((length, axis) => (single(length, axis) || axes.includes(axis) ? [axis] : []));
    const attributes = { keepdims: 1, noop_with_empty_axes: 1 };
    return along(x, e, (name, axis) =>
      e.node("ReduceSum", [name, e.ints(summed.map(axis).sort((a, b) => a - b))], attributes),
    );
  },
  broadcast: ({ inputs: [x], attributes: { shape } }, e) =>
    along(x, e, (name, axis) => e.node("Expand", [name, e.ints(shape.map((_, at) => shape[axis(at)]!))])),
  reshape: ({ inputs: [x], attributes: { shape } }, e) => batchFirst(reshape(e, x, shape)),
  transpose: ({ inputs: [x], attributes: { permutation } }, e) =>
    batchFirst(e.node("Transpose", [e.read(x, "batch-first")], { perm: permutation })),
  concat({ inputs, attributes: { axis } }, e) {
    const layout = e.layoutOf(inputs[0]!);
    const names = inputs.map((input) => e.read(input, layout));
    return { name: e.node("Concat", names, { axis: axisIn(layout, inputs[0]!)(axis) }), layout };
  },
  slice: ({ inputs: [x], attributes: { axis, start, end } }, e) =>
    along(x, e, (name, at) => e.node("Slice", [name, e.ints([start]), e.ints([end]), e.ints([at(axis)])])),
  pad: ({ inputs: [x], attributes: { axis, before, after } }, e) =>
    along(x, e, (name, at) => {
      const pads = (amount: number) => x.type.shape.map((_, i) => (i === at(axis) ? amount : 0));
      return e.node("Pad", [name, e.ints([...pads(before), ...pads(after)])]);
    }),

  conv: lowerConv,
  convInputGradient: lowerConvInputGradient,
  convKernelGradient: lowerConvKernelGradient,
  maxPool: ({ inputs: [x], attributes: { kernel, strides } }, e) =>
    along(x, e, (name) => e.node("MaxPool", [name], { kernel_shape: kernel, strides })),
  maxPoolGradient: lowerMaxPoolGradient,
  averagePool: ({ inputs: [x], attributes: { kernel, strides, pads } }, e) =>
    along(x, e, (name) => e.node("AveragePool", [name], { kernel_shape: kernel, strides, pads, count_include_pad: 0 })),
  averagePoolGradient: lowerAveragePoolGradient,
  batchNorm({ inputs: [x, ...rest], attributes: { epsilon } }, e) {
    const names = [e.read(x, "batch-first"), ...rest.map((value) => e.read(value))];
    return batchFirst(e.node("BatchNormalization", names, { epsilon: { kind: "float", value: epsilon } }));
  },
};

export interface LowerOptions {
  /** Values of parameters which the model holds as constants; every other parameter is an input. */
  readonly constants: ReadonlyMap<string, Float32Array>;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Leaves the first axis of inputs and outputs open, so that the file takes any number of images. */
  readonly symbolicBatch?: boolean;
  /** Writes convolutions as matrix products, which is what suits kernels that change from step to step. */
  readonly matrixConvolutions?: boolean;
  readonly name?: string;
  readonly producerVersion?: string;
}

/** A program as an ONNX model. Names of inputs, parameters and outputs are the program's own. */
export function toOnnx(program: Program, options: LowerOptions): OnnxModel {
  const { constants, metadata = {}, symbolicBatch = false, matrixConvolutions = false } = options;
  if (symbolicBatch && matrixConvolutions) throw new Error("internal: matrix products are made for one batch size");
  const { emitter, nodes, initializers, place, markZero } = newEmitter(
    { matrixConvolutions, openBatch: symbolicBatch },
    namesOf(program),
  );
  const inputs: OnnxValue[] = [];
  const batched = (shape: Shape) => (symbolicBatch && shape.length > 0 ? ["batch", ...shape.slice(1)] : shape);
  for (const node of program.graph.nodes) {
    if (node.op === "constant" && node.attributes.values.every((value) => value === 0)) markZero(node.output);
    place(node.output, lowerNode(node, emitter));
    if (node.op === "input")
      inputs.push(onnxValue(node.attributes.name, node.attributes.dtype, batched(node.attributes.shape)));
    if (node.op !== "parameter") continue;
    const { name, shape } = node.attributes;
    const values = constants.get(name);
    if (values === undefined) inputs.push(onnxValue(name, "float32", shape));
    else initializers.push(constantOf(name, shape, values));
  }
  const wanted = Object.entries(program.outputs).map(([name, value]) => ({
    name,
    value,
    lowered: emitter.read(value, "batch-first"),
  }));
  const given = new Set([...inputs, ...initializers].map(({ name }) => name));
  const taken = wanted.find(({ name, lowered }) => name !== lowered && given.has(name));
  if (taken !== undefined) throw new Error(`internal: output "${taken.name}" is not the input of that name`);
  const outputs = wanted.map(({ name, value }) => onnxValue(name, value.type.dtype, batched(value.type.shape)));
  const named = nameOutputs(nodes, wanted);
  const read = new Set([...named.flatMap((node) => node.inputs), ...outputs.map(({ name }) => name)]);
  return {
    irVersion: 9,
    opset: 18,
    producer: { name: "reinception", version: options.producerVersion ?? "" },
    metadata,
    graph: {
      name: options.name ?? "program",
      nodes: named,
      inputs,
      outputs,
      // a rule may do without a constant, as a convolution does without a bias of zeros
      initializers: initializers.filter(({ name }) => constants.has(name) || read.has(name)),
    },
  };
}

function namesOf({ graph, outputs }: Program): ReadonlySet<string> {
  const given = graph.nodes.flatMap((node) =>
    node.op === "input" || node.op === "parameter" ? [node.attributes.name] : [],
  );
  return new Set([...given, ...Object.keys(outputs)]);
}

function lowerNode<K extends OpName>(node: Node<K>, e: Emitter): Place {
  return lower[node.op](node, e);
}

/** Gives wanted values their names: where a node computes one it is renamed, else (and for a second name) it is copied. */
function nameOutputs(
  nodes: readonly OnnxNode[],
  wanted: readonly { name: string; lowered: string }[],
): readonly OnnxNode[] {
  const computed = new Set(nodes.flatMap(({ outputs }) => outputs));
  const renamed = new Map<string, string>();
  const copies: OnnxNode[] = [];
  for (const { name, lowered } of wanted) {
    if (name === lowered) continue;
    if (computed.has(lowered) && !renamed.has(lowered)) renamed.set(lowered, name);
    else copies.push({ op: "Identity", inputs: [renamed.get(lowered) ?? lowered], outputs: [name], attributes: {} });
  }
  const rename = (name: string) => renamed.get(name) ?? name;
  const body = nodes.map((node) => ({ ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) }));
  return [...body, ...copies];
}

function batchFirst(name: string): Place {
  return { name, layout: "batch-first" };
}

/** An operation on one value in the order in which it lies; `axis` says where one of its axes lies. */
function along(x: Value, e: Emitter, emit: (name: string, axis: (axis: number) => number) => string): Place {
  const layout = e.layoutOf(x);
  return { name: emit(e.read(x), axisIn(layout, x)), layout };
}

function axisIn(layout: Layout, { type }: Value): (axis: number) => number {
  const turned = layout === "channels-first" && type.shape.length === 4;
  return (axis) => (turned && axis < 2 ? 1 - axis : axis);
}

function unary(op: string, { inputs: [x] }: { readonly inputs: readonly [Value] }, e: Emitter): Place {
  return along(x, e, (name) => e.node(op, [name]));
}

function elementwise(op: string, { inputs }: { readonly inputs: readonly [Value, Value] }, e: Emitter): Place {
  const layout = inputs.some((input) => e.layoutOf(input) === "channels-first") ? "channels-first" : "batch-first";
  return {
    name: e.node(
      op,
      inputs.map((input) => e.read(input, layout)),
    ),
    layout,
  };
}

/** The first axis is copied ("0") where it stays, so that a model with an open batch can run. */
function reshape(e: Emitter, x: Value, shape: Shape): string {
  const name = e.read(x, "batch-first");
  const [first, ...rest] = shape;
  return e.node("Reshape", [name, e.ints(first !== undefined && first === x.type.shape[0] ? [0, ...rest] : shape)]);
}

function filled(e: Emitter, values: readonly number[], shape: Shape): string {
  const count = shape.reduce((total, axis) => total * axis, 1);
  if (values.length === count || count <= 16)
    return e.floats(values.length === count ? values : new Float32Array(count).fill(values[0]!), shape);
  const value = { kind: "tensor", value: constantOf("value", [1], Float32Array.from(values)) } as const;
  return e.node("ConstantOfShape", [e.ints(shape)], { value });
}

function constantOf(name: string, shape: Shape, values: Float32Array): OnnxTensor {
  return {
    name,
    dataType: "float32",
    shape,
    bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  };
}

function onnxValue(name: string, dtype: Dtype, shape: OnnxValue["shape"]): OnnxValue {
  return { name, dataType: dtype, shape };
}
