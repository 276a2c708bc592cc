// The numbers of many rows in rising order, few enough to be carried in a model file: what a promise about new rows is read
// from. Thinned out so that whatever is read is never smaller than it was among all of them.

/** Decimals that are kept. */
const decimals = 6;

export interface KeptNumbers {
  /** How many there were; of none nothing can be promised. */
  readonly rows: number;
  /** In rising order. With fewer of them than rows, the j-th of m is the ⌈j · rows / m⌉-th smallest. */
  readonly values: readonly number[];
}

/** @param most - how many are kept at most */
export function keepNumbers(numbers: ArrayLike<number>, most = 1000): KeptNumbers {
  const rows = numbers.length;
  const sorted = Float64Array.from(numbers).sort();
  const kept = Math.min(rows, most);
  const values = Array.from({ length: kept }, (_, j) => roundedUp(sorted[Math.ceil(((j + 1) * rows) / kept) - 1]!));
  return { rows, values };
}

/**
 * The number which at most a share `beyond` of new rows like these goes beyond: the ⌈(n + 1)(1 - beyond)⌉-th smallest, which is
 * what makes the promise hold for any n. Infinite where there are too few for it.
 */
export function numberBelow({ rows, values }: KeptNumbers, beyond: number): number {
  const place = placeOf(rows, beyond);
  if (place > rows) return Infinity;
  return values[Math.ceil((place * values.length) / rows) - 1]!;
}

/** Place, from 1, of that number among n. */
export function placeOf(n: number, beyond: number): number {
  return Math.ceil((n + 1) * (1 - beyond) - 1e-9);
}

/** The smallest share for which n rows suffice, rounded up to as many decimals as n is worth. */
export function smallestShare(n: number): number {
  const scale = 10 ** (String(n).length + 1);
  return Math.min(1, Math.ceil(scale / (n + 1)) / scale);
}

function roundedUp(value: number): number {
  return Math.ceil(value * 10 ** decimals) / 10 ** decimals;
}
