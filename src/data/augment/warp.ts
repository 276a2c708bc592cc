// Operations that move pixels: rotate, shear, translate. Each pixel of the result takes the one of the source that lies
// where its centre comes from (nearest, as TrivialAugment in torchvision), or `fill` where there is none. Bit for bit
// Pillow's affine transform in its fixed point of 16 binary places.

import type { Pixels } from "../resize.ts";

/** Red, green and blue, from 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** From a place in the result to one in the source: x' = a x + b y + c, y' = d x + e y + f. */
type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** Turned by so many degrees around its centre, against the clock. */
export function rotate(image: Pixels, degrees: number, fill: Colour): Pixels {
  const angle = -(((degrees % 360) + 360) % 360) * (Math.PI / 180);
  const [cosine, sine] = [to15Places(Math.cos(angle)), to15Places(Math.sin(angle))];
  const [x, y] = [image.width / 2, image.height / 2];
  const c = cosine * -x + sine * -y + x;
  const f = -sine * -x + cosine * -y + y;
  return warp(image, [cosine, sine, c, -sine, cosine, f], fill);
}

/** Rows moved by `slope` times their distance from the top. */
export function shearX(image: Pixels, slope: number, fill: Colour): Pixels {
  return warp(image, [1, slope, 0, 0, 1, 0], fill);
}

/** Columns moved by `slope` times their distance from the left. */
export function shearY(image: Pixels, slope: number, fill: Colour): Pixels {
  return warp(image, [1, 0, 0, slope, 1, 0], fill);
}

/** Moved to the right and down by whole pixels. */
export function translate(image: Pixels, right: number, down: number, fill: Colour): Pixels {
  return warp(image, [1, 0, -right, 0, 1, -down], fill);
}

function warp({ width, height, pixels }: Pixels, [a, b, c, d, e, f]: Affine, fill: Colour): Pixels {
  const result = new Uint8Array(pixels.length);
  // of the first pixel's centre in this row, and from a pixel to the next
  let rowX = fixed(c + a * 0.5 + b * 0.5);
  let rowY = fixed(f + d * 0.5 + e * 0.5);
  const [stepX, stepY, nextRowX, nextRowY] = [fixed(a), fixed(d), fixed(b), fixed(e)];
  let to = 0;
  for (let y = 0; y < height; y++) {
    let [atX, atY] = [rowX, rowY];
    for (let x = 0; x < width; x++) {
      const [fromX, fromY] = [atX >> 16, atY >> 16];
      const inside = fromX >= 0 && fromX < width && fromY >= 0 && fromY < height;
      const from = (fromY * width + fromX) * 3;
      for (let channel = 0; channel < 3; channel++) result[to++] = inside ? pixels[from + channel]! : fill[channel]!;
      atX += stepX;
      atY += stepY;
    }
    rowX += nextRowX;
    rowY += nextRowY;
  }
  return { width, height, pixels: result };
}

function fixed(value: number): number {
  return Math.floor(value * 65536 + 0.5);
}

/** As Pillow rounds cosines, so that a quarter turn has no 6e-17 in it. */
function to15Places(value: number): number {
  return Number(value.toFixed(15));
}
