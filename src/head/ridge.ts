// The penalty on squared weights, added to what the data say. The biases are free of it, as everywhere. A member of a
// cross-validation has coordinates that all members share, so its own standardisation is in the penalty of each feature.

import type { Asking, LbfgsOptions, Minimum } from "./lbfgs.ts";
import { lbfgs } from "./lbfgs.ts";
import type { DataEvaluation } from "./objective.ts";
import { sum } from "./objective.ts";
import type { ColumnStatistics } from "./standardise.ts";

/** One classifier to be fitted: which rows count, and how dear the weights of each feature are. */
export interface Member {
  readonly classes: number;
  readonly rowWeights: Float64Array;
  /** [width] */
  readonly penalty: Float64Array;
}

export interface FitOptions extends Pick<LbfgsOptions, "tolerance" | "iterations"> {
  /** Error of the objective's values by rounding, as a share of them. */
  readonly rounding: number;
}

/**
 * What ½ w² of a member's own weights is in the shared coordinates u = w · shared.scale: own.scale² / shared.scale² · ½ u²
 * for one that standardises by its own statistics, and 1 / shared.scale² · ½ u² for one that does not standardise. The
 * means do not matter, since the biases are free.
 */
export function penaltyOf(shared: ColumnStatistics, own: ColumnStatistics | undefined): Float64Array {
  return shared.scale.map((scale, j) => ((own?.scale[j] ?? 1) / scale) ** 2);
}

/**
 * Fits a member at one strength λ: the minimum of
 *
 *   Σ s · CE / Σ s + λ / (2 Σ s) · Σ penalty · u²
 *
 * which is scikit-learn's objective with C = 1 / λ, divided by C Σ s; the tolerance is on the gradient of this.
 */
export function* fitAt(
  strength: number,
  start: Float64Array,
  { classes, rowWeights, penalty }: Member,
  options: FitOptions,
): Asking<Minimum<DataEvaluation>, DataEvaluation> {
  const ridge = penalty.map((dear) => (strength * dear) / sum(rowWeights));
  const curvature = curvatureOf(ridge, classes);
  const minimising = lbfgs<DataEvaluation>(start, { ...options, curvature });
  let asked = minimising.next();
  while (!asked.done) {
    const point = asked.value;
    asked = minimising.next(withRidge(point, yield point, ridge, classes));
  }
  return asked.value;
}

/** Adds ½ Σ ridge · u² and its gradient to what the data say. */
function withRidge(point: Float64Array, data: DataEvaluation, ridge: Float64Array, classes: number): DataEvaluation {
  const width = ridge.length;
  const gradient = data.gradient.slice();
  let squares = 0;
  for (let k = 0, i = 0; k < classes; k++)
    for (let j = 0; j < width; j++, i++) {
      const pull = ridge[j]! * point[i]!;
      squares += pull * point[i]!;
      gradient[i] = gradient[i]! + pull;
    }
  return { ...data, value: data.value + squares / 2, gradient };
}

/** Diagonal of the Hessian where all classes are equally likely and features have deviation 1: p (1 - p), and the ridge. */
function curvatureOf(ridge: Float64Array, classes: number): Float64Array {
  const width = ridge.length;
  const ofData = (classes - 1) / classes ** 2;
  return Float64Array.from({ length: classes * (width + 1) }, (_, i) =>
    i < classes * width ? ofData + ridge[i % width]! : ofData,
  );
}
