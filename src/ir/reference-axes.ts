// Walking tensors of different shapes together: an axis of length 1 stands still while the other side moves.

import type { Node } from "./ops.ts";
import { elementCount, type Shape, sameShape } from "./tensor-type.ts";

type BinaryOp = "add" | "subtract" | "multiply" | "divide";

/** Combines two tensors element by element; axes of length 1 are repeated. */
export function elementwise(
  { inputs: [left, right], output }: Node<BinaryOp>,
  a: Float64Array,
  b: Float64Array,
  combine: (x: number, y: number) => number,
): Float64Array {
  const { shape } = output.type;
  const result = new Float64Array(elementCount(shape));
  if (sameShape(left.type.shape, right.type.shape)) {
    for (let i = 0; i < result.length; i++) result[i] = combine(a[i]!, b[i]!);
    return result;
  }
  const whole = new Float64Array(result.length);
  rearrange(shape, left.type.shape, (at, from) => {
    whole[at] = a[from]!;
  });
  rearrange(shape, right.type.shape, (at, from) => {
    result[at] = combine(whole[at]!, b[from]!);
  });
  return result;
}

/** Visits every element of `large` in order, with the element of `small` (some axes 1) that stands for it. */
export function rearrange(large: Shape, small: Shape, visit: (atLarge: number, atSmall: number) => void): void {
  const steps = small.map((length, axis) => (length === 1 ? 0 : elementCount(small.slice(axis + 1))));
  let at = 0;
  const walk = (axis: number, start: number): void => {
    const [length, step] = [large[axis]!, steps[axis]!];
    for (let i = 0, from = start; i < length; i++, from += step) {
      if (axis + 1 === large.length) visit(at++, from);
      else walk(axis + 1, from);
    }
  };
  if (large.length === 0) visit(0, 0);
  else walk(0, 0);
}
