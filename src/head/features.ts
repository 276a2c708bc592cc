// What a head is fitted on: pooled features with the class of each row. Checked once, at the border, so that everything
// behind it can rely on it.

import { fail } from "../errors.ts";

/** Rows of features with their classes, and how much each counts. */
export interface HeadData {
  /** Row-major [rows, width]: pooled features of one picture in each row. */
  readonly features: Float32Array;
  readonly width: number;
  /** Class of each row, below `classes`. */
  readonly labels: ArrayLike<number>;
  readonly classes: number;
  /** How often each row counts, 0 or more; all rows count once where it is left out. */
  readonly rowWeights?: ArrayLike<number> | undefined;
  /** Factor of the weights of all rows of a class. */
  readonly classWeights?: readonly number[] | undefined;
}

/**
 * @throws head/lengths when the numbers of features, labels and weights do not fit together
 * @throws head/label when a label is no class
 * @throws head/one-class when no two classes have rows that count
 * @throws head/feature when a feature is not a finite number
 */
export function checkData(data: HeadData): void {
  const { features, width, labels, classes, rowWeights, classWeights } = data;
  const rows = labels.length;
  if (!(width > 0) || features.length !== rows * width)
    fail("head/lengths", { what: "features", found: features.length, needed: `${rows} labels times ${width}` });
  if (rowWeights !== undefined && rowWeights.length !== rows)
    fail("head/lengths", { what: "row weights", found: rowWeights.length, needed: `${rows} labels` });
  if (classWeights !== undefined && classWeights.length !== classes)
    fail("head/lengths", { what: "class weights", found: classWeights.length, needed: `${classes} classes` });
  const weights = weightsOf(data);
  const present = new Set<number>();
  for (let row = 0; row < rows; row++) {
    const label = labels[row]!;
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) fail("head/label", { row, label, classes });
    if (!(weights[row]! >= 0 && weights[row]! < Infinity)) fail("head/weight", { row, weight: weights[row]! });
    if (weights[row]! > 0) present.add(label);
  }
  if (present.size < 2) fail("head/one-class", { rows });
  for (let at = 0; at < features.length; at++)
    if (!Number.isFinite(features[at]!))
      fail("head/feature", { row: Math.floor(at / width), column: at % width, value: features[at]! });
}

/** How much each row counts: its own weight times that of its class. */
export function weightsOf({ labels, rowWeights, classWeights }: HeadData): Float64Array {
  return Float64Array.from(
    { length: labels.length },
    (_, row) => (rowWeights?.[row] ?? 1) * (classWeights?.[labels[row]!] ?? 1),
  );
}

/** Weights that let every class count as much as any other, of mean 1 over the rows: rows / (classes · rows of the class). */
export function balancedWeights(labels: ArrayLike<number>, classes: number): readonly number[] {
  const counts = new Array<number>(classes).fill(0);
  for (let row = 0; row < labels.length; row++) counts[labels[row]!] = counts[labels[row]!]! + 1;
  const present = counts.filter((count) => count > 0).length;
  return counts.map((count) => (count === 0 ? 0 : labels.length / (present * count)));
}
