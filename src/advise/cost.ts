// What an epoch of a trial costs: measured where one with the same part of the network has run, else by its operations and
// the pace of those that have. Pure.

import { networkCost } from "../models/cost.ts";
import type { OpenRun } from "../train/open-run.ts";
import type { TrialRecord } from "../train/trial-record.ts";
import { planOf } from "./run-trial.ts";

export interface Cost {
  readonly secondsPerEpoch: number;
  /** Whether a trial has told, or only its number of operations. */
  readonly measured: boolean;
}

/** Cost of an epoch by what is unfrozen, from the trials so far. */
export type Costs = (unfreeze: string, trials: readonly TrialRecord[]) => Cost | undefined;

/** An image that is learnt from passes forwards and twice backwards; one that is held back forwards. */
const passes = { learnt: 3, heldBack: 1 };

export function costsOf(open: Pick<OpenRun, "config" | "network" | "data">): Costs {
  const { network, data } = open;
  const { size } = network.format;
  const { boundaries } = networkCost(network.width, [size, size]);
  const known = new Map<string, number>();
  const operations = (unfreeze: string): number => {
    const found = known.get(unfreeze);
    if (found !== undefined) return found;
    const { boundary } = planOf(open, { unfreeze, learningRate: 1, epochs: 1 });
    const { macsBehind } = boundaries.find(({ name }) => name === boundary)!;
    const images = passes.learnt * data.train.length + passes.heldBack * data.validation.length;
    const total = macsBehind * images;
    known.set(unfreeze, total);
    return total;
  };
  return (unfreeze, trials) => {
    const own = trials.filter((trial) => trial.settings.unfreeze === unfreeze && trial.epochsDone.length > 0);
    if (own.length > 0) return { secondsPerEpoch: mean(own.map((trial) => trial.secondsPerEpoch)), measured: true };
    const others = trials.filter((trial) => trial.epochsDone.length > 0);
    if (others.length === 0) return undefined;
    // the trial with the most operations says most about one that has still more
    const heaviest = others.reduce((a, b) =>
      operations(b.settings.unfreeze) > operations(a.settings.unfreeze) ? b : a,
    );
    const ratio = operations(unfreeze) / operations(heaviest.settings.unfreeze);
    return { secondsPerEpoch: heaviest.secondsPerEpoch * ratio, measured: false };
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
