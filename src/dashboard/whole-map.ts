// A heat map belongs to the square that a network sees; here it is spread over the whole picture, of which the rest has not
// been seen and so has no heat. Pure.

import type { Explanation } from "../index.ts";

export interface WholeMap {
  readonly rows: number;
  readonly columns: number;
  /** Row-major [rows, columns], 0 to 1. */
  readonly values: Float32Array;
}

/** Of the longer side. Browsers show it larger, smoothly. */
const longest = 64;

type Seen = Pick<Explanation, "values" | "rows" | "columns" | "over">;

/** The map over the whole upright picture, between whose numbers it goes on evenly. */
export function wholeMap({ values, rows, columns, over }: Seen): WholeMap {
  const { left, top, right, bottom } = over;
  // the network sees a square: what it is of the width is to what it is of the height as the height is to the width
  const aspect = (bottom - top) / (right - left);
  const width = Math.max(1, Math.round(aspect >= 1 ? longest : longest * aspect));
  const height = Math.max(1, Math.round(aspect >= 1 ? longest / aspect : longest));
  const spread = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const down = ((y + 0.5) / height - top) / (bottom - top);
    if (down < 0 || down > 1) continue;
    for (let x = 0; x < width; x++) {
      const across = ((x + 0.5) / width - left) / (right - left);
      if (across < 0 || across > 1) continue;
      spread[y * width + x] = between(values, rows, columns, down * rows - 0.5, across * columns - 0.5);
    }
  }
  return { rows: height, columns: width, values: spread };
}

/** Of the four numbers around a place, the nearer the more; at the edge the outermost. */
function between(values: Float32Array, rows: number, columns: number, row: number, column: number): number {
  const [y, x] = [clamped(row, rows - 1), clamped(column, columns - 1)];
  const [top, left] = [Math.floor(y), Math.floor(x)];
  const [bottom, right] = [Math.min(top + 1, rows - 1), Math.min(left + 1, columns - 1)];
  const at = (r: number, c: number) => values[r * columns + c]!;
  const upper = at(top, left) * (1 - (x - left)) + at(top, right) * (x - left);
  const lower = at(bottom, left) * (1 - (x - left)) + at(bottom, right) * (x - left);
  return upper * (1 - (y - top)) + lower * (y - top);
}

function clamped(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most);
}
