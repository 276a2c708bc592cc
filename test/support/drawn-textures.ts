// Faint textures over coloured clouds, in pairs of classes that differ in one fine thing and in nothing else: the slope of
// lines, the distance of rings, the way of the grain. Colours, clouds, place and contrast are chance; crops and mirrors leave
// what tells the classes apart. A network that has learnt things of photos averages nearly all of it away behind its last
// block, so its early layers have to learn.

import type { Stream } from "../../src/random.ts";
import { between, canvasOf, colour, finished, type Painter, side } from "./drawn-canvas.ts";

/** Height of the texture at (x, y) in pixels, about -1 to 1. */
type Wave = (x: number, y: number) => number;

/** Members of a pair stand one after the other. */
const textures = {
  flat: (random) => lines(random, between(random, 0, 40)),
  steep: (random) => lines(random, between(random, 50, 90)),
  narrow: (random) => rings(random, between(random, 3.5, 4.5)),
  wide: (random) => rings(random, between(random, 6, 7)),
  along: (random) => grain(random, 1),
  across: (random) => grain(random, side),
} satisfies Readonly<Record<string, (random: Stream) => Wave>>;

export type TextureName = keyof typeof textures;

export const texturePainters = Object.fromEntries(
  Object.entries(textures).map(([name, waveOf]) => [name, painterOf(waveOf)]),
) as Readonly<Record<TextureName, Painter>>;

/** Parallel lines that rise to the left or to the right. `slope` in degrees. */
function lines(random: Stream, slope: number): Wave {
  const angle = ((random() < 0.5 ? 1 : -1) * slope * Math.PI) / 180;
  const [turns, phase] = [(2 * Math.PI) / between(random, 5, 8), between(random, 0, 2 * Math.PI)];
  return (x, y) => Math.sin(turns * (Math.sin(angle) * x + Math.cos(angle) * y) + phase);
}

/** Rings around a point of the picture. `period` in pixels. */
function rings(random: Stream, period: number): Wave {
  const [left, top, phase] = [between(random, 0, side), between(random, 0, side), between(random, 0, 2 * Math.PI)];
  return (x, y) => Math.sin((2 * Math.PI * Math.hypot(x - left, y - top)) / period + phase);
}

/** Specks three pixels long. `step` leads from one pixel of a speck to the next: 1 in a row, `side` in a column. */
function grain(random: Stream, step: number): Wave {
  const specks = Float64Array.from({ length: side * side + 2 * step }, () => between(random, -1, 1));
  return (x, y) => [0, 1, 2].reduce((total, i) => total + specks[y * side + x + i * step]!, 0);
}

function painterOf(waveOf: (random: Stream) => Wave): Painter {
  return (random, noise) => {
    const canvas = cloudy(random);
    const [wave, contrast] = [waveOf(random), between(random, 8, 16)];
    for (let at = 0; at < side * side; at++) {
      const height = contrast * wave(at % side, Math.floor(at / side));
      for (let c = 0; c < 3; c++) canvas[at * 3 + c]! += height;
    }
    return finished(canvas, noise, random);
  };
}

/** Soft spots of all colours, `[side, side, 3]`: much stronger than any texture, and they say nothing. */
function cloudy(random: Stream): Float64Array {
  const canvas = canvasOf(colour(random, 80, 170));
  for (let spot = 0; spot < 8; spot++) {
    const [left, top, width] = [between(random, 0, side), between(random, 0, side), between(random, 8, 30)];
    const tint = colour(random, -90, 90);
    for (let at = 0; at < side * side; at++) {
      const [right, down] = [(at % side) - left, Math.floor(at / side) - top];
      const density = Math.exp(-(right * right + down * down) / (2 * width * width));
      for (let c = 0; c < 3; c++) canvas[at * 3 + c]! += density * tint[c]!;
    }
  }
  return canvas;
}
