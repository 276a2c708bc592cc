// A list of ONNX nodes that is written by hand, without a program behind it: nodes and constants get names of their own
// under one prefix, and equal constants are kept once.

import { attributeOf, type Plain } from "./emitter.ts";
import { dataTypeBytes, type OnnxNode, type OnnxTensor } from "./schema.ts";

/** Element types of constants that are written by hand. */
type ConstantType = "uint8" | "int32" | "int64" | "float32" | "float64";

export interface NodeList {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  /** Appends a node with one output, called `name` where one is given, and returns the output's name. */
  node(op: string, inputs: readonly string[], attributes?: Readonly<Record<string, Plain>>, name?: string): string;
  /** The same for a node with several outputs. */
  nodeOf(op: string, count: number, inputs: readonly string[], attributes?: Readonly<Record<string, Plain>>): string[];
  /** Name of a constant without axes. */
  scalar(dataType: ConstantType, value: number): string;
  /** Name of a constant of this shape, which is one axis unless said otherwise. */
  tensor(dataType: ConstantType, values: readonly number[], shape?: readonly number[]): string;
}

export function newNodeList(prefix: string): NodeList {
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, OnnxTensor>();
  const tensor: NodeList["tensor"] = (dataType, values, shape = [values.length]) => {
    const key = `${dataType} ${shape} ${values}`;
    const name = initializers.get(key)?.name ?? `${prefix}/constant_${initializers.size}`;
    initializers.set(key, { name, dataType, shape, bytes: bytesOf(dataType, values) });
    return name;
  };
  const append = (op: string, inputs: readonly string[], outputs: string[], attributes: Record<string, Plain>) => {
    const written = Object.entries(attributes).map(([key, value]) => [key, attributeOf(value)] as const);
    nodes.push({ op, inputs, outputs, attributes: Object.fromEntries(written) });
    return outputs;
  };
  return {
    nodes,
    get initializers() {
      return [...initializers.values()];
    },
    node: (op, inputs, attributes = {}, name = `${prefix}/${op}_${nodes.length}`) =>
      append(op, inputs, [name], attributes)[0]!,
    nodeOf(op, count, inputs, attributes = {}) {
      const outputs = Array.from({ length: count }, (_, i) => `${prefix}/${op}_${nodes.length}_${i}`);
      return append(op, inputs, outputs, attributes);
    },
    scalar: (dataType, value) => tensor(dataType, [value], []),
    tensor,
  };
}

function bytesOf(dataType: ConstantType, values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * dataTypeBytes[dataType]);
  const view = new DataView(bytes.buffer);
  const write: { readonly [K in ConstantType]: (at: number, value: number) => void } = {
    uint8: (at, value) => view.setUint8(at, value),
    int32: (at, value) => view.setInt32(at * 4, value, true),
    int64: (at, value) => view.setBigInt64(at * 8, BigInt(value), true),
    float32: (at, value) => view.setFloat32(at * 4, value, true),
    float64: (at, value) => view.setFloat64(at * 8, value, true),
  };
  for (const [at, value] of values.entries()) write[dataType](at, value);
  return bytes;
}
