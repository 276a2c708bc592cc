// How far a network has moved while it learned: its features on the same pictures, and its parameters. Pure, in float64.
// What is far is not said here: the numbers have no threshold that holds for every network.

import { fourProducts } from "../dot-products.ts";
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
 * by. As [rows, width] or as [width, rows], with a line of zeros more where the lines are odd; undefined where all are zero.
 */
function centred(features: Float32Array, rows: number, width: number, byRows: boolean): Float64Array | undefined {
  const [lines, length] = byRows ? [rows, width] : [width, rows];
  const result = new Float64Array((lines + (lines % 2)) * length);
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
  for (let i = 0; i < result.length; i++) result[i] = result[i]! / norm;
  return result;
}

type Sums = readonly [cross: number, ofBefore: number, ofAfter: number];

/** Σ K ∘ L, |K|² and |L|². Both are symmetric, so what lies beside the diagonal is met once and counts twice. */
function rowSums(x: Float64Array, y: Float64Array, width: number): Sums {
  let [cross, ofX, ofY] = [0, 0, 0];
  const [k, l] = [new Float64Array(4), new Float64Array(4)];
  for (let i = 0; i < x.length; i += 2 * width)
    for (let j = i; j < x.length; j += 2 * width) {
      fourProducts(x, i, x, j, width, k);
      fourProducts(y, i, y, j, width, l);
      const times = i === j ? 1 : 2;
      for (let at = 0; at < 4; at++) {
        cross += times * k[at]! * l[at]!;
        ofX += times * k[at]! * k[at]!;
        ofY += times * l[at]! * l[at]!;
      }
    }
  return [cross, ofX, ofY];
}

/** |YᵀX|², |XᵀX|² and |YᵀY|², of columns that lie one behind another; summed in one order, so equal sums are equal to the bit. */
function columnSums(x: Float64Array, y: Float64Array, rows: number): Sums {
  let [cross, ofX, ofY] = [0, 0, 0];
  const [xx, yy, yx, xy] = [0, 0, 0, 0].map(() => new Float64Array(4)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let i = 0; i < x.length; i += 2 * rows)
    for (let j = i; j < x.length; j += 2 * rows) {
      fourProducts(x, i, x, j, rows, xx);
      fourProducts(y, i, y, j, rows, yy);
      fourProducts(y, i, x, j, rows, yx);
      if (i !== j) fourProducts(x, i, y, j, rows, xy);
      const both = i === j ? 0 : 1;
      for (let at = 0; at < 4; at++) {
        cross += yx[at]! ** 2 + both * xy[at]! ** 2;
        ofX += xx[at]! ** 2 + both * xx[at]! ** 2;
        ofY += yy[at]! ** 2 + both * yy[at]! ** 2;
      }
    }
  return [cross, ofX, ofY];
}
