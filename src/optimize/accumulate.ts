// A large batch in small pieces: gradients of k batches are averaged, and parameters change at every k-th batch. Keras's
// gradient_accumulation_steps; the mean is that of one large batch if all k batches have the same number of images.

import type { FloatArray } from "./rule.ts";

/** What has been added up since the last update. Its arrays are used again and again. */
export interface Accumulator {
  readonly every: number;
  /** Batches added since the last mean was given out. */
  count: number;
  sums: readonly FloatArray[];
}

/**
 * @param every - batches for one update, at least 1
 * @param unfinished - what a run that was stopped had added up
 */
export function newAccumulator(every: number, unfinished?: Pick<Accumulator, "count" | "sums">): Accumulator {
  return { every, count: unfinished?.count ?? 0, sums: unfinished?.sums ?? [] };
}

/**
 * Adds the gradients of one batch; at every k-th call returns the mean of the last k, else nothing.
 *
 * The mean lies in the accumulator's own arrays: it may be changed in place, and the next call overwrites it. Gradients
 * that wait at the end of an epoch stay for the next one, as in Keras.
 */
export function accumulate(
  accumulator: Accumulator,
  gradients: readonly FloatArray[],
): readonly FloatArray[] | undefined {
  const { every } = accumulator;
  if (every === 1) return gradients;
  if (accumulator.sums.length === 0) accumulator.sums = gradients.map((gradient) => gradient.slice());
  else for (const [at, sum] of accumulator.sums.entries()) include(sum, gradients[at]!, accumulator.count === 0);
  accumulator.count += 1;
  if (accumulator.count < every) return undefined;
  accumulator.count = 0;
  for (const sum of accumulator.sums) for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! / every;
  return accumulator.sums;
}

/** What a sum still holds when a new one begins is forgotten, whatever it is. */
function include(sum: FloatArray, gradient: FloatArray, begins: boolean): void {
  if (begins) sum.set(gradient);
  else for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + gradient[i]!;
}
