// Scenes of discs in colours of chance, one before the other: classes differ in how many there are, how large they are and
// where they lie.

import type { Stream } from "../../src/random.ts";
import {
  between,
  blank,
  canvasOf,
  coat,
  colour,
  fill,
  finished,
  type Painter,
  side,
  wholeBetween,
} from "./drawn-canvas.ts";

/** In units of the picture's side. */
interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** What lies behind comes first. */
const arrangements = {
  few: (random) => scattered(random, wholeBetween(random, 2, 4), [0.1, 0.2], 0),
  many: (random) => scattered(random, wholeBetween(random, 30, 50), [0.03, 0.08], 0),
  giant: (random) => [
    { x: random(), y: random(), radius: between(random, 0.4, 0.55) },
    ...scattered(random, wholeBetween(random, 3, 6), [0.03, 0.08], 0),
  ],
  heap: (random) => scattered(random, wholeBetween(random, 15, 30), [0.05, 0.15], 0.6),
  row(random) {
    const [count, y] = [wholeBetween(random, 4, 7), between(random, 0.2, 0.8)];
    return Array.from({ length: count }, (_, i) => ({
      x: (i + between(random, 0.4, 0.6)) / count,
      y: y + between(random, -0.03, 0.03),
      radius: between(random, 0.05, 0.08),
    }));
  },
} satisfies Readonly<Record<string, (random: Stream) => readonly Disc[]>>;

export type ArrangementName = keyof typeof arrangements;

export const arrangementPainters = Object.fromEntries(
  Object.entries(arrangements).map(([name, arrange]) => [name, painterOf(arrange)]),
) as Readonly<Record<ArrangementName, Painter>>;

/** Discs below the line `top`, from 0 (all of the picture) to 1. */
function scattered(random: Stream, count: number, radius: readonly [number, number], top: number): readonly Disc[] {
  return Array.from({ length: count }, () => ({
    x: random(),
    y: between(random, top, 1),
    radius: between(random, radius[0], radius[1]),
  }));
}

function painterOf(arrange: (random: Stream) => readonly Disc[]): Painter {
  return (random, noise) => {
    const canvas = canvasOf(colour(random, 90, 170));
    for (const { x: left, y: top, radius } of arrange(random)) {
      const mask = blank();
      fill(mask, (x, y) => Math.hypot(x / side - left, y / side - top) < radius);
      coat(canvas, mask, colour(random, 20, 235));
    }
    return finished(canvas, noise, random);
  };
}
