// What drawn pictures are made of: a mask that says how much of each point is covered, and colours and noise that are put
// on it. Knows nothing of classes.

import type { Stream } from "../../src/random.ts";

/** Height and width of a picture in pixels. */
export const side = 96;

/** `[side, side]`, from 0 (paper) to 1 (ink). */
export type Mask = Float64Array;
/** Red, green, blue, from 0 to 255. */
export type Colour = readonly [number, number, number];
/** Draws one picture, `[side, side, 3]`, from 0 to 255. */
export type Painter = (random: Stream, noise: number) => Uint8Array;

export interface Paint {
  readonly paper: Colour;
  readonly ink: Colour;
  /** Largest deviation of a channel from its colour, of 255. */
  readonly noise: number;
}

export function blank(): Mask {
  return new Float64Array(side * side);
}

/** Covers every point, in pixels, for which `covers` says so. */
export function fill(mask: Mask, covers: (x: number, y: number) => boolean): void {
  for (let at = 0; at < mask.length; at++) if (covers(at % side, Math.floor(at / side))) mask[at] = 1;
}

/** Lays ink of one colour on `canvas`, `[side, side, 3]`, where the mask says. */
export function coat(canvas: Float64Array, mask: Mask, ink: Colour): void {
  for (let i = 0; i < canvas.length; i++) canvas[i]! += (ink[i % 3]! - canvas[i]!) * mask[Math.floor(i / 3)]!;
}

/** A canvas of one colour, `[side, side, 3]`. */
export function canvasOf(paper: Colour): Float64Array {
  return Float64Array.from({ length: side * side * 3 }, (_, i) => paper[i % 3]!);
}

/** The canvas as pixels, each channel of each with a deviation of its own. */
export function finished(canvas: Float64Array, noise: number, random: Stream): Uint8Array {
  return Uint8Array.from(canvas, (value) => clamp(Math.round(value + between(random, -noise, noise)), 0, 255));
}

/** A picture of one mask. */
export function coloured(mask: Mask, { paper, ink, noise }: Paint, random: Stream): Uint8Array {
  const canvas = canvasOf(paper);
  coat(canvas, mask, ink);
  return finished(canvas, noise, random);
}

/** Two colours of chance, the ink darker or lighter than the paper by `least` to `most` in each channel. */
export function twoColours(random: Stream, least: number, most: number): Pick<Paint, "paper" | "ink"> {
  const paper = colour(random, 40, 215);
  const towards = paper[0] + paper[1] + paper[2] > 382 ? -1 : 1;
  const away = (channel: number) => clamp(channel + towards * between(random, least, most), 0, 255);
  return { paper, ink: [away(paper[0]), away(paper[1]), away(paper[2])] };
}

/** Each channel from `low` to `high`. */
export function colour(random: Stream, low: number, high: number): Colour {
  return [between(random, low, high), between(random, low, high), between(random, low, high)];
}

export function between(random: Stream, low: number, high: number): number {
  return low + (high - low) * random();
}

/** From `low` to `high`, both included. */
export function wholeBetween(random: Stream, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
