// What more pictures would bring: errors measured with fewer of them, continued. A rough guess by its nature, and it says how
// rough; it knows nothing of pictures that differ from those there are.

import { type Stream, stream } from "../random.ts";

/** An error on pictures held back, after learning from so many. */
export interface CurvePoint {
  readonly images: number;
  /** 1 - accuracy. */
  readonly error: number;
  readonly standardError: number;
}

export interface LearningCurve {
  /** Between 0 and 1, for one image or more. */
  readonly errorAt: (images: number) => number;
  readonly points: readonly CurvePoint[];
  /** Expected rise of accuracy with twice the images of the largest point, and its standard error. */
  readonly gainOfTwice: { readonly gain: number; readonly standardError: number };
}

/** error = floor + height (images / most)^-exponent, where `most` is the largest number of images measured. */
interface PowerLaw {
  readonly floor: number;
  readonly height: number;
  readonly exponent: number;
}

/** A point as the fit reads it. */
interface Row {
  readonly logShare: number;
  readonly error: number;
  readonly weight: number;
}

/** What is left of the errors: the sum of squares over squared standard errors. */
type Line = PowerLaw & { readonly cost: number };

/** No error counts as better known than this: a tenth of a percent. */
const smallestStandardError = 1e-3;
const smallestExponent = 1e-4;
const gridLines = 40;
const draws = 200;

/**
 * Fits error = floor + a · images^-b by least squares, each point weighted by 1 / standardError² (Cortes et al. 1994,
 * "Learning curves: asymptotic values and rate of convergence"). Floor and a are not below 0 and b is in (0, 1]. With points
 * at two numbers of images the floor is 0; with one there is no curve.
 */
export function fitLearningCurve(points: readonly CurvePoint[], seed = 0): LearningCurve | undefined {
  const sizes = new Set(points.map(({ images }) => images));
  if (sizes.size < 2) return undefined;
  const most = Math.max(...sizes);
  const fitted = (measured: readonly CurvePoint[]) => fitPowerLaw(measured, most, sizes.size > 2);
  const law = fitted(points);
  const errorAt = (images: number) => Math.min(1, lawAt(law, images / most));
  const standardError = gainDeviation(points, errorAt, fitted, stream(seed, "learning-curve"));
  return { errorAt, points, gainOfTwice: { gain: gainOf(law), standardError } };
}

/**
 * Deviation of the gains of curves that are fitted to errors drawn around this one, with the errors of the points taken as
 * independent (parametric bootstrap, Efron 1979). Formulas of small changes do not serve where a limit stops the fit.
 */
function gainDeviation(
  points: readonly CurvePoint[],
  errorAt: (images: number) => number,
  fitted: (points: readonly CurvePoint[]) => PowerLaw,
  random: Stream,
): number {
  const gains = Array.from({ length: draws }, () => {
    const drawn = points.map((point) => ({
      ...point,
      error: Math.max(0, errorAt(point.images) + spreadOf(point) * normal(random)),
    }));
    return gainOf(fitted(drawn));
  });
  const mean = gains.reduce((total, gain) => total + gain, 0) / draws;
  return Math.sqrt(gains.reduce((total, gain) => total + (gain - mean) ** 2, 0) / (draws - 1));
}

/** Of the standard normal distribution (Box and Muller 1958). */
function normal(random: Stream): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function gainOf({ height, exponent }: PowerLaw): number {
  return height * (1 - 2 ** -exponent);
}

function lawAt({ floor, height, exponent }: PowerLaw, share: number): number {
  return floor + height * share ** -exponent;
}

function spreadOf({ standardError }: CurvePoint): number {
  return Math.max(standardError, smallestStandardError);
}

/** For each exponent the best floor and height are known, so one number is sought: on a grid, then around the best of it. */
function fitPowerLaw(points: readonly CurvePoint[], most: number, withFloor: boolean): PowerLaw {
  const rows = points.map(
    (point): Row => ({
      logShare: Math.log(point.images / most),
      error: point.error,
      weight: spreadOf(point) ** -2,
    }),
  );
  const lineAt = (exponent: number) => fitLine(rows, exponent, withFloor);
  const grid = Array.from({ length: gridLines }, (_, i) => lineAt((i + 1) / gridLines));
  const { exponent } = grid.reduce(cheaper);
  const [low, high] = [Math.max(smallestExponent, exponent - 1 / gridLines), Math.min(1, exponent + 1 / gridLines)];
  return leastBetween(low, high, lineAt);
}

/** By the golden section: enough where there is one minimum. The ends count too, as the best may be at a limit. */
function leastBetween(low: number, high: number, lineAt: (exponent: number) => Line): Line {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [left, right] = [low, high];
  let [a, b] = [lineAt(right - golden * (right - left)), lineAt(left + golden * (right - left))];
  for (let step = 0; step < 40; step++)
    if (a.cost <= b.cost) {
      right = b.exponent;
      [a, b] = [lineAt(right - golden * (right - left)), a];
    } else {
      left = a.exponent;
      [a, b] = [b, lineAt(left + golden * (right - left))];
    }
  return [lineAt(low), lineAt(high), a, b].reduce(cheaper);
}

/** Of equals the first. */
function cheaper(one: Line, other: Line): Line {
  return other.cost < one.cost ? other : one;
}

/**
 * The weighted line error = floor + height x over x = (images / most)^-exponent, with neither below 0: the free line if it is
 * so, and otherwise the better of the two with one of them 0. The sums are of x - 1, which is 0 for the largest point, so that
 * they keep their digits where all x are nearly 1.
 */
function fitLine(rows: readonly Row[], exponent: number, withFloor: boolean): Line {
  let [whole, x, y, xx, xy] = [0, 0, 0, 0, 0];
  for (const { logShare, error, weight } of rows) {
    const at = Math.expm1(-exponent * logShare);
    whole += weight;
    x += weight * at;
    y += weight * error;
    xx += weight * at * at;
    xy += weight * at * error;
  }
  const throughZero = lineOf(rows, 0, (xy + y) / (xx + 2 * x + whole), exponent);
  if (!withFloor) return throughZero;
  const height = (xy - (x * y) / whole) / (xx - (x * x) / whole);
  const floor = (y - height * x) / whole - height;
  if (floor >= 0 && height >= 0) return lineOf(rows, floor, height, exponent);
  return cheaper(throughZero, lineOf(rows, y / whole, 0, exponent));
}

function lineOf(rows: readonly Row[], floor: number, height: number, exponent: number): Line {
  let cost = 0;
  for (const { logShare, error, weight } of rows)
    cost += weight * (floor + height * Math.exp(-exponent * logShare) - error) ** 2;
  return { floor, height, exponent, cost };
}
