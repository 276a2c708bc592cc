// What a value of the graph holds: an element type and a shape, both known before anything runs.

/** Element type when a program runs. `ir/reference` computes all of them in float64. */
export type Dtype = "float32" | "float16" | "uint8";

/** A scalar has shape `[]`. Images are `[batch, channels, height, width]`, kernels `[out, in, height, width]`. */
export type Shape = readonly number[];

export interface TensorType {
  readonly dtype: Dtype;
  readonly shape: Shape;
}

export const bytesPerElement: { readonly [K in Dtype]: number } = { float32: 4, float16: 2, uint8: 1 };

/** Number of elements of a tensor of this shape; 1 for a scalar. */
export function elementCount(shape: Shape): number {
  return shape.reduce((total, axis) => total * axis, 1);
}

export function sameShape(left: Shape, right: Shape): boolean {
  return left.length === right.length && left.every((axis, i) => axis === right[i]);
}

export function sameType(left: TensorType, right: TensorType): boolean {
  return left.dtype === right.dtype && sameShape(left.shape, right.shape);
}

/** Stable text: `float32[2, 1536, 8, 8]`. */
export function showType({ dtype, shape }: TensorType): string {
  return `${dtype}[${shape.join(", ")}]`;
}
