// A model in half precision: constants and everything between input and output. What goes in and what comes out keeps its
// type. An engine without arithmetic on halves calculates in float32 all the same; the file is half as large either way.

import { fail } from "../errors.ts";
import { encodeFloat16 } from "../float16.ts";
import { dataTypes, type OnnxAttribute, type OnnxModel, type OnnxNode, type OnnxTensor } from "./schema.ts";
import { floatsOf } from "./tensor-values.ts";

/**
 * The model with float16 in place of float32.
 *
 * @throws export/beyond-float16 when a constant has no half near it
 */
export function toFloat16(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const inputs = graph.inputs.filter(({ dataType }) => dataType === "float32").map(({ name }) => name);
  const outputs = graph.outputs.filter(({ dataType }) => dataType === "float32").map(({ name }) => name);
  const crossing = new Set([...inputs, ...outputs]);
  const half = (name: string) => (crossing.has(name) ? `${name}/float16` : name);
  const body = graph.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(half),
    outputs: node.outputs.map(half),
    attributes: Object.fromEntries(
      Object.entries(node.attributes).map(([key, value]) => [key, halfAttribute(node, key, value)]),
    ),
  }));
  return {
    ...model,
    graph: {
      ...graph,
      nodes: [
        ...inputs.map((name) => cast(name, half(name), "float16")),
        ...body,
        ...outputs.map((name) => cast(half(name), name, "float32")),
      ],
      initializers: graph.initializers.map(halfTensor),
    },
  };
}

function cast(from: string, to: string, dataType: "float16" | "float32"): OnnxNode {
  return { op: "Cast", inputs: [from], outputs: [to], attributes: { to: { kind: "int", value: dataTypes[dataType] } } };
}

function halfAttribute({ op }: OnnxNode, key: string, attribute: OnnxAttribute): OnnxAttribute {
  if (attribute.kind === "tensor") return { ...attribute, value: halfTensor(attribute.value) };
  const castsToFloat32 = op === "Cast" && key === "to" && attribute.value === dataTypes.float32;
  return castsToFloat32 ? { kind: "int", value: dataTypes.float16 } : attribute;
}

function halfTensor(tensor: OnnxTensor): OnnxTensor {
  if (tensor.dataType !== "float32") return tensor;
  const values = floatsOf(tensor);
  const bits = encodeFloat16(values);
  const beyond = values.findIndex((value, i) => Number.isFinite(value) && (bits[i]! & 0x7fff) === 0x7c00);
  if (beyond >= 0) fail("export/beyond-float16", { name: tensor.name, value: values[beyond]! });
  return { ...tensor, dataType: "float16", bytes: new Uint8Array(bits.buffer) };
}
