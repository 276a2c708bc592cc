// How far a network has moved while it learned: its features on the same pictures, and its parameters. Pure, in float64.
// What is far is not said here: the numbers have no threshold that holds for every network.

import { pairedRows } from "./paired-rows.ts";

/**
 * Linear centred kernel alignment of two sets of features (Kornblith et al. 2019), with centred columns:
 *
 *   |YᵀX|² / (|XᵀX| |YᵀY|)  =  Σ K ∘ L / (|K| |L|),  K = X Xᵀ, L = Y Yᵀ       Frobenius norms
 *
 * 1 where Y is X turned, mirrored, scaled or shifted; near 0 where they have nothing in common. The left form is summed over
 * pairs of columns, the right one over pairs of rows; whichever are fewer are taken. Features that are the same for all
 * pictures have no direction: 1 if both are so, 0 if one is. Few rows of many columns look more alike than they are.
 *
 * @param before - row-major [rows, width], and so is `after`
 * @returns 0 to 1, exactly 1 for equal features
 */
export function linearCka(before: Float32Array, after: Float32Array, width: number): number {
  const rows = pairedRows(before, after, width);
  const byRows = rows <= width;
  const [x, y] = [before, after].map((features) => centred(features, rows, width, byRows));
  if (x === undefined || y === undefined) return x === y ? 1 : 0;
  const length = byRows ? width : rows;
  const [cross, ofBefore, ofAfter] = byRows ? rowSums(x, y, length) : columnSums(x, y, length);
  return Math.min(1, cross / Math.sqrt(ofBefore * ofAfter));
}

/** Mean over rows of |f - f₀| / |f₀|. Infinite where a row that was all zero no longer is. */
export function relativeDistance(before: Float32Array, after: Float32Array, width: number): number {
  const rows = pairedRows(before, after, width);
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const own = [row * width, (row + 1) * width] as const;
    total += shareMoved([[before.subarray(...own), after.subarray(...own)]]);
  }
  return total / rows;
}

/**
 * |θ - θ₀| / |θ₀| over all numbers of the named tensors together, so that a small tensor counts little. Infinite where all
 * of them were zero and no longer are.
 */
export function parameterDistance(
  before: ReadonlyMap<string, Float32Array>,
  after: ReadonlyMap<string, Float32Array>,
  names: Iterable<string>,
): number {
  return shareMoved(
    Array.from(names, (name) => {
      const [old, now] = [before.get(name), after.get(name)];
      if (old === undefined || old.length !== now?.length)
        throw new Error(`internal: ${name} is not the same kind of parameter before and after`);
      return [old, now] as const;
    }),
  );
}

function shareMoved(pairs: readonly (readonly [before: Float32Array, after: Float32Array])[]): number {
  let [moved, size] = [0, 0];
  for (const [before, after] of pairs)
    for (let i = 0; i < before.length; i++) {
      moved += (after[i]! - before[i]!) ** 2;
      size += before[i]! ** 2;
    }
  return moved === 0 ? 0 : Math.sqrt(moved / size);
}

/**
 * Features without the means of their columns, scaled to Frobenius norm 1, which no alignment notices and no sum overflows
 * by. As [rows, width] or as [width, rows]; undefined where nothing is left.
 */
function centred(features: Float32Array, rows: number, width: number, byRows: boolean): Float64Array | undefined {
  const result = new Float64Array(features.length);
  let squares = 0;
  for (let column = 0; column < width; column++) {
    let mean = 0;
    for (let row = 0; row < rows; row++) mean += features[row * width + column]!;
    mean /= rows;
    for (let row = 0; row < rows; row++) {
      const value = features[row * width + column]! - mean;
      result[byRows ? row * width + column : column * rows + row] = value;
      squares += value * value;
    }
  }
  if (squares === 0) return undefined;
  const norm = Math.sqrt(squares);
  return result.map((value) => value / norm);
}

type Sums = readonly [cross: number, ofBefore: number, ofAfter: number];

/** Σ K ∘ L, |K|² and |L|². Both are symmetric, so each pair of rows is met once. */
function rowSums(x: Float64Array, y: Float64Array, width: number): Sums {
  let [cross, ofX, ofY] = [0, 0, 0];
  for (let i = 0; i < x.length; i += width)
    for (let j = i; j < x.length; j += width) {
      const times = i === j ? 1 : 2;
      const [k, l] = [dot(x, i, x, j, width), dot(y, i, y, j, width)];
      cross += times * k * l;
      ofX += times * k * k;
      ofY += times * l * l;
    }
  return [cross, ofX, ofY];
}

/** |YᵀX|², |XᵀX|² and |YᵀY|², of columns that lie one behind another. */
function columnSums(x: Float64Array, y: Float64Array, rows: number): Sums {
  let [cross, ofX, ofY] = [0, 0, 0];
  for (let i = 0; i < x.length; i += rows)
    for (let j = 0; j < x.length; j += rows) {
      cross += dot(y, i, x, j, rows) ** 2;
      if (j < i) continue;
      const times = i === j ? 1 : 2;
      ofX += times * dot(x, i, x, j, rows) ** 2;
      ofY += times * dot(y, i, y, j, rows) ** 2;
    }
  return [cross, ofX, ofY];
}

function dot(left: Float64Array, i: number, right: Float64Array, j: number, length: number): number {
  let total = 0;
  for (let at = 0; at < length; at++) total += left[i + at]! * right[j + at]!;
  return total;
}
