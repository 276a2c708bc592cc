// PyTorch's OneCycleLR (Smith, 1708.07120): the learning rate goes up and comes down far below where it began, and
// momentum does the opposite.

export interface OneCycle {
  readonly peak: number;
  /** Of the whole cycle. */
  readonly steps: number;
  /** Share of the steps in which the rate rises. */
  readonly rise?: number;
  /** The first rate is peak / startDivisor, the last the first rate / endDivisor. */
  readonly startDivisor?: number;
  readonly endDivisor?: number;
  readonly shape?: "cosine" | "linear";
  /** Comes down as long as it went up, and then goes out to the last rate; else it comes down to the last rate at once. */
  readonly threePhase?: boolean;
  readonly momentum?: { readonly low: number; readonly high: number };
}

interface Phase {
  /** The step at which it ends, a fraction perhaps. */
  readonly end: number;
  readonly rates: readonly [from: number, to: number];
  readonly momenta: readonly [from: number, to: number];
}

/** Learning rate and momentum at a step, from 0. After the last step both stay as they are. */
export function oneCycleAt(cycle: OneCycle, step: number): { readonly rate: number; readonly momentum: number } {
  const { steps, shape = "cosine" } = cycle;
  const along = shape === "cosine" ? cosine : linear;
  const now = Math.min(step, steps - 1);
  let start = 0;
  for (const { end, rates, momenta } of phases(cycle)) {
    if (now <= end) {
      const part = end > start ? (now - start) / (end - start) : 1;
      return { rate: along(rates, part), momentum: along(momenta, part) };
    }
    start = end;
  }
  throw new Error("internal: no phase of the cycle holds its last step");
}

function phases({
  peak,
  steps,
  rise = 0.3,
  startDivisor = 25,
  endDivisor = 1e4,
  threePhase = false,
  ...more
}: OneCycle) {
  const { low, high } = more.momentum ?? { low: 0.85, high: 0.95 };
  const first = peak / startDivisor;
  const last = first / endDivisor;
  const up: Phase = { end: rise * steps - 1, rates: [first, peak], momenta: [high, low] };
  const end = steps - 1;
  if (!threePhase) return [up, { end, rates: [peak, last], momenta: [low, high] }] satisfies readonly Phase[];
  return [
    up,
    { end: 2 * rise * steps - 2, rates: [peak, first], momenta: [low, high] },
    { end, rates: [first, last], momenta: [high, high] },
  ] satisfies readonly Phase[];
}

function cosine([from, to]: readonly [number, number], part: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * part))) / 2;
}

function linear([from, to]: readonly [number, number], part: number): number {
  return from + (to - from) * part;
}
