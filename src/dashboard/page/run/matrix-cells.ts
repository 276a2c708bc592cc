// A matrix of confusion as something to look at and walk through. Pure.

export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** With more classes than these a matrix shows those that are confused most, as it would be a carpet else. */
export const mostClasses = 20;

/** Positions of the classes that are shown: all, or those with the most pictures called wrong, in their own order. */
export function classesShown(matrix: readonly (readonly number[])[], most = mostClasses): readonly number[] {
  const all = matrix.map((_, at) => at);
  if (all.length <= most) return all;
  const wrong = all.map((at) => errorsOf(matrix, at));
  return [...all]
    .sort((a, b) => wrong[b]! - wrong[a]! || a - b)
    .slice(0, most)
    .sort((a, b) => a - b);
}

/** Pictures of a class called another, and of others called it. */
function errorsOf(matrix: readonly (readonly number[])[], at: number): number {
  const missed = matrix[at]!.reduce((sum, images, said) => sum + (said === at ? 0 : images), 0);
  return matrix.reduce((sum, row, truth) => sum + (truth === at ? 0 : row[at]!), missed);
}

/** Where a key leads from a cell of `size` rows and columns; null where it is not a key that moves. */
export function cellAfter(key: string, { row, column }: Cell, size: number): Cell | null {
  const inside = (at: number) => Math.min(size - 1, Math.max(0, at));
  if (key === "ArrowUp") return { row: inside(row - 1), column };
  if (key === "ArrowDown") return { row: inside(row + 1), column };
  if (key === "ArrowLeft") return { row, column: inside(column - 1) };
  if (key === "ArrowRight") return { row, column: inside(column + 1) };
  if (key === "Home") return { row, column: 0 };
  if (key === "End") return { row, column: size - 1 };
  if (key === "PageUp") return { row: 0, column };
  return key === "PageDown" ? { row: size - 1, column } : null;
}

export interface Confusion {
  readonly truth: number;
  readonly said: number;
  readonly images: number;
}

/** The confusions, the most frequent first. */
export function confusions(matrix: readonly (readonly number[])[]): readonly Confusion[] {
  return matrix
    .flatMap((row, truth) => row.map((images, said) => ({ truth, said, images })))
    .filter(({ truth, said, images }) => truth !== said && images > 0)
    .sort((a, b) => b.images - a.images);
}

/** Cell by cell, what a later matrix of the same classes has more. */
export function differences(
  before: readonly (readonly number[])[],
  after: readonly (readonly number[])[],
): readonly (readonly number[])[] {
  return after.map((row, truth) => row.map((images, said) => images - (before[truth]?.[said] ?? 0)));
}
