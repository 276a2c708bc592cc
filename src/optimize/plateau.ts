// Lowers the learning rate when a metric no longer improves: ReduceLROnPlateau of Keras and of PyTorch. A reducer: from the
// state so far and the metric of an epoch to the next state; the state holds the rate.

export interface Plateau {
  readonly definition: "keras" | "pytorch";
  /** Whether a smaller or a larger metric is better. */
  readonly mode: "min" | "max";
  readonly factor: number;
  /** Epochs without improvement: Keras lowers the rate in the epoch that makes them full, PyTorch in the one after. */
  readonly patience: number;
  /** What counts as improvement: better by more than this, or with "relative" by this share of the best. */
  readonly threshold: number;
  readonly thresholdMode: "absolute" | "relative";
  /** Epochs after a change in which nothing is counted. */
  readonly cooldown: number;
  readonly floor: number;
}

export interface PlateauState {
  readonly rate: number;
  readonly best: number;
  /** Epochs without improvement so far. */
  readonly waited: number;
  /** Epochs of cooling down to come. */
  readonly cooling: number;
}

const libraryDefaults = {
  keras: { factor: 0.1, patience: 10, threshold: 1e-4, thresholdMode: "absolute", cooldown: 0, floor: 0 },
  pytorch: { factor: 0.1, patience: 10, threshold: 1e-4, thresholdMode: "relative", cooldown: 0, floor: 0 },
} as const;

/** Completes a plateau rule with the defaults of its library. Keras has no relative threshold. */
export function definePlateau(choice: Pick<Plateau, "definition"> & Partial<Plateau>): Plateau {
  return { mode: "min", ...libraryDefaults[choice.definition], ...choice };
}

export function newPlateau({ mode }: Plateau, rate: number): PlateauState {
  return { rate, best: mode === "min" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY, waited: 0, cooling: 0 };
}

/** The state after an epoch that ended with `metric`. A metric which is not a number is no improvement. */
export function observePlateau(plateau: Plateau, state: PlateauState, metric: number): PlateauState {
  return plateau.definition === "keras" ? asKeras(plateau, state, metric) : asPyTorch(plateau, state, metric);
}

function asKeras(plateau: Plateau, { rate, best, ...before }: PlateauState, metric: number): PlateauState {
  const cooling = Math.max(0, before.cooling - 1);
  const waited = before.cooling > 0 ? 0 : before.waited;
  if (improves(plateau, metric, best)) return { rate, best: metric, waited: 0, cooling };
  if (cooling > 0) return { rate, best, waited, cooling };
  if (waited + 1 < plateau.patience || rate <= plateau.floor) return { rate, best, waited: waited + 1, cooling };
  return { rate: lowered(plateau, rate), best, waited: 0, cooling: plateau.cooldown };
}

function asPyTorch(plateau: Plateau, { rate, ...before }: PlateauState, metric: number): PlateauState {
  const better = improves(plateau, metric, before.best);
  const best = better ? metric : before.best;
  const waited = better || before.cooling > 0 ? 0 : before.waited + 1;
  const cooling = Math.max(0, before.cooling - 1);
  if (waited <= plateau.patience) return { rate, best, waited, cooling };
  const next = lowered(plateau, rate);
  return { rate: rate - next > smallestChange ? next : rate, best, waited: 0, cooling: plateau.cooldown };
}

/** PyTorch leaves the rate alone where it would change by no more than this. */
const smallestChange = 1e-8;

function lowered({ factor, floor }: Plateau, rate: number): number {
  return Math.max(rate * factor, floor);
}

function improves({ mode, threshold, thresholdMode }: Plateau, metric: number, best: number): boolean {
  if (!Number.isFinite(best)) return !Number.isNaN(metric);
  const sign = mode === "min" ? -1 : 1;
  const needed = thresholdMode === "relative" ? best * (1 + sign * threshold) : best + sign * threshold;
  return mode === "min" ? metric < needed : metric > needed;
}
