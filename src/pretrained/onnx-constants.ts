// What is fixed in the graph of an ONNX model: initializers, Constant nodes, and what Identity and Cast hand on of them.
// Exporters store equal tensors once and hand them on under their other names. Nothing is computed, so a node that would
// fill gigabytes is just another node.

import { fail } from "../errors.ts";
import type { Tensor } from "../models/match-weights.ts";
import type { OnnxModel, OnnxTensor } from "../onnx/schema.ts";
import { type ElementType, toFloat32 } from "../weights/element-types.ts";

export type OnnxGraph = OnnxModel["graph"];

export interface Constants {
  readonly names: Iterable<string>;
  shapeOf(name: string): readonly number[] | undefined;
  /**
   * The numbers of a constant as float32, or `undefined` where nothing of that name is fixed.
   *
   * @throws weights/element-type
   */
  read(name: string): Tensor | undefined;
}

const handsOn = new Set(["Identity", "Cast"]);

export function constantsOf({ nodes, initializers }: OnnxGraph): Constants {
  const found = new Map(initializers.map((tensor) => [tensor.name, tensor]));
  for (const { op, inputs, outputs, attributes } of nodes) {
    const { value } = attributes;
    const own = op === "Constant" && value?.kind === "tensor" ? value.value : undefined;
    const tensor = handsOn.has(op) ? found.get(inputs[0] ?? "") : own;
    if (tensor !== undefined && outputs[0] !== undefined) found.set(outputs[0], tensor);
  }
  const converted = new Map<OnnxTensor, Tensor>(); // once each, however many names it has
  return {
    names: found.keys(),
    shapeOf: (name) => found.get(name)?.shape,
    read(name) {
      const tensor = found.get(name);
      if (tensor === undefined) return undefined;
      const known = converted.get(tensor) ?? { shape: tensor.shape, values: float32sOf(name, tensor) };
      converted.set(tensor, known);
      return known;
    },
  };
}

const elementTypes: { readonly [K in OnnxTensor["dataType"]]?: ElementType } = {
  float32: "F32",
  float16: "F16",
  bfloat16: "BF16",
  float64: "F64",
};

function float32sOf(name: string, { dataType, bytes }: OnnxTensor): Float32Array {
  const convert = toFloat32[elementTypes[dataType] ?? "BOOL"];
  return convert === undefined ? fail("weights/element-type", { name, dtype: dataType }) : convert(bytes);
}
