// How much doubt a model can be asked for, from the number of pictures that were held back for it: a share of one in a hundred
// cannot be told from sixty. Pure.

export interface AskedDoubts {
  /** Of pictures like the held-back ones, the share that may be called unlike them; absent where too few were held back. */
  readonly reject?: number;
  /** How often the set of classes that is named shall hold the true one. */
  readonly coverage?: number;
}

const wanted = { reject: 0.01, coverage: 0.95 };
/** A share of more would reject too much to be of use. */
const mostRejected = 0.05;

/** What comes nearest to what is wanted and can be promised. */
export function doubtsFor(heldBack: number): AskedDoubts {
  const smallest = smallestShare(heldBack);
  return {
    ...(smallest <= mostRejected && { reject: Math.max(wanted.reject, smallest) }),
    ...(smallest <= 1 - wanted.coverage && { coverage: wanted.coverage }),
  };
}

/** One picture of those there are and the new one, in whole hundredths or thousandths. */
function smallestShare(heldBack: number): number {
  const scale = heldBack < 100 ? 100 : 1000;
  return Math.ceil(scale / (heldBack + 1)) / scale;
}
