// Numbers for tests: drawn from seeded streams, compared with the size of what is compared.

import type { Stream } from "../../src/random.ts";

/** `count` numbers, uniform in [low, high). */
export function uniform(random: Stream, count: number, low = -1, high = 1): Float64Array {
  return Float64Array.from({ length: count }, () => low + (high - low) * random());
}

/** A whole number from `low` to `high`, both included. */
export function whole(random: Stream, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

/** `count` numbers of which any two are at least `gap` apart, and at least `gap` / 2 from zero, in random order. */
export function apart(random: Stream, count: number, gap = 0.1): Float64Array {
  const values = Float64Array.from({ length: count }, (_, i) => (i - Math.floor(count / 2) + 0.5) * gap);
  for (let last = count - 1; last > 0; last--) {
    const other = whole(random, 0, last);
    [values[last], values[other]] = [values[other]!, values[last]!];
  }
  return values;
}

/** Largest difference of two tensors over the largest magnitude in `expected`, or over 1 where that is smaller. */
export function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [worst, largest] = [0, 1];
  for (let i = 0; i < expected.length; i++) {
    const gap = Math.abs(actual[i]! - expected[i]!);
    if (Number.isNaN(gap)) return Number.POSITIVE_INFINITY;
    worst = Math.max(worst, gap);
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return worst / largest;
}

/** The largest `difference` among outputs of the same names; infinite where the names differ. */
export function differenceOfAll(
  actual: Readonly<Record<string, ArrayLike<number>>>,
  expected: Readonly<Record<string, ArrayLike<number>>>,
): number {
  const names = Object.keys(expected);
  if (Object.keys(actual).join() !== names.join()) return Number.POSITIVE_INFINITY;
  return Math.max(...names.map((name) => difference(actual[name]!, expected[name]!)));
}
