// How unlike anything learnt a picture is: how far its features are from the fifth nearest of some pictures that were learnt
// from (nearest neighbours, Sun et al. 2022, but on features as they are: noise differs from photos by their length, which
// cosines do not see; and the fifth, since the first may be near by accident). Says nothing about classes.

import { decodeFloat16, encodeFloat16 } from "../float16.ts";
import { nearestThatCounts, type Prototypes } from "../onnx/answers.ts";
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

/**
 * Prototypes with a unit by which a usual picture that was held back lies at the distance 1.
 *
 * @param learnt - features of the pictures to make them of, row-major [rows, width]
 * @param heldBack - of others, row-major [rows, width]
 */
export function prototypesOf(learnt: Float32Array, heldBack: Float32Array, width: number): Prototypes {
  const rows = learnt.length / width;
  const sums = new Float64Array(width);
  for (let at = 0; at < learnt.length; at++) sums[at % width] = sums[at % width]! + learnt[at]!;
  const centre = Float32Array.from(sums, (sum) => sum / rows);
  const usual = middleOf(rowDistances(centred(learnt, centre, 1), centred(heldBack, centre, 1), width));
  const unit = usual > 0 ? Math.fround(usual) : 1;
  return { halves: encodeFloat16(centred(learnt, centre, unit)), centre, unit };
}

/**
 * Distances of rows to the prototypes, computed as the model file does, in float64.
 *
 * @param features - row-major [rows, width]
 * @returns [rows]; 1 is usual for a picture like those that were learnt from
 */
export function distancesTo({ halves, centre, unit }: Prototypes, features: Float32Array): Float64Array {
  return rowDistances(decodeFloat16(halves), centred(features, centre, unit), centre.length);
}

function centred(features: Float32Array, centre: Float32Array, unit: number): Float32Array {
  return features.map((value, at) => (value - centre[at % centre.length]!) / unit);
}

/** Of each of `rows`, Euclid's distance to the one of `prototypes` that counts. */
function rowDistances(prototypes: Float32Array, rows: Float32Array, width: number): Float64Array {
  const counts = Math.min(nearestThatCounts, prototypes.length / width);
  return Float64Array.from({ length: rows.length / width }, (_, row) => {
    const own = rows.subarray(row * width, (row + 1) * width);
    const nearest = new Float64Array(counts).fill(Infinity); // in rising order
    for (let start = 0; start < prototypes.length; start += width) {
      let square = 0;
      for (let j = 0; j < width; j++) square += (own[j]! - prototypes[start + j]!) ** 2;
      if (square < nearest[counts - 1]!) {
        nearest[counts - 1] = square;
        nearest.sort();
      }
    }
    return Math.sqrt(nearest[counts - 1]!);
  });
}

/** The lower one of two in the middle. */
function middleOf(values: Float64Array): number {
  return values.toSorted()[(values.length - 1) >> 1] ?? 0;
}
