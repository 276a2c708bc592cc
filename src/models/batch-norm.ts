// Batch norm in its two forms: with stored statistics (one operation, which the engine can fold into the convolution)
// and with the statistics of the batch (written out, so that the gradient passes through them).

import type { Builder } from "../ir/graph.ts";
import type { Value } from "../ir/ops.ts";
import { batchNormEpsilon } from "./card.ts";

/** What a batch norm learned of the batch it normalised: the material of its running statistics. */
export interface BatchStatistics {
  /** As in `features.20.branch0.bn`. */
  readonly batchNorm: string;
  /** [channels] */
  readonly mean: Value;
  /** [channels], biased: the sum of squares divided by `count`. */
  readonly variance: Value;
  /** Numbers behind each mean: batch x height x width. */
  readonly count: number;
}

/** gamma · (x - mean) / sqrt(variance + epsilon) + beta, with stored mean and variance. */
export function appendStoredNorm(g: Builder, x: Value, batchNorm: string): Value {
  const shape = [x.type.shape[1]!];
  const [gamma, beta, mean, variance] = ["weight", "bias", "running_mean", "running_var"].map((suffix) =>
    g.parameter({ name: `${batchNorm}.${suffix}`, shape }),
  );
  return g.batchNorm(x, gamma!, beta!, mean!, variance!, { epsilon: batchNormEpsilon });
}

/**
 * The same with the mean and the biased variance of the batch. The values are centred before they are squared, so that
 * a mean far from zero costs no digits.
 *
 * @param x - [batch, channels, height, width]
 */
export function appendBatchNorm(
  g: Builder,
  x: Value,
  batchNorm: string,
): { readonly output: Value; readonly statistics: BatchStatistics } {
  const [batch = 0, channels = 0, height = 0, width = 0] = x.type.shape;
  const count = batch * height * width;
  const shape = [1, channels, 1, 1];
  const constant = (value: number) => g.constant({ values: [value], shape });
  const average = (value: Value) => g.divide(g.sum(value, { axes: [0, 2, 3] }), constant(count)); // [1, channels, 1, 1]
  const learned = (suffix: string) =>
    g.reshape(g.parameter({ name: `${batchNorm}.${suffix}`, shape: [channels] }), { shape });

  const mean = average(x);
  const centred = g.subtract(x, mean);
  const variance = average(g.multiply(centred, centred));
  const deviation = g.sqrt(g.add(variance, constant(batchNormEpsilon)));
  const scale = g.divide(learned("weight"), deviation);
  const output = g.add(g.multiply(centred, scale), learned("bias"));
  const flat = (value: Value) => g.reshape(value, { shape: [channels] });
  return { output, statistics: { batchNorm, mean: flat(mean), variance: flat(variance), count } };
}
