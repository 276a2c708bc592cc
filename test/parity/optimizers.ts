// Measures optimizers, schedules and early stopping against the numbers of PyTorch, Keras and TensorFlow 1 in a fixture of
// the schema "optimizers/1", of any seed. What a fixture holds and this file does not know is an infinite error, never
// left out.

import { isBetter, newEarlyStopping, observeEpoch } from "../../src/optimize/early-stopping.ts";
import { type Config, translate } from "./library-config.ts";
import { type OptimizerCase, optimizerError } from "./optimizer-case.ts";
import { type ScheduleCase, scheduleError } from "./schedule-case.ts";

export interface OptimizersFixture {
  readonly initial: readonly number[];
  /** [step][element] */
  readonly gradients: readonly (readonly number[])[];
  readonly cases: readonly OptimizerCase[];
  readonly schedules: readonly ScheduleCase[];
  readonly earlyStopping: readonly EarlyStoppingCase[];
}

interface EarlyStoppingCase {
  readonly function: string;
  readonly config: Config;
  readonly metric: readonly number[];
  readonly result: Readonly<Record<string, number>>;
}

/** What one comparison found. `reason` says why there is nothing to compare; the error is infinite then. */
export interface Finding {
  readonly id: string;
  readonly error: number;
  readonly tolerance: number;
  readonly reason?: string;
}

const float64Tolerance = 1e-12;
const float32Tolerance = 2e-6;

/** Every case of the fixture; optimizers twice, with arrays of float64 and of float32. */
export function checkOptimizers(fixture: OptimizersFixture): readonly Finding[] {
  return [
    ...fixture.cases.flatMap((given) => [
      finding(`${given.id} float64`, float64Tolerance, () => optimizerError(given, fixture, Float64Array)),
      finding(`${given.id} float32`, float32Tolerance, () => optimizerError(given, fixture, Float32Array)),
    ]),
    ...fixture.schedules.map((given) =>
      finding(`${given.function}${JSON.stringify(given.config)}`, float64Tolerance, () => scheduleError(given)),
    ),
    ...fixture.earlyStopping.map((given) =>
      finding(`${given.function}${JSON.stringify(given.config)}`, 0, () => earlyStoppingError(given)),
    ),
  ];
}

function finding(id: string, tolerance: number, measure: () => number): Finding {
  try {
    return { id, error: measure(), tolerance };
  } catch (error) {
    return { id, error: Number.POSITIVE_INFINITY, tolerance, reason: String(error) };
  }
}

/** Keras's arguments under the names below, with Keras's defaults. */
interface KerasStopping {
  readonly mode: "min" | "max";
  readonly patience: number;
  readonly minDelta: number;
  readonly startFromEpoch: number;
  readonly restoreBest: boolean;
}

const kerasStopping: KerasStopping = {
  mode: "min",
  patience: 0,
  minDelta: 0,
  startFromEpoch: 0,
  restoreBest: false,
};

/** Keras counts epochs from 0, we from 1. Epochs that it does not look at are not shown to ours. */
function earlyStoppingError({ function: name, config, metric, result }: EarlyStoppingCase): number {
  if (name !== "keras.callbacks.EarlyStopping") throw new Error(`unknown function ${name}`);
  const names = {
    patience: "patience",
    min_delta: "minDelta",
    start_from_epoch: "startFromEpoch",
    restore_best_weights: "restoreBest",
    mode: "mode",
  };
  const said = { ...kerasStopping, ...translate<Partial<KerasStopping>>(config, names, ["monitor"]) };
  const { mode, patience, minDelta, startFromEpoch, restoreBest } = said;
  const improves = (now: number, best: number | undefined) => isBetter(now, best, mode, minDelta);
  let state = newEarlyStopping<number>();
  let lastEpoch = -1;
  for (const [epoch, value] of metric.entries()) {
    if (epoch >= startFromEpoch)
      state = observeEpoch({ improves, patience }, state, { epoch: epoch + 1, result: value });
    lastEpoch = epoch;
    if (state.stop) break;
  }
  const bestEpoch = state.best === undefined ? undefined : state.bestEpoch - 1;
  const found: Readonly<Record<string, number | undefined>> = {
    stoppedAfterEpoch: lastEpoch,
    stoppedEpochField: state.stop ? lastEpoch : 0,
    bestEpoch,
    best: state.best,
    weightsAfter: restoreBest ? (bestEpoch ?? lastEpoch) : lastEpoch,
  };
  return Math.max(...Object.entries(result).map(([field, value]) => distance(found[field], value)));
}

/** Infinite where one of the two is missing. */
function distance(found: number | undefined, wanted: number): number {
  return found === undefined ? Number.POSITIVE_INFINITY : Math.abs(found - wanted);
}
