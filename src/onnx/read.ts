// Bytes as an ONNX model. Fields that are not ours are passed over; nothing is believed that the file does not hold. What
// ONNX has and we never write (graphs inside nodes, tensors in other files) is refused.

import { fail } from "../errors.ts";
import { elementCount } from "../ir/tensor-type.ts";
import { type MessageReader, readMessage } from "../protobuf.ts";
import {
  type DataType,
  type Dimension,
  dataTypeBytes,
  dataTypes,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from "./schema.ts";

/**
 * Reads a model. Tensors are views on `bytes` where they lie there raw.
 *
 * @throws onnx/damaged, onnx/not-read, onnx/external-data
 */
export function readModel(bytes: Uint8Array): OnnxModel {
  const model = readMessage(bytes, damaged);
  const graph = model.message(7) ?? damaged("it holds no graph");
  const opset = model.messages(8).find((entry) => entry.text(1) === "");
  return {
    irVersion: model.int(1),
    opset: opset?.int(2) ?? 0,
    producer: { name: model.text(2), version: model.text(3) },
    metadata: Object.fromEntries(model.messages(14).map((entry) => [entry.text(1), entry.text(2)])),
    graph: {
      name: graph.text(2),
      nodes: graph.messages(1).map(readNode),
      initializers: graph.messages(5).map(readTensor),
      inputs: graph.messages(11).map(readValue),
      outputs: graph.messages(12).map(readValue),
    },
  };
}

function readNode(node: MessageReader): OnnxNode {
  const attributes = node.messages(5).map((attribute) => [attribute.text(1), readAttribute(attribute)] as const);
  return {
    op: node.text(4),
    inputs: node.texts(1),
    outputs: node.texts(2),
    attributes: Object.fromEntries(attributes),
  };
}

function readAttribute(attribute: MessageReader): OnnxAttribute {
  const kind = attribute.int(20);
  if (kind === 1) return { kind: "float", value: attribute.floats(2).at(-1) ?? 0 };
  if (kind === 2) return { kind: "int", value: attribute.int(3) };
  if (kind === 3) return { kind: "string", value: attribute.text(4) };
  if (kind === 4)
    return { kind: "tensor", value: readTensor(attribute.message(5) ?? damaged("an attribute lacks its tensor")) };
  if (kind === 6) return { kind: "floats", value: attribute.floats(7) };
  if (kind === 7) return { kind: "ints", value: attribute.ints(8) };
  return notRead(`an attribute of kind ${kind}`);
}

function readTensor(tensor: MessageReader): OnnxTensor {
  const name = tensor.text(8);
  const shape = tensor.ints(1);
  const dataType = dataTypeOf(tensor.int(2));
  if (dataType === "string") return notRead(`"${name}", a tensor of texts`);
  if (tensor.messages(13).length > 0 || tensor.int(14) === 1) return fail("onnx/external-data", { name });
  if (shape.some((axis) => axis < 0)) return damaged(`tensor "${name}" has a negative axis`);
  const bytes = tensor.bytes(9) ?? typedValues(tensor, dataType);
  const expected = elementCount(shape) * dataTypeBytes[dataType];
  if (bytes.length !== expected) return damaged(`tensor "${name}" has ${bytes.length} bytes instead of ${expected}`);
  return { name, dataType, shape, bytes };
}

/** Values in the field of their type instead of raw bytes, as other writers may leave them. */
function typedValues(tensor: MessageReader, dataType: Exclude<DataType, "string">): Uint8Array {
  switch (dataType) {
    case "float32":
      return tensor.fixed(4);
    case "float64":
      return tensor.fixed(10);
    case "int64":
      return bytesOf(tensor.longs(7));
    case "int32":
      return bytesOf(Int32Array.from(tensor.longs(5), Number));
    case "float16":
    case "bfloat16":
      return bytesOf(Uint16Array.from(tensor.longs(5), Number));
    default:
      return Uint8Array.from(tensor.longs(5), Number);
  }
}

function bytesOf({ buffer }: BigInt64Array | Int32Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer);
}

function readValue(value: MessageReader): OnnxValue {
  const tensor = value.message(2)?.message(1) ?? notRead(`"${value.text(1)}", an input or output which is no tensor`);
  const dimensions = tensor.message(2)?.messages(1) ?? [];
  // a dimension of which nothing is said is an open one without a name
  const shape = dimensions.map((dimension): Dimension => dimension.ints(1).at(-1) ?? dimension.text(2));
  return { name: value.text(1), dataType: dataTypeOf(tensor.int(1)), shape };
}

function dataTypeOf(number: number): DataType {
  const known = Object.entries(dataTypes).find(([, value]) => value === number);
  return known === undefined ? notRead(`elements of type ${number}`) : (known[0] as DataType);
}

function damaged(what: string): never {
  return fail("onnx/damaged", { what });
}

function notRead(what: string): never {
  return fail("onnx/not-read", { what });
}
