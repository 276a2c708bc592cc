// Whether pictures of one class already lie together in the features of a network, before anything has learned. A number to
// be shown: a linear head may tell classes apart whose pictures are nobody's nearest neighbours.

import { fourProducts } from "../dot-products.ts";
import { shuffled, stream } from "../random.ts";

const mostAsked = 2000;
/** Rows that all asked ones are compared with before the next come, so that they stay in the processor's cache. Even. */
const rowsAtOnce = 32;

/** For each asked row its k nearest others, the nearest first: cosines, and row numbers, -1 where there are too few. */
interface Nearest {
  readonly k: number;
  readonly cosines: Float64Array;
  readonly rows: Int32Array;
}

/**
 * Share of the rows whose class is that of most of their k nearest others by cosine; of equally many, the class with the
 * nearest one; of equally near rows, the first. At most 2,000 rows are asked, drawn from the seed; all are answered by all.
 *
 * @param features - row-major [rows, width]
 * @throws a bug of ours when features and labels do not fit together, or nobody has a neighbour
 */
export function neighbourAccuracy(
  features: Float32Array,
  width: number,
  labels: ArrayLike<number>,
  k = 5,
  seed = 0,
): number {
  const rows = labels.length;
  if (rows < 2 || features.length !== rows * width)
    throw new Error(`internal: ${features.length} features are not ${rows} rows of ${width}, at least two`);
  const asked = shuffled(rows, stream(seed, "neighbours")).subarray(0, mostAsked);
  const nearest = nearestOf(asked, features, width, k);
  let right = 0;
  for (const [i, row] of asked.entries()) {
    const others = Array.from(nearest.rows.subarray(i * k, (i + 1) * k)).filter((other) => other >= 0);
    if (majority(others.map((other) => labels[other]!)) === labels[row]) right += 1;
  }
  return right / asked.length;
}

function nearestOf(asked: Uint32Array, features: Float32Array, width: number, k: number): Nearest {
  const rows = features.length / width;
  const nearest = {
    k,
    cosines: new Float64Array(asked.length * k).fill(-Infinity),
    rows: new Int32Array(asked.length * k).fill(-1),
  };
  const questions = unitRows(features, width, asked);
  const products = new Float64Array(4);
  for (let from = 0; from < rows; from += rowsAtOnce) {
    const block = Uint32Array.from({ length: Math.min(rowsAtOnce, rows - from) }, (_, i) => from + i);
    const answers = unitRows(features, width, block);
    for (let i = 0; i < asked.length; i += 2)
      for (let j = 0; j < block.length; j += 2) {
        fourProducts(questions, i * width, answers, j * width, width, products);
        for (let at = 0; at < 4; at++) {
          const [question, answer] = [i + (at >> 1), j + (at & 1)];
          if (question < asked.length && answer < block.length && asked[question] !== block[answer])
            keepNearest(nearest, question, block[answer]!, products[at]!);
        }
      }
  }
  return nearest;
}

/** Rows come in rising order, so of equally near ones the first stays in front. */
function keepNearest({ k, cosines, rows }: Nearest, question: number, row: number, cosine: number): void {
  const first = question * k;
  let at = first + k - 1;
  if (!(cosine > cosines[at]!)) return;
  for (; at > first && cosine > cosines[at - 1]!; at--) {
    cosines[at] = cosines[at - 1]!;
    rows[at] = rows[at - 1]!;
  }
  cosines[at] = cosine;
  rows[at] = row;
}

/** Classes from the nearest on: the most frequent, of equals the one met first. */
function majority(classes: readonly number[]): number | undefined {
  const votes = new Map<number, number>();
  for (const one of classes) votes.set(one, (votes.get(one) ?? 0) + 1);
  const most = Math.max(...votes.values());
  return classes.find((one) => votes.get(one) === most);
}

/**
 * These rows with length 1, and one of zeros more where they are odd. A row of zeros stays one: as near to all others as what
 * is at right angles to them.
 */
function unitRows(features: Float32Array, width: number, rows: Uint32Array): Float64Array {
  const result = new Float64Array((rows.length + (rows.length % 2)) * width);
  for (const [i, row] of rows.entries()) {
    const own = features.subarray(row * width, (row + 1) * width);
    const norm = Math.sqrt(own.reduce((total, value) => total + value * value, 0));
    if (norm > 0) for (let j = 0; j < width; j++) result[i * width + j] = own[j]! / norm;
  }
  return result;
}
