// Operations that mix a picture with a poorer one of itself: black for brightness, mean grey for contrast, grey for colour,
// smoothed for sharpness. A factor below 1 goes towards the poorer one, above 1 away from it. Bit for bit those of Pillow's
// ImageEnhance, on which torchvision's adjust_... stand.

import type { Pixels } from "../resize.ts";
import { lookUp, tableOf } from "./tone.ts";

export function adjustBrightness(image: Pixels, factor: number): Pixels {
  const table = tableOf((value) => blend(0, value, Math.fround(factor)));
  return lookUp(image, [table, table, table]);
}

export function adjustContrast(image: Pixels, factor: number): Pixels {
  const grey = greyOf(image);
  const mean = Math.trunc(grey.reduce((total, value) => total + value, 0) / grey.length + 0.5);
  const table = tableOf((value) => blend(mean, value, Math.fround(factor)));
  return lookUp(image, [table, table, table]);
}

/** torchvision's adjust_saturation. */
export function adjustColour(image: Pixels, factor: number): Pixels {
  const grey = greyOf(image);
  return blended(image, (i) => grey[Math.trunc(i / 3)]!, factor);
}

export function adjustSharpness(image: Pixels, factor: number): Pixels {
  const smooth = smoothed(image);
  return blended(image, (i) => smooth[i]!, factor);
}

function blended({ width, height, pixels }: Pixels, poorer: (at: number) => number, factor: number): Pixels {
  const share = Math.fround(factor);
  const result = new Uint8Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) result[i] = blend(poorer(i), pixels[i]!, share);
  return { width, height, pixels: result };
}

/** poorer + factor (value - poorer) in float32, cut off at the ends and then to a whole number. */
function blend(poorer: number, value: number, factor: number): number {
  const mixed = Math.fround(poorer + Math.fround(factor * (value - poorer)));
  return mixed <= 0 ? 0 : mixed >= 255 ? 255 : Math.trunc(mixed);
}

/** Pillow's L: 0.299 red + 0.587 green + 0.114 blue, in units of 2^-16. */
function greyOf({ pixels }: Pixels): Uint8Array {
  const grey = new Uint8Array(pixels.length / 3);
  for (let to = 0, from = 0; to < grey.length; to++, from += 3)
    grey[to] = (pixels[from]! * 19595 + pixels[from + 1]! * 38470 + pixels[from + 2]! * 7471 + 0x8000) >> 16;
  return grey;
}

/** Pillow's SMOOTH: of each 3 x 3 pixels the mean in which the middle counts five times, rounded. The border stays. */
function smoothed({ width, height, pixels }: Pixels): Uint8Array {
  const result = pixels.slice();
  const stride = width * 3;
  for (let y = 1; y < height - 1; y++)
    for (let i = y * stride + 3; i < (y + 1) * stride - 3; i++) {
      let sum = 4 * pixels[i]!;
      for (let row = i - stride; row <= i + stride; row += stride)
        sum += pixels[row - 3]! + pixels[row]! + pixels[row + 3]!;
      result[i] = Math.trunc((2 * sum + 13) / 26);
    }
  return result;
}
