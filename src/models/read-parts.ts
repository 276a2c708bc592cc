// One walk over the card for all who read it. Each says what a convolution, a pool and a concatenation are to it: a
// value of a graph, a number of channels, a layer of Keras, the size of a map.

import type { Pads, Pair } from "../ir/ops.ts";
import type { Convolution, Part, Pooling, Window } from "./card.ts";

export interface Reading<T> {
  conv(x: T, conv: Convolution): T;
  pool(x: T, pool: Pooling): T;
  concat(branches: readonly T[]): T;
}

/** What a chain of parts makes of `x`; branches are visited in the card's order, each to its end. */
export function readParts<T>(parts: readonly Part[], x: T, reading: Reading<T>): T {
  return parts.reduce((at: T, part) => {
    if (part.part === "conv") return reading.conv(at, part);
    if (part.part === "fork") return reading.concat(part.branches.map((branch) => readParts(branch, at, reading)));
    return reading.pool(at, part);
  }, x);
}

/** Rows and columns added around the map. */
export function padsOf({ kernel: [height, width], padding }: Window): Pads {
  const [rows, columns] = padding === "same" ? [(height - 1) / 2, (width - 1) / 2] : [0, 0];
  return [rows, columns, rows, columns];
}

/** Size of the map behind a window: floor((size + pads - kernel) / stride) + 1. */
export function sizeBehind(window: Window, [height, width]: Pair): Pair {
  const [top, left, bottom, right] = padsOf(window);
  const slide = (length: number, kernel: number) => Math.floor((length - kernel) / window.stride) + 1;
  return [slide(height + top + bottom, window.kernel[0]), slide(width + left + right, window.kernel[1])];
}
