// TF-slim's evaluation transform for Inception-v4 (preprocess_for_eval in tensorflow/models, inception_preprocessing.py),
// for whoever must repeat its published numbers: the middle of the picture, squeezed to a square with TensorFlow 1's
// bilinear resize, in float32 as TensorFlow computes it. Runs of ours go by timm's transform, whatever their weights.

import type { Pixels } from "./resize.ts";

/** For one axis of the result: the pixels on both sides in the source, and how far from the first to the second. */
interface Between {
  readonly lower: Int32Array;
  readonly upper: Int32Array;
  readonly share: Float32Array;
}

/**
 * The tensor that enters a network trained by TF-slim.
 *
 * Of each axis floor(side / 16) pixels are cut off at both ends; the rest becomes `size` pixels long, whatever the aspect,
 * with source = target · (in / size), no half pixel and no antialiasing; then (x / 255 - 0.5) · 2.
 *
 * @param size - 299 for the published networks
 * @returns `[3, size, size]`
 */
export function tfSlimView({ width, height, pixels }: Pixels, size: number): Float32Array {
  const columns = between(width, size);
  const rows = between(height, size);
  const view = new Float32Array(3 * size * size);
  const at = (row: number, column: number, channel: number) =>
    Math.fround(pixels[(row * width + column) * 3 + channel]! / 255);
  for (let y = 0; y < size; y++) {
    const [above, below] = [rows.lower[y]!, rows.upper[y]!];
    for (let x = 0; x < size; x++) {
      const [left, right] = [columns.lower[x]!, columns.upper[x]!];
      for (let c = 0; c < 3; c++) {
        const top = mix(at(above, left, c), at(above, right, c), columns.share[x]!);
        const bottom = mix(at(below, left, c), at(below, right, c), columns.share[x]!);
        view[(c * size + y) * size + x] = (mix(top, bottom, rows.share[y]!) - 0.5) * 2;
      }
    }
  }
  return view;
}

function between(side: number, size: number): Between {
  const start = Math.floor(side / 16);
  const count = side - 2 * start;
  const scale = Math.fround(count / size);
  const places = Float32Array.from({ length: size }, (_, i) => i * scale);
  const lower = Int32Array.from(places, Math.floor);
  return {
    lower: lower.map((i) => start + i),
    upper: lower.map((i) => start + Math.min(i + 1, count - 1)),
    share: places.map((place, i) => place - lower[i]!),
  };
}

function mix(from: number, to: number, share: number): number {
  return Math.fround(from + Math.fround(Math.fround(to - from) * share));
}
