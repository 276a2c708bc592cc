// Running statistics after one step, by PyTorch's rule and by Keras': the product's own update on the statistics of the
// batch that a program gave.

import type { BatchStatistics } from "../../src/compile/1-partition.ts";
import { moveStatistics, type StatisticsMomentum } from "../../src/train/statistics.ts";
import { type Check, exactly, notCovered, type Place, within } from "./check.ts";
import type { Values } from "./engine.ts";
import { type Numbers, normOf, relative, relativeError } from "./measure.ts";

export interface RunningStatisticsFixture {
  /** The rules in words, see `momentumOf`. */
  readonly pytorch: string;
  readonly keras: string;
  readonly layers: readonly {
    readonly name: string;
    readonly count: number;
    readonly batchMeanNorm: number;
    readonly batchVarNorm: number;
    readonly pytorch: Moved & { readonly running_mean: number; readonly running_var: number };
    readonly keras: Moved & { readonly moving_mean: number; readonly moving_variance: number };
  }[];
}

/** The first two elements; the norms have names of their own. */
interface Moved {
  readonly mean01: readonly number[];
  readonly var01: readonly number[];
}

/** What a program found: `mean:<batch norm>` and `variance:<batch norm>` among its outputs. */
export interface Found {
  readonly statistics: readonly BatchStatistics[];
  readonly outputs: Readonly<Record<string, Numbers>>;
  /** Before the step. */
  readonly parameters: Values;
}

/** "momentum 0.1: new = 0.9 * old + 0.1 * batch, variance of the batch with n - 1 in the denominator" */
export function momentumOf(text: string): StatisticsMomentum {
  const [, kept, denominator] = /: new = ([\d.]+) \* old \+ .* with (n|n - 1) in the denominator/.exec(text) ?? [];
  if (kept === undefined) return notCovered(`running statistics with "${text}"`);
  return { momentum: Number(kept), variance: denominator === "n" ? "biased" : "unbiased" };
}

export function* compareRunningStatistics(
  place: Place,
  { pytorch, keras, layers }: RunningStatisticsFixture,
  found: Found,
  limitOf: (batchNorm: string) => number,
): Generator<Check> {
  const { statistics, outputs } = found;
  yield exactly(
    place,
    "batch norms that use the batch",
    statistics.map(({ batchNorm, count }) => [batchNorm, count]),
    layers.map(({ name, count }) => [name, count]),
  );
  for (const layer of layers) {
    const tolerance = limitOf(layer.name);
    const batch = [relative(normOf(outputs[`mean:${layer.name}`]!), layer.batchMeanNorm)];
    batch.push(relative(normOf(outputs[`variance:${layer.name}`]!), layer.batchVarNorm));
    yield within(place, `statistics of the batch in ${layer.name}`, Math.max(...batch), tolerance);
    const ours = {
      pytorch: movedBy(found, layer.name, momentumOf(pytorch)),
      keras: movedBy(found, layer.name, momentumOf(keras)),
    };
    const { running_mean, running_var } = layer.pytorch;
    const { moving_mean, moving_variance } = layer.keras;
    const errors = [
      movedError(ours.pytorch, layer.pytorch, [running_mean, running_var]),
      movedError(ours.keras, layer.keras, [moving_mean, moving_variance]),
    ];
    yield within(place, `running statistics of ${layer.name}`, Math.max(...errors), tolerance);
  }
}

/** Running mean and variance of one batch norm after the step. */
export function movedBy(
  found: Found,
  batchNorm: string,
  rule: StatisticsMomentum,
): { mean: Numbers; variance: Numbers } {
  const [mean, variance] = ["running_mean", "running_var"].map((part) =>
    found.parameters.get(`${batchNorm}.${part}`)!.slice(),
  );
  const moving = { [`${batchNorm}.running_mean`]: mean!, [`${batchNorm}.running_var`]: variance! };
  const { count } = found.statistics.find((one) => one.batchNorm === batchNorm)!;
  moveStatistics(moving, batchNorm, found.outputs, count, rule);
  return { mean: mean!, variance: variance! };
}

function movedError(
  { mean, variance }: { readonly mean: Numbers; readonly variance: Numbers },
  { mean01, var01 }: Moved,
  [meanNorm, varianceNorm]: readonly [number, number],
): number {
  const shape = [mean.length];
  return Math.max(
    relativeError(mean, { shape, indices: [...mean01.keys()], values: mean01, norm: meanNorm }),
    relativeError(variance, { shape, indices: [...var01.keys()], values: var01, norm: varianceNorm }),
  );
}
