// Which trial comes next: successive halving (Jamieson and Talwalkar, 2016) over how much is unfrozen and how fast it
// learns, within a time. Pure: the same trials so far give the same next one, so that an interrupted search goes on where
// it was.
//
// Rung 0 tries amounts of unfreezing at the usual rate, from few to many, then the best amount at the other rates, each for
// a few epochs. What does best there gets the epochs it needs.

import type { TrialRecord, TrialSettings } from "../train/trial-record.ts";
import type { Cost } from "./cost.ts";

export interface SearchSpace {
  /** In the words of --unfreeze, from few to many. */
  readonly unfreeze: readonly string[];
  /** The usual one first. */
  readonly learningRates: readonly number[];
  /** Of each rung, rising. */
  readonly rungs: readonly number[];
  /** Whether every combination is tried, or other rates only where the usual one did best. */
  readonly grid: boolean;
}

export interface SearchState {
  readonly trials: readonly TrialRecord[];
  readonly secondsLeft: number;
  readonly costOf: (unfreeze: string) => Cost;
  /** Held-back pictures. */
  readonly heldBack: number;
}

export type NextTrial =
  | { readonly settings: TrialSettings; readonly rung: number }
  | { readonly settings: null; readonly because: "all tried" | "out of time" | "nothing gained" };

/** Of a rung, this share goes on to the next. */
const keptShare = 1 / 3;

export function nextTrial(space: SearchSpace, state: SearchState): NextTrial {
  let outOfTime = false;
  // a first trial is of no use where the one that it should lead to has no time
  const affordable = (settings: TrialSettings, rung: number) => {
    const { secondsPerEpoch } = state.costOf(settings.unfreeze);
    const later = space.rungs[rung + 1] ?? 0;
    const fits = secondsPerEpoch * (settings.epochs + later) <= state.secondsLeft;
    if (!fits) outOfTime = true;
    return fits;
  };
  for (const [rung, epochs] of space.rungs.entries()) {
    const before = rung === 0 ? [] : state.trials.filter((trial) => trial.rung === rung - 1);
    const wanted = rung === 0 ? firstRung(space, state) : promoted(before, space, state).map((s) => ({ ...s, epochs }));
    const open = wanted.filter((settings) => !state.trials.some((trial) => isOf(trial, settings, rung)));
    const next = open.find((settings) => affordable(settings, rung));
    if (next !== undefined) return { settings: next, rung };
    const done = state.trials.filter((trial) => trial.rung === rung);
    if (done.every(({ bestEpoch }) => bestEpoch === 0))
      return { settings: null, because: outOfTime ? "out of time" : "nothing gained" };
  }
  return { settings: null, because: outOfTime ? "out of time" : "all tried" };
}

/** Everything that the first rung holds so far: what comes later in it depends on what was found. */
function firstRung(space: SearchSpace, state: SearchState): readonly TrialSettings[] {
  const { unfreeze, learningRates, grid } = space;
  const [rate = 1e-3] = learningRates;
  const epochs = space.rungs[0]!;
  const combined = (amounts: readonly string[], rates: readonly number[]) =>
    amounts.flatMap((amount) => rates.map((learningRate) => ({ unfreeze: amount, learningRate, epochs })));
  if (grid) return combined(unfreeze, learningRates);
  const survey = combined(unfreeze, [rate]);
  const made = state.trials.filter((trial) => survey.some((settings) => isOf(trial, settings, 0)));
  const best = bestOf(made, state.heldBack);
  if (best === undefined || made.length < survey.length || best.bestEpoch === 0) return survey;
  const others = combined([best.settings.unfreeze], learningRates.slice(1));
  return [...survey, ...others];
}

/** Of a grid the best third; else the best, and the next best of another amount where chance may have parted them. */
function promoted(
  trials: readonly TrialRecord[],
  space: SearchSpace,
  { heldBack }: SearchState,
): readonly TrialSettings[] {
  const gained = trials.filter(({ bestEpoch }) => bestEpoch > 0);
  if (space.grid)
    return ranked(gained, heldBack)
      .slice(0, Math.ceil(gained.length * keptShare))
      .map(({ settings }) => settings);
  const [best, ...rest] = ranked(gained, heldBack);
  if (best === undefined) return [];
  const error = errorOf(best.accuracy, heldBack);
  const near = rest.find(
    ({ settings, accuracy }) => settings.unfreeze !== best.settings.unfreeze && accuracy >= best.accuracy - error,
  );
  return [best.settings, ...(near === undefined ? [] : [near.settings])];
}

/** The best first. Few held-back pictures tell accuracies poorly apart, so what lies within a standard error goes by loss. */
function ranked(trials: readonly TrialRecord[], heldBack: number): readonly TrialRecord[] {
  const rest = [...trials];
  const order: TrialRecord[] = [];
  while (rest.length > 0) {
    const top = Math.max(...rest.map(({ accuracy }) => accuracy));
    const near = rest.filter(({ accuracy }) => accuracy >= top - errorOf(top, heldBack));
    const next = near.reduce((a, b) => (b.loss < a.loss ? b : a));
    order.push(next);
    rest.splice(rest.indexOf(next), 1);
  }
  return order;
}

/** Standard error of an accuracy. */
function errorOf(accuracy: number, images: number): number {
  return Math.sqrt((accuracy * (1 - accuracy)) / Math.max(images, 1));
}

export function bestOf(trials: readonly TrialRecord[], heldBack: number): TrialRecord | undefined {
  return ranked(trials, heldBack)[0];
}

function isOf(trial: TrialRecord, settings: TrialSettings, rung: number): boolean {
  const { unfreeze, learningRate } = trial.settings;
  return trial.rung === rung && unfreeze === settings.unfreeze && learningRate === settings.learningRate;
}
