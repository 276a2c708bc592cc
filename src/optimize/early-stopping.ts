// When to stop, and which epoch is the best: Keras's EarlyStopping as a reducer, over results of any kind. Keeping and
// restoring the parameters is the caller's work; the state says when.

export interface EarlyStopping<Result> {
  /** Whether a result improves on the best one so far; without one, whether it is a result at all. */
  readonly improves: (now: Result, best: Result | undefined) => boolean;
  /** Epochs without improvement after which training stops; null for never. */
  readonly patience: number | null;
}

export interface EarlyStoppingState<Result> {
  readonly best: Result | undefined;
  /** From 1; 0 while no epoch has improved on what there was before. */
  readonly bestEpoch: number;
  /** Epochs since the best one. */
  readonly waited: number;
  /** Whether the epoch seen last is the best so far: its parameters are worth keeping. */
  readonly improved: boolean;
  readonly stop: boolean;
}

/**
 * The state before the first epoch.
 *
 * @param best - a result that epochs have to beat, Keras's `baseline`
 */
export function newEarlyStopping<Result>(best?: Result): EarlyStoppingState<Result> {
  return { best, bestEpoch: 0, waited: 0, improved: false, stop: false };
}

/** The state after epoch `epoch` (from 1), which ended with `result`. As in Keras the first epoch never stops training. */
export function observeEpoch<Result>(
  { improves, patience }: EarlyStopping<Result>,
  state: EarlyStoppingState<Result>,
  { epoch, result }: { readonly epoch: number; readonly result: Result },
): EarlyStoppingState<Result> {
  if (improves(result, state.best)) return { ...newEarlyStopping(result), bestEpoch: epoch, improved: true };
  const waited = state.waited + 1;
  const stop = patience !== null && waited >= patience && epoch > 1;
  return { ...state, waited, improved: false, stop };
}

/** Whether one number improves on another by more than `minDelta`. What is not a number never does. */
export function isBetter(now: number, best: number | undefined, mode: "min" | "max", minDelta = 0): boolean {
  if (best === undefined) return !Number.isNaN(now);
  return mode === "min" ? now < best - minDelta : now > best + minDelta;
}
