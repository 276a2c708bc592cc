// Running statistics of batch norms that normalise with the statistics of the batch: moved towards them after every step.

import type { FloatArray } from "../optimize/rule.ts";

export interface StatisticsMomentum {
  /** Share of the old value that stays, Keras' sense: new = momentum · old + (1 - momentum) · batch. */
  readonly momentum: number;
  /** Whether the batch's variance is divided by n (Keras) or by n - 1 (PyTorch) before it enters the running one. */
  readonly variance: "biased" | "unbiased";
}

/** Keras' layer defaults. PyTorch's are momentum 0.9 in this sense, and "unbiased". */
export const kerasStatistics: StatisticsMomentum = { momentum: 0.99, variance: "biased" };

/**
 * Moves the running mean and variance of one batch norm, in place.
 *
 * @param parameters - holds `<batchNorm>.running_mean` and `.running_var`
 * @param outputs - of the step: `mean:<batchNorm>` and `variance:<batchNorm>`, the latter divided by n
 * @param count - elements per channel that the statistics were taken over: batch · height · width
 */
export function moveStatistics(
  parameters: Readonly<Record<string, FloatArray>>,
  batchNorm: string,
  outputs: Readonly<Record<string, ArrayLike<number>>>,
  count: number,
  { momentum, variance }: StatisticsMomentum,
): void {
  const correction = variance === "unbiased" ? count / (count - 1) : 1;
  blend(parameters[`${batchNorm}.running_mean`]!, outputs[`mean:${batchNorm}`]!, momentum, 1);
  blend(parameters[`${batchNorm}.running_var`]!, outputs[`variance:${batchNorm}`]!, momentum, correction);
}

function blend(old: FloatArray, batch: ArrayLike<number>, momentum: number, factor: number): void {
  for (let i = 0; i < old.length; i++) old[i] = momentum * old[i]! + (1 - momentum) * factor * batch[i]!;
}
