// What a picture looks like at a glance: its colours as a small grid, and how often each luminance occurs. One pass over
// the pixels, so that it costs little beside decoding them. Judges nothing.

import type { Pixels } from "./resize.ts";

export interface Glance {
  /** `[side, side, 3]`: mean colours of equal parts of the picture, whatever its aspect, from 0 to 255. */
  readonly colours: Float64Array;
  /** Pixels of each luminance from 0 to 255, of the rows that were looked at. */
  readonly histogram: Uint32Array;
}

/** Rows of which so many tell what there is to see. */
const enoughRows = 512;

/**
 * Looks at a picture through a grid.
 *
 * A part of the grid whose border runs through a pixel takes the share of the pixel that lies in it; so the grid hardly
 * changes when the same picture has other dimensions, and a picture may be smaller than the grid. Of a tall picture every
 * n-th row stands for those around it, so that a large one costs little more than a small one.
 */
export function glanceAt({ width, height, pixels }: Pixels, side: number): Glance {
  const histogram = new Uint32Array(256);
  const colours = new Float64Array(side * side * 3);
  const sums = new Uint32Array((width + 1) * 3); // of a row, up to each pixel
  const row = new Float64Array(side * 3);
  const step = Math.max(1, Math.floor(height / enoughRows));
  for (let top = 0; top < height; top += step) {
    const bottom = Math.min(top + step, height);
    let from = ((top + bottom) >> 1) * width * 3;
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let to = 3; to < sums.length; from += 3, to += 3) {
      const r = pixels[from]!;
      const g = pixels[from + 1]!;
      const b = pixels[from + 2]!;
      histogram[(19595 * r + 38470 * g + 7471 * b + 32768) >> 16]!++; // luminance, in 16 binary places
      sums[to] = red += r;
      sums[to + 1] = green += g;
      sums[to + 2] = blue += b;
    }
    squeezeRow(sums, width, row);
    addRow(colours, row, (top * side) / height, (bottom * side) / height);
  }
  return { colours, histogram };
}

/** By Rec. 601, as JPEG has it. */
export function luminance(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

/** The luminance that this share of the pixels does not exceed. */
export function quantile(histogram: Uint32Array, share: number): number {
  const pixels = histogram.reduce((total, count) => total + count, 0);
  let darker = 0;
  for (let value = 0; value < 255; value++) {
    darker += histogram[value]!;
    if (darker >= share * pixels) return value;
  }
  return 255;
}

/** Shannon's entropy of the luminance, in bits: 0 of one flat colour, at most 8. */
export function entropy(histogram: Uint32Array): number {
  const pixels = histogram.reduce((total, count) => total + count, 0);
  let bits = 0;
  for (const count of histogram) if (count > 0) bits -= (count / pixels) * Math.log2(count / pixels);
  return bits;
}

/** Means of a row over equal parts of it, from the sums up to each pixel, `[width + 1, 3]`. */
function squeezeRow(sums: Uint32Array, width: number, row: Float64Array): void {
  const side = row.length / 3;
  const share = side / width;
  for (let channel = 0; channel < 3; channel++) {
    let before = 0;
    for (let part = 0; part < side; part++) {
      const end = ((part + 1) * width) / side;
      const whole = Math.min(Math.floor(end), width - 1);
      const at = sums[whole * 3 + channel]!;
      const upTo = at + (end - whole) * (sums[(whole + 1) * 3 + channel]! - at);
      row[part * 3 + channel] = (upTo - before) * share;
      before = upTo;
    }
  }
}

/** Adds a row of pixels to the rows of the grid that it lies in: from `top` to `bottom`, in rows of the grid. */
function addRow(colours: Float64Array, row: Float64Array, top: number, bottom: number): void {
  const stride = row.length;
  const rows = colours.length / stride;
  for (let at = Math.floor(top); at < bottom && at < rows; at++) {
    const share = Math.min(bottom, at + 1) - Math.max(top, at);
    for (let i = 0; i < stride; i++) colours[at * stride + i]! += share * row[i]!;
  }
}
