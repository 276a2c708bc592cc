// Features for heads: rows around the centre of their class, so that most, but not all, can be told apart.

import type { HeadData } from "../../src/head/features.ts";
import { stream } from "../../src/random.ts";
import { uniform } from "./numbers.ts";

/** Row i is of class i mod `classes`; columns have different sizes, and the noise is `noise` times as wide as the centres. */
export function drawnRows(rows: number, width: number, classes: number, noise = 1.5, seed = 1): HeadData {
  const centres = uniform(stream(seed, "centres"), classes * width);
  const features = Float32Array.from(uniform(stream(seed, `rows ${rows}`), rows * width), (e, at) => {
    const [row, column] = [Math.floor(at / width), at % width];
    return (1 + (column % 5)) * (centres[(row % classes) * width + column]! + noise * e) + column;
  });
  return { features, width, labels: Uint32Array.from({ length: rows }, (_, row) => row % classes), classes };
}

/** The rows of these numbers, in this order. */
export function rowsOf({ features, width, labels, classes }: HeadData, numbers: readonly number[]): HeadData {
  return {
    features: Float32Array.from(numbers.flatMap((row) => [...features.subarray(row * width, (row + 1) * width)])),
    width,
    labels: Uint32Array.from(numbers, (row) => labels[row]!),
    classes,
  };
}
