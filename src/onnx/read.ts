// Bytes as an ONNX model. Fields that are not ours are passed over; nothing is believed that the file does not hold.

import { elementCount } from "../ir/tensor-type.ts";
import { damaged, type Field, intsOf, readFields } from "./protobuf.ts";
import {
  type DataType,
  dataTypeBytes,
  dataTypes,
  type Dimension,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from "./schema.ts";

/**
 * Reads a model. Tensors are views on `bytes` where they lie there raw.
 *
 * @throws onnx/damaged, onnx/not-a-model, onnx/external-data
 */
export function readModel(bytes: Uint8Array): OnnxModel {
  const fields = [...readFields(bytes)];
  const graph = messages(fields, 7)[0];
  if (graph === undefined) return damaged("it holds no graph");
  const opset = messages(fields, 8).find((entry) => textOf(entry, 1) === "");
  return {
    irVersion: intOf(fields, 1),
    opset: opset === undefined ? 0 : intOf(opset, 2),
    producer: { name: textOf(fields, 2), version: textOf(fields, 3) },
    metadata: Object.fromEntries(messages(fields, 14).map((entry) => [textOf(entry, 1), textOf(entry, 2)])),
    graph: {
      name: textOf(graph, 2),
      nodes: messages(graph, 1).map(readNode),
      initializers: messages(graph, 5).map(readTensor),
      inputs: messages(graph, 11).map(readValue),
      outputs: messages(graph, 12).map(readValue),
    },
  };
}

type Fields = readonly Field[];

function readNode(fields: Fields): OnnxNode {
  const attributes = messages(fields, 5).map((attribute) => [textOf(attribute, 1), readAttribute(attribute)] as const);
  return { op: textOf(fields, 4), inputs: textsOf(fields, 1), outputs: textsOf(fields, 2), attributes: Object.fromEntries(attributes) };
}

function readAttribute(fields: Fields): OnnxAttribute {
  const kind = intOf(fields, 20);
  if (kind === 1) return { kind: "float", value: floatsOf(fields, 2)[0] ?? 0 };
  if (kind === 2) return { kind: "int", value: intOf(fields, 3) };
  if (kind === 3) return { kind: "string", value: textOf(fields, 4) };
  if (kind === 4) return { kind: "tensor", value: readTensor(messages(fields, 5)[0] ?? damaged("an attribute lacks its tensor")) };
  if (kind === 6) return { kind: "floats", value: floatsOf(fields, 7) };
  if (kind === 7) return { kind: "ints", value: all(fields, 8).flatMap(intsOf) };
  return damaged(`an attribute of kind ${kind}`);
}

function readTensor(fields: Fields): OnnxTensor {
  const name = textOf(fields, 8);
  const shape = all(fields, 1).flatMap(intsOf);
  const dataType = dataTypeOf(intOf(fields, 2));
  if (all(fields, 13).length > 0 || intOf(fields, 14) === 1) return damaged(`tensor "${name}" lies in another file`);
  if (shape.some((axis) => axis < 0)) return damaged(`tensor "${name}" has a negative axis`);
  const bytes = bytesOf(fields, 9) ?? typedValues(fields, dataType);
  const expected = elementCount(shape) * dataTypeBytes[dataType];
  if (bytes.length !== expected) return damaged(`tensor "${name}" has ${bytes.length} bytes instead of ${expected}`);
  return { name, dataType, shape, bytes };
}

/** Values in the field of their type instead of raw bytes, as other writers may leave them. */
function typedValues(fields: Fields, dataType: DataType): Uint8Array {
  const ints = (field: number) => all(fields, field).flatMap(intsOf);
  switch (dataType) {
    case "float32":
      return joined(all(fields, 4));
    case "float64":
      return joined(all(fields, 10));
    case "int64":
      return new Uint8Array(BigInt64Array.from(ints(7).map(BigInt)).buffer);
    case "int32":
      return new Uint8Array(Int32Array.from(ints(5)).buffer);
    case "float16":
    case "bfloat16":
      return new Uint8Array(Uint16Array.from(ints(5)).buffer);
    default:
      return Uint8Array.from(ints(5));
  }
}

function readValue(fields: Fields): OnnxValue {
  const tensor = messages(messages(fields, 2)[0] ?? [], 1)[0] ?? [];
  const shape = messages(messages(tensor, 2)[0] ?? [], 1).map((dimension): Dimension => {
    const length = dimension.find(({ number }) => number === 1);
    return length?.kind === "int" ? length.value : textOf(dimension, 2);
  });
  return { name: textOf(fields, 1), dataType: dataTypeOf(intOf(tensor, 1)), shape };
}

function dataTypeOf(number: number): DataType {
  const known = Object.entries(dataTypes).find(([, value]) => value === number);
  return known === undefined ? damaged(`element type ${number}`) : (known[0] as DataType);
}

function all(fields: Fields, number: number): Fields {
  return fields.filter((field) => field.number === number);
}

function messages(fields: Fields, number: number): readonly Fields[] {
  return all(fields, number).map((field) =>
    field.kind === "bytes" ? [...readFields(field.value)] : damaged(`field ${number} is no message`),
  );
}

function intOf(fields: Fields, number: number): number {
  const field = all(fields, number).at(-1);
  return field?.kind === "int" ? field.value : 0;
}

function bytesOf(fields: Fields, number: number): Uint8Array | undefined {
  const field = all(fields, number).at(-1);
  return field?.kind === "bytes" ? field.value : undefined;
}

function textsOf(fields: Fields, number: number): readonly string[] {
  return all(fields, number).map((field) => (field.kind === "bytes" ? new TextDecoder().decode(field.value) : ""));
}

function textOf(fields: Fields, number: number): string {
  return textsOf(fields, number).at(-1) ?? "";
}

function joined(fields: Fields): Uint8Array {
  return Uint8Array.from(fields.flatMap((field) => (field.kind === "int" ? [] : [...field.value])));
}

function floatsOf(fields: Fields, number: number): readonly number[] {
  const bytes = joined(all(fields, number));
  return [...new Float32Array(bytes.slice(0, bytes.length - (bytes.length % 4)).buffer)];
}
