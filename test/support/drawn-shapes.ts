// One large shape for each picture, in colours, size, place and tilt of chance: what a network that has seen photos tells
// apart without learning more than a head.

import { between, blank, coloured, fill, type Painter, side, twoColours } from "./drawn-canvas.ts";

/** Whether a shape covers the point (x, y); its own size is about 1, and y points down. */
type Covers = (x: number, y: number) => boolean;

const shapes = {
  circle: (x, y) => Math.hypot(x, y) < 0.9,
  square: (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 0.8,
  triangle: (x, y) => y < 0.7 && y > 1.9 * Math.abs(x) - 1,
  star: (x, y) => Math.hypot(x, y) < starRadius(Math.atan2(x, -y)),
  cross: (x, y) => Math.min(Math.abs(x), Math.abs(y)) < 0.25 && Math.max(Math.abs(x), Math.abs(y)) < 0.95,
} satisfies Readonly<Record<string, Covers>>;

export type ShapeName = keyof typeof shapes;

export const shapePainters = Object.fromEntries(
  Object.entries(shapes).map(([name, covers]) => [name, painterOf(covers)]),
) as Readonly<Record<ShapeName, Painter>>;

/** Five points; `angle` from the topmost, in radians. The edge between a point and the next hollow is straight. */
function starRadius(angle: number): number {
  const [outer, inner, half] = [1.05, 0.42, Math.PI / 5];
  const turned = Math.abs(((((angle + half) % (2 * half)) + 2 * half) % (2 * half)) - half);
  return (outer * inner * Math.sin(half)) / (outer * Math.sin(turned) + inner * Math.sin(half - turned));
}

function painterOf(covers: Covers): Painter {
  return (random, noise) => {
    const mask = blank();
    const radius = between(random, 0.3, 0.42) * side;
    const [left, top] = [between(random, radius, side - radius), between(random, radius, side - radius)];
    const tilt = between(random, -0.15, 0.15);
    const [cos, sin] = [Math.cos(tilt) / radius, Math.sin(tilt) / radius];
    fill(mask, (x, y) => covers(cos * (x - left) + sin * (y - top), cos * (y - top) - sin * (x - left)));
    return coloured(mask, { ...twoColours(random, 80, 140), noise }, random);
  };
}
