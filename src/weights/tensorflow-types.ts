// Element types and shapes as TensorFlow's messages state them, and bytes of such a tensor as float32. Integers, truth
// values and texts are no weights of this network: they count steps, and are left out.
//
// Numbers are those of tensorflow/core/framework: types.proto, tensor_shape.proto.

import { fail } from "../errors.ts";
import { elementCount } from "../ir/tensor-type.ts";
import type { MessageReader } from "../protobuf.ts";
import { elementSizes, toFloat32 } from "./element-types.ts";
import type { NamedTensor } from "./named-weights.ts";

export type FloatType = "F32" | "F64" | "BF16" | "F16";

const floatTypes: ReadonlyMap<number, FloatType> = new Map([
  [1, "F32"],
  [2, "F64"],
  [14, "BF16"],
  [19, "F16"],
]);

/** The type with this number; `undefined` where it does not hold floating-point numbers. */
export function floatTypeOf(number: number): FloatType | undefined {
  return floatTypes.get(number);
}

/** Empty for a scalar, of which nothing is said. */
export function shapeOf(message: MessageReader | undefined): readonly number[] {
  return message?.messages(2).map((dimension) => dimension.int(1)) ?? [];
}

/**
 * @param bytes - row-major, little-endian
 * @throws weights/damaged when they are not as many as the shape needs
 */
export function tensorOf(
  name: string,
  shape: readonly number[],
  dtype: FloatType,
  bytes: Uint8Array,
  source: string,
): NamedTensor {
  const needed = elementCount(shape) * elementSizes[dtype];
  if (shape.some((axis) => axis < 0) || bytes.length !== needed)
    fail("weights/damaged", {
      source,
      reason: `"${name}" has ${bytes.length} bytes, but its shape is [${shape.join(", ")}]`,
    });
  return { shape, values: toFloat32[dtype]!(bytes) };
}
