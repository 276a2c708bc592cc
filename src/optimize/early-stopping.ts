// When to stop, and which epoch's parameters to keep: Keras's EarlyStopping as a reducer. Keeping and restoring the
// parameters is the caller's work; the state says when.

export interface EarlyStopping {
  /** Whether a smaller or a larger metric is better. */
  readonly mode: "min" | "max";
  /** Epochs without improvement after which training stops. */
  readonly patience: number;
  /** Better by no more than this is no improvement. */
  readonly minDelta: number;
  /** Epochs before this one, counted from 0, are not looked at. */
  readonly startFromEpoch: number;
  /** Keep the parameters of the best epoch in the end, not those of the last. */
  readonly restoreBest: boolean;
}

export interface EarlyStoppingState {
  readonly best: number | undefined;
  readonly bestEpoch: number | undefined;
  readonly waited: number;
  /** Whether the epoch seen last is the best so far: its parameters are worth keeping. */
  readonly improved: boolean;
  readonly stop: boolean;
}

/** Completes early stopping with Keras's defaults, which stop at the first epoch without improvement. */
export function defineEarlyStopping(choice: Partial<EarlyStopping>): EarlyStopping {
  return { mode: "min", patience: 0, minDelta: 0, startFromEpoch: 0, restoreBest: false, ...choice };
}

export const newEarlyStopping: EarlyStoppingState = {
  best: undefined,
  bestEpoch: undefined,
  waited: 0,
  improved: false,
  stop: false,
};

/**
 * The state after epoch `epoch` (from 0), which ended with `metric`.
 *
 * As in Keras the first epoch never stops training. A metric which is not a number is no improvement.
 */
export function observeEpoch(
  { mode, patience, minDelta, startFromEpoch }: EarlyStopping,
  state: EarlyStoppingState,
  { epoch, metric }: { readonly epoch: number; readonly metric: number },
): EarlyStoppingState {
  if (epoch < startFromEpoch) return { ...state, improved: false };
  const improved = isBetter(metric, state.best, mode, minDelta);
  if (improved) return { best: metric, bestEpoch: epoch, waited: 0, improved, stop: false };
  const waited = state.waited + 1;
  return { ...state, waited, improved, stop: waited >= patience && epoch > 0 };
}

/** The epoch whose parameters the network holds after training that ended with `lastEpoch`. */
export function epochToKeep(
  { restoreBest }: EarlyStopping,
  { bestEpoch }: EarlyStoppingState,
  lastEpoch: number,
): number {
  return restoreBest ? (bestEpoch ?? lastEpoch) : lastEpoch;
}

function isBetter(metric: number, best: number | undefined, mode: EarlyStopping["mode"], minDelta: number): boolean {
  if (best === undefined) return !Number.isNaN(metric);
  return mode === "min" ? metric < best - minDelta : metric > best + minDelta;
}
