// How far a tensor is from what a fixture tells of it: a norm or a distribution, and samples at flat row-major positions.

export type Numbers = ArrayLike<number>;

export interface Samples {
  readonly shape: readonly number[];
  readonly indices: readonly number[];
  readonly values: readonly number[];
}

export interface SampledByNorm extends Samples {
  /** L2. */
  readonly norm: number;
}

export interface SampledByMoments extends Samples {
  readonly mean: number;
  /** Of the population. */
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Relative L2 error of a tensor, as well as a fixture lets it be known: the larger of what the norm says,
 * | |a| - |b| | / |b|, and what k samples of n elements say, sqrt(n / k Σ (a - b)²) / |b|.
 */
export function relativeError(tensor: Numbers, { shape, norm, indices, values }: SampledByNorm): number {
  if (tensor.length !== count(shape)) return Number.POSITIVE_INFINITY;
  const squares = values.reduce((total, value, k) => total + (tensor[indices[k]!]! - value) ** 2, 0);
  const sampled = Math.sqrt((squares * tensor.length) / Math.max(values.length, 1));
  return largest([normOf(tensor) - norm, sampled]) / (norm === 0 ? 1 : norm);
}

/** Largest difference of the samples. */
export function sampleError(tensor: Numbers, { shape, indices, values }: Samples): number {
  if (tensor.length !== count(shape)) return Number.POSITIVE_INFINITY;
  return largest(values.map((value, k) => tensor[indices[k]!]! - value));
}

/** Largest difference of mean, deviation, minimum, maximum and samples, as a share of the rms. */
export function momentsError(tensor: Numbers, expected: SampledByMoments): number {
  const { mean, std, min, max } = momentsOf(tensor);
  const moments = [mean - expected.mean, std - expected.std, min - expected.min, max - expected.max];
  return largest([...moments, sampleError(tensor, expected)]) / Math.hypot(expected.mean, expected.std);
}

/** Largest difference of two lists of numbers; infinite where they are not of one length. */
export function worstDifference(actual: Numbers, expected: Numbers): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  return largest(Array.from(expected, (value, i) => actual[i]! - value));
}

export function relative(actual: number, expected: number): number {
  return Math.abs(actual - expected) / Math.abs(expected);
}

export function normOf(tensor: Numbers): number {
  let total = 0;
  for (let i = 0; i < tensor.length; i++) total += tensor[i]! ** 2;
  return Math.sqrt(total);
}

/** L2 norm of all tensors together. */
export function normOfAll(tensors: Iterable<Numbers>): number {
  return Math.hypot(...Array.from(tensors, normOf));
}

export function rmsOf(tensor: Numbers): number {
  return normOf(tensor) / Math.sqrt(tensor.length);
}

export function sameBits(left: Numbers, right: Numbers): boolean {
  return left.length === right.length && Array.from(left).every((value, i) => Object.is(value, right[i]));
}

function momentsOf(tensor: Numbers) {
  let [sum, min, max] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < tensor.length; i++) {
    sum += tensor[i]!;
    min = Math.min(min, tensor[i]!);
    max = Math.max(max, tensor[i]!);
  }
  const mean = sum / tensor.length;
  let squares = 0;
  for (let i = 0; i < tensor.length; i++) squares += (tensor[i]! - mean) ** 2;
  return { mean, std: Math.sqrt(squares / tensor.length), min, max };
}

/** Largest magnitude; NaN if one of the numbers is. */
function largest(differences: readonly number[]): number {
  return differences.reduce((worst, value) => (Number.isNaN(value) ? value : Math.max(worst, Math.abs(value))), 0);
}

function count(shape: readonly number[]): number {
  return shape.reduce((total, axis) => total * axis, 1);
}
