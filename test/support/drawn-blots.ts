// Blots of one colour on grey paper: classes are ranges of hue, and form, size, place and brightness are chance.

import type { Stream } from "../../src/random.ts";
import { between, blank, type Colour, coloured, fill, type Painter, side, wholeBetween } from "./drawn-canvas.ts";

/** The middle of the range of hues, in degrees. */
const hues = { red: 0, yellow: 60, green: 120, blue: 220, purple: 290 };

/** Largest distance from the middle, in degrees. */
const hueSpread = 15;

export type BlotName = keyof typeof hues;

export const blotPainters = Object.fromEntries(
  Object.entries(hues).map(([name, hue]) => [name, painterOf(hue)]),
) as Readonly<Record<BlotName, Painter>>;

function painterOf(middle: number): Painter {
  return (random, noise) => {
    const mask = blank();
    for (let blots = wholeBetween(random, 1, 4); blots > 0; blots--) {
      const [left, top] = [between(random, 0.2, 0.8) * side, between(random, 0.2, 0.8) * side];
      const [wide, high] = [between(random, 0.12, 0.3) * side, between(random, 0.12, 0.3) * side];
      fill(mask, (x, y) => Math.hypot((x - left) / wide, (y - top) / high) < 1);
    }
    const grey = between(random, 60, 200);
    const ink = inkOf(middle + between(random, -hueSpread, hueSpread), random);
    return coloured(mask, { paper: [grey, grey, grey], ink, noise }, random);
  };
}

/** A colour of this hue, in degrees, with brightness and strength of chance. */
function inkOf(hue: number, random: Stream): Colour {
  const [bright, strength] = [between(random, 120, 230), between(random, 0.5, 0.9)];
  const channel = (offset: number) => {
    const place = (offset + hue / 60 + 12) % 6;
    return bright * (1 - strength * Math.max(0, Math.min(place, 4 - place, 1)));
  };
  return [channel(5), channel(3), channel(1)];
}
