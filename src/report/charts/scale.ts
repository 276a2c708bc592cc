// From numbers to places on an axis, and where an axis has its ticks. Takes any finite number; what is none has no place.

export interface Scale {
  readonly from: number;
  readonly to: number;
  /** Place of a value, in units of the picture. */
  place(value: number): number;
  /** Round values from `from` to `to`, rising. */
  readonly ticks: readonly number[];
  /** Distance of two ticks. */
  readonly step: number;
}

/** Larger numbers are taken for this one: a difference of two of them is still a number. */
const largest = 1e300;

export function isNumber(value: number | null | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/**
 * A linear scale whose ends are round values on both sides of everything that it has to hold.
 *
 * @param values - what has a place on it; 0 to 1 where there is nothing
 * @param places - where its ends lie in the picture
 * @param count - about how many ticks
 */
export function scaleOf(
  values: readonly number[],
  places: readonly [from: number, to: number],
  { count = 5, least, most }: { readonly count?: number; readonly least?: number; readonly most?: number } = {},
): Scale {
  const [low, high] = extentOf(values);
  const step = stepOf(high - low, count);
  const from = Math.max(least ?? -largest, Math.floor(low / step) * step);
  const to = Math.min(most ?? largest, Math.ceil(high / step) * step);
  return fixedScale(from < to ? [from, to] : [low, high], places, step);
}

/** A linear scale from one value to another. */
export function fixedScale(
  [from, to]: readonly [number, number],
  places: readonly [from: number, to: number],
  step = stepOf(to - from, 5),
): Scale {
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.min(50, Math.max(0, Math.floor(to / step + 1e-9) - first + 1));
  const ticks = Array.from({ length: count }, (_, i) => tidy((first + i) * step, step));
  const share = (value: number) => (Math.min(to, Math.max(from, value)) - from) / (to - from);
  return { from, to, step, ticks, place: (value) => places[0] + share(value) * (places[1] - places[0]) };
}

/** Lowest and highest of what is a number, apart from one another. */
function extentOf(values: readonly number[]): readonly [number, number] {
  const known = values.filter(isNumber).map((value) => Math.min(largest, Math.max(-largest, value)));
  if (known.length === 0) return [0, 1];
  const [low, high] = known.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [known[0]!, known[0]!],
  );
  // numbers that differ by rounding alone are one
  if (high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high), 1e-200)) return [low, high];
  const around = Math.max(Math.abs(low) / 10, 1e-100);
  return low === 0 ? [0, 1] : [low - around, high + around];
}

/** The round step, one, two or five times a power of ten, with which `span` has about `count` ticks. */
function stepOf(span: number, count: number): number {
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((one) => one * power >= rough) ?? 10;
  return factor * power;
}

/** Without the last digits that sums of decimal fractions leave. */
function tidy(value: number, step: number): number {
  return Math.abs(value) < step / 1e6 ? 0 : Number(value.toPrecision(12));
}

/** "0.25" where ticks are 0.05 apart; powers of ten where there are too many digits. */
export function tickText(value: number, step: number): string {
  if (value === 0) return "0";
  if (Math.abs(value) >= 1e6 || step < 1e-4) return value.toExponential(1);
  return value.toFixed(Math.min(6, Math.max(0, -Math.floor(Math.log10(step) + 1e-9))));
}

/** "25 %" where ticks are 5 % apart. */
export function shareTickText(value: number, step: number): string {
  return `${tickText(100 * value, 100 * step)} %`;
}
