// Which rows are held back together in a cross-validation. Pure: it sees labels and the hashes of contents, so the answer
// does not depend on the order of the rows or on where a folder lies. Copies of one content never stand on both sides.

import { stream } from "../random.ts";

export interface FoldOptions {
  /** Number of folds, at least 2. */
  readonly folds: number;
  readonly seed: number;
  /**
   * For each row the name of what it belongs to: the hash of its content, or of the burst, patient or place that it comes
   * from. Rows of one name share a fold. Without names each row stands alone, under its number.
   */
  readonly groups?: readonly string[] | undefined;
}

interface Group {
  readonly rows: number[];
  /** Where chance puts the group among those of its size. */
  readonly u: number;
  readonly name: string;
}

/**
 * The fold of each row. Every class is spread as evenly over the folds as its groups allow.
 *
 * Groups are dealt out from the largest to the smallest, those of one size in the order of a number drawn from the seed and
 * the name. Each goes to the fold that has the fewest rows of its classes so far, then to the one with the fewest rows.
 */
export function assignFolds(labels: ArrayLike<number>, { folds, seed, groups }: FoldOptions): Uint8Array {
  const classes = Array.from(labels).reduce((most, label) => Math.max(most, label + 1), 0);
  const ofClass = Array.from({ length: folds }, () => new Uint32Array(classes));
  const inFold = new Uint32Array(folds);
  const assigned = new Uint8Array(labels.length);
  for (const { rows } of dealt(labels, seed, groups)) {
    const crowd = (fold: number) => rows.reduce((total, row) => total + ofClass[fold]![labels[row]!]!, 0);
    const crowds = Array.from({ length: folds }, (_, fold) => crowd(fold));
    let best = 0;
    for (let fold = 1; fold < folds; fold++)
      if (crowds[fold]! < crowds[best]! || (crowds[fold] === crowds[best] && inFold[fold]! < inFold[best]!))
        best = fold;
    for (const row of rows) {
      const label = labels[row]!;
      ofClass[best]![label] = ofClass[best]![label]! + 1;
      assigned[row] = best;
    }
    inFold[best] = inFold[best]! + rows.length;
  }
  return assigned;
}

/** The groups in the order in which they are dealt out. */
function dealt(labels: ArrayLike<number>, seed: number, names?: readonly string[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (let row = 0; row < labels.length; row++) {
    const name = names?.[row] ?? String(row);
    const known = groups.get(name);
    if (known !== undefined) known.rows.push(row);
    else groups.set(name, { rows: [row], u: stream(seed, `fold:${name}`)(), name });
  }
  return [...groups.values()].sort(
    (left, right) => right.rows.length - left.rows.length || left.u - right.u || (left.name < right.name ? -1 : 1),
  );
}
