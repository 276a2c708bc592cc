// Pictures that look like photos to whoever compares them from afar: things of all sizes, one before the other, in places
// of chance, no two alike. For tests of copies, where the sharp motifs of drawn-photos would be too much alike or too fine.

import sharp, { type Sharp } from "sharp";
import { stream } from "../../src/random.ts";

/** A scene of 160 x 120 pixels, ready to be stored or changed. The same seed is the same scene. */
export function drawScene(seed: number): Sharp {
  const [width, height] = [160, 120];
  const random = stream(seed, "scene");
  const things = Array.from({ length: 30 }, (_, i) => ({
    x: random() * width,
    y: random() * height,
    radius: 60 * 0.92 ** i,
    colour: [random() * 255, random() * 255, random() * 255],
  }));
  const pixels = new Uint8Array(width * height * 3).fill(90);
  for (let at = 0; at < width * height; at++)
    for (const { x, y, radius, colour } of things)
      if (Math.hypot((at % width) - x, Math.floor(at / width) - y) < radius) pixels.set(colour, at * 3);
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}
