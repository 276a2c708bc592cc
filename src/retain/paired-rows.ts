// Rows of numbers of the same pictures, before and after a network has learned.

/**
 * How many rows there are.
 *
 * @param before - row-major [rows, width], and so is `after`
 * @throws a bug of ours when the two are not of as many rows, or of none
 */
export function pairedRows(before: ArrayLike<number>, after: ArrayLike<number>, width: number): number {
  const rows = before.length / width;
  if (before.length !== after.length || !Number.isInteger(rows) || rows === 0)
    throw new Error(`internal: ${before.length} and ${after.length} numbers are no rows of ${width} before and after`);
  return rows;
}
