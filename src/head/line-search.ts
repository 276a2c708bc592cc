// How far to go along a direction: a step that meets the strong Wolfe conditions. It asks for values and slopes and
// computes none itself. It refuses nothing: where rounding leaves no such step it says so by undefined.

/** The function along the direction: its value and its derivative at one step. */
export interface Along {
  readonly value: number;
  readonly slope: number;
}

/** Share of the promised decrease that a step must bring, and share of the slope that may be left. */
const [decrease, curvature] = [1e-4, 0.9];
const longestSearch = 25;

/**
 * Yields steps at which it wants to know the function, and returns the last of them, which
 *
 *   value <= value(0) + 1e-4 · step · slope(0)   and   |slope| <= 0.9 · |slope(0)|
 *
 * hold for. Between a step that is low enough but still falls and one that is too high or rises lies such a step, so the
 * two are moved together, by cubic interpolation and never by less than a tenth.
 *
 * Near the minimum a decrease is smaller than what rounding does to the value. A value that is higher by `noise` therefore
 * still counts as lower, and the slope alone decides (Hager and Zhang's approximate conditions).
 *
 * @param start - at step 0; the slope is negative
 * @param first - the step tried first
 * @returns undefined when none was found in 25 trials
 */
export function* searchLine(start: Along, first: number, noise: number): Generator<number, number | undefined, Along> {
  let low = { step: 0, ...start };
  let high: ({ readonly step: number } & Along) | undefined;
  let step = first;
  for (let trial = 0; trial < longestSearch; trial++) {
    const found = { step, ...(yield step) };
    const lower = found.value <= start.value + decrease * step * start.slope + noise;
    if (!lower || !Number.isFinite(found.slope)) high = found;
    else if (Math.abs(found.slope) <= curvature * Math.abs(start.slope)) return step;
    else if (found.slope > 0) high = found;
    else low = found;
    step = high === undefined ? 4 * step : between(low, high);
    if (step === low.step || step === high?.step) return undefined;
  }
  return undefined;
}

/** The minimum of the cubic through two values and slopes, kept a tenth of the interval away from its ends. */
function between(low: { readonly step: number } & Along, high: { readonly step: number } & Along): number {
  const width = high.step - low.step;
  const d1 = low.slope + high.slope - (3 * (high.value - low.value)) / width;
  const d2 = Math.sqrt(d1 * d1 - low.slope * high.slope);
  const share = 1 - (high.slope + d2 - d1) / (high.slope - low.slope + 2 * d2);
  return low.step + width * (Number.isFinite(share) ? Math.min(0.9, Math.max(0.1, share)) : 0.5);
}
