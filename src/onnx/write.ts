// An ONNX model as bytes. Field numbers are those of onnx.proto (onnx/onnx), in rising order.

import { type MessageWriter, writeMessage } from "../protobuf.ts";
import {
  dataTypes,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from "./schema.ts";

export function writeModel({ irVersion, opset, producer, metadata, graph }: OnnxModel): Uint8Array {
  return writeMessage((model) => {
    model.int(1, irVersion);
    model.text(2, producer.name);
    model.text(3, producer.version);
    model.message(7, (g) => {
      for (const node of graph.nodes) g.message(1, (m) => writeNode(m, node));
      g.text(2, graph.name);
      for (const tensor of graph.initializers) g.message(5, (m) => writeTensor(m, tensor));
      for (const value of graph.inputs) g.message(11, (m) => writeValue(m, value));
      for (const value of graph.outputs) g.message(12, (m) => writeValue(m, value));
    });
    model.message(8, (m) => {
      m.text(1, "");
      m.int(2, opset);
    });
    for (const [key, value] of Object.entries(metadata))
      model.message(14, (m) => {
        m.text(1, key);
        m.text(2, value);
      });
  });
}

function writeNode(m: MessageWriter, { op, inputs, outputs, attributes }: OnnxNode): void {
  for (const name of inputs) m.text(1, name);
  for (const name of outputs) m.text(2, name);
  m.text(4, op);
  for (const [name, attribute] of Object.entries(attributes)) m.message(5, (a) => writeAttribute(a, name, attribute));
}

const attributeKinds = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7 } as const;

function writeAttribute(m: MessageWriter, name: string, attribute: OnnxAttribute): void {
  m.text(1, name);
  if (attribute.kind === "float") m.float(2, attribute.value);
  else if (attribute.kind === "int") m.int(3, attribute.value);
  else if (attribute.kind === "string") m.text(4, attribute.value);
  else if (attribute.kind === "tensor") m.message(5, (tensor) => writeTensor(tensor, attribute.value));
  else if (attribute.kind === "floats") for (const value of attribute.value) m.float(7, value);
  else for (const value of attribute.value) m.int(8, value);
  m.int(20, attributeKinds[attribute.kind]);
}

function writeTensor(m: MessageWriter, { name, dataType, shape, bytes }: OnnxTensor): void {
  if (shape.length > 0) m.packedInts(1, shape);
  m.int(2, dataTypes[dataType]);
  m.text(8, name);
  m.bytes(9, bytes);
}

function writeValue(m: MessageWriter, { name, dataType, shape }: OnnxValue): void {
  m.text(1, name);
  m.message(2, (type) =>
    type.message(1, (tensor) => {
      tensor.int(1, dataTypes[dataType]);
      tensor.message(2, (dimensions) => {
        for (const dimension of shape)
          dimensions.message(1, (d) => {
            if (typeof dimension === "number") d.int(1, dimension);
            else d.text(2, dimension);
          });
      });
    }),
  );
}
