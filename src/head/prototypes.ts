// How unlike anything learnt a picture is: 1 - the largest cosine between its features and those of pictures that were
// learnt from (nearest neighbour on the sphere, Sun et al. 2022). Says nothing about classes.

import { decodeFloat16, encodeFloat16 } from "../float16.ts";
import type { Prototypes } from "../onnx/answers.ts";
import { shuffled, stream } from "../random.ts";

export interface ChooseOptions {
  readonly seed: number;
  /** How many rows at most; one of each class in any case. */
  readonly most?: number;
}

/**
 * Rows to make prototypes of: drawn by chance, from every class as many as from any other, as far as it has so many.
 *
 * @param labels - class of each row, below `classes`
 * @returns numbers of rows in rising order
 */
export function choosePrototypes(
  labels: ArrayLike<number>,
  classes: number,
  { seed, most = 512 }: ChooseOptions,
): readonly number[] {
  const rows = Array.from({ length: classes }, (): number[] => []);
  for (let row = 0; row < labels.length; row++) rows[labels[row]!]!.push(row);
  const drawn = rows.map((own, k) => {
    return Array.from(shuffled(own.length, stream(seed, `prototypes:${k}`)), (at) => own[at]!);
  });
  const turns = drawn.reduce((longest, { length }) => Math.max(longest, length), 0);
  const inTurn = Array.from({ length: turns }, (_, turn) => drawn.flatMap((own) => own.slice(turn, turn + 1))).flat();
  return inTurn.slice(0, Math.max(most, classes)).sort((left, right) => left - right);
}

/** @param features - row-major [rows, width] */
export function prototypesOf(features: Float32Array, width: number): Prototypes {
  const unit = new Float32Array(features.length);
  for (let start = 0; start < features.length; start += width) {
    const row = features.subarray(start, start + width);
    const length = lengthOf(row);
    unit.set(
      row.map((value) => value / length),
      start,
    );
  }
  return { halves: encodeFloat16(unit), width };
}

/**
 * Distances of rows to the nearest of the prototypes, computed as the model file does, in float64.
 *
 * @param features - row-major [rows, width]
 * @returns [rows]; 0 for a prototype itself, 1 for what has nothing in common with any
 */
export function distancesTo({ halves, width }: Prototypes, features: Float32Array): Float64Array {
  const prototypes = decodeFloat16(halves);
  return Float64Array.from({ length: features.length / width }, (_, row) => {
    const own = features.subarray(row * width, (row + 1) * width);
    const length = lengthOf(own);
    let largest = -Infinity;
    for (let start = 0; start < prototypes.length; start += width) {
      let product = 0;
      for (let j = 0; j < width; j++) product += prototypes[start + j]! * own[j]!;
      largest = Math.max(largest, product / length);
    }
    return 1 - largest;
  });
}

/** Not 0 for a row of zeros, so that it can be divided by. */
function lengthOf(row: Float32Array): number {
  let total = 0;
  for (const value of row) total += value * value;
  return Math.max(Math.sqrt(total), 1e-12);
}
