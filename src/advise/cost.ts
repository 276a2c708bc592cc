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
export type Costs = (unfreeze: string, trials: readonly TrialRecord[]) => Cost;

/** An image that is learnt from passes forwards and twice backwards; one that is held back forwards. */
const passes = { learnt: 3, heldBack: 1 };

/**
 * @param pace - images in a second through the whole network
 */
export function costsOf(open: Pick<OpenRun, "config" | "network" | "data">, pace: number): Costs {
  const { network, data } = open;
  const { size } = network.format;
  const { boundaries, macs } = networkCost(network.width, [size, size]);
  const known = new Map<string, number>();
  /** Of an epoch, in passes of an image through the whole network. */
  const operations = (unfreeze: string): number => {
    const found = known.get(unfreeze);
    if (found !== undefined) return found;
    const { boundary } = planOf(open, { unfreeze, learningRate: 1, epochs: 1 });
    const { macsBehind } = boundaries.find(({ name }) => name === boundary)!;
    const images = passes.learnt * data.train.length + passes.heldBack * data.validation.length;
    known.set(unfreeze, (macsBehind / macs) * images);
    return known.get(unfreeze)!;
  };
  return (unfreeze, trials) => {
    const made = trials.filter(({ epochsDone }) => epochsDone.length > 0);
    const own = made.filter(({ settings }) => settings.unfreeze === unfreeze);
    if (own.length > 0) return { secondsPerEpoch: mean(own.map((trial) => trial.secondsPerEpoch)), measured: true };
    // Each of these counts something twice, the pace reading pictures, a light trial what every step costs: the least is
    // nearest.
    const estimates = made.map(
      ({ settings, secondsPerEpoch }) => (secondsPerEpoch * operations(unfreeze)) / operations(settings.unfreeze),
    );
    return { secondsPerEpoch: Math.min(operations(unfreeze) / pace, ...estimates), measured: false };
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
