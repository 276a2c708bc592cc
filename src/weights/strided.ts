// Tensors that lie anyhow in a storage: whether they lie within it, and their numbers in row-major order. Only what is
// already in that order is not copied.

import { type ElementType, elementSizes, toFloat32 } from "./element-types.ts";

/** Element (i, j, ...) lies at offset + i * strides[0] + j * strides[1] + ... */
export interface Strided {
  /** In elements. */
  readonly offset: number;
  readonly shape: readonly number[];
  /** In elements, none negative; one for each axis. */
  readonly strides: readonly number[];
}

/** May be infinite for what a file says. */
export function elementsOf(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((count, axis) => count * axis, 1);
}

/** Whether every element lies from `begin` on and before `end`. */
export function liesWithin({ offset, shape, strides }: Strided, begin: number, end: number): boolean {
  if (offset < begin || offset > end) return false;
  if (shape.includes(0)) return true;
  return shape.reduce((last, size, axis) => last + (size - 1) * strides[axis]!, offset) < end;
}

/**
 * The numbers in row-major order.
 *
 * @param storage - bytes of the whole storage, in which the tensor lies
 * @returns a view into `storage` where that is possible; `undefined` for types that are not converted
 */
export function toRowMajor(storage: Uint8Array, dtype: ElementType, tensor: Strided): Float32Array | undefined {
  const size = elementSizes[dtype];
  const start = tensor.offset * size;
  const convert = toFloat32[dtype];
  if (!isRowMajor(tensor)) return convert?.(gathered(storage, size, tensor));
  return convert?.(storage.subarray(start, start + elementsOf(tensor.shape) * size));
}

function isRowMajor({ shape, strides }: Strided): boolean {
  if (shape.includes(0)) return true;
  const needed = rowMajorStrides(shape);
  return shape.every((size, axis) => size === 1 || strides[axis] === needed[axis]);
}

function rowMajorStrides(shape: readonly number[]): readonly number[] {
  const strides = Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/** Bits in row-major order, whatever they stand for. One loop for each size, as asking for it inside would be slow. */
function gathered(storage: Uint8Array, size: number, tensor: Strided): Uint8Array {
  const count = elementsOf(tensor.shape);
  const view = new DataView(storage.buffer, storage.byteOffset, storage.byteLength); // storages may lie at odd bytes
  if (size === 2) {
    const target = new Uint16Array(count);
    forEachRun(tensor, (from, to, { size, source, row }) => {
      for (let i = 0; i < size; i++) target[to + i * row] = view.getUint16(2 * (from + i * source), true);
    });
    return new Uint8Array(target.buffer);
  }
  if (size === 4) {
    const target = new Uint32Array(count);
    forEachRun(tensor, (from, to, { size, source, row }) => {
      for (let i = 0; i < size; i++) target[to + i * row] = view.getUint32(4 * (from + i * source), true);
    });
    return new Uint8Array(target.buffer);
  }
  if (size === 8) {
    const target = new Float64Array(count);
    forEachRun(tensor, (from, to, { size, source, row }) => {
      for (let i = 0; i < size; i++) target[to + i * row] = view.getFloat64(8 * (from + i * source), true);
    });
    return new Uint8Array(target.buffer);
  }
  throw new Error(`internal: no tensor of ${size}-byte elements is converted`);
}

/** An axis of more than one element, with its step in the storage and in row-major order. */
interface Axis {
  readonly size: number;
  readonly source: number;
  readonly row: number;
}

/**
 * Goes through a tensor in the order in which it lies in its storage, as reading forwards is fastest; a run is the elements
 * along the axis of the smallest step there.
 *
 * @param run - takes the first element of each run, in the storage and in row-major order
 */
function forEachRun({ offset, shape, strides }: Strided, run: (from: number, to: number, axis: Axis) => void): void {
  const rows = rowMajorStrides(shape);
  const axes = shape
    .map((size, axis): Axis => ({ size, source: strides[axis]!, row: rows[axis]! }))
    .filter(({ size }) => size > 1)
    .sort((a, b) => b.source - a.source);
  const innermost = axes.pop() ?? { size: 1, source: 0, row: 0 };
  const walk = (depth: number, from: number, to: number): void => {
    const axis = axes[depth];
    if (axis === undefined) run(from, to, innermost);
    else for (let i = 0; i < axis.size; i++) walk(depth + 1, from + i * axis.source, to + i * axis.row);
  };
  walk(0, offset, 0);
}
