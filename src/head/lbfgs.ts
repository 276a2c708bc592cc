// Minimises a smooth function by L-BFGS (Nocedal and Wright, algorithm 7.4) in float64. It is a generator that asks for the
// value and gradient at a point and never computes them, so that several minimisations can share one program of the
// engine. It refuses nothing: where rounding leaves no way down it returns the best point, marked as stalled.

import { type Along, searchLine } from "./line-search.ts";

export interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** Asks for evaluations of points, one after another, and ends with a result. Points asked for never change afterwards. */
export type Asking<Result, Answer extends Evaluation = Evaluation> = Generator<Float64Array, Result, Answer>;

export interface LbfgsOptions {
  /** Ends where no element of the gradient is larger, scikit-learn's rule. */
  readonly tolerance: number;
  readonly iterations: number;
  /** Steps that the curvature is remembered of. */
  readonly memory?: number;
  /** A guess at the diagonal of the Hessian, up to a factor; without one all elements are taken to be alike. */
  readonly curvature?: Float64Array | undefined;
  /** Error of a value by rounding, as a share of it; the default is that of sums in float64. */
  readonly rounding?: number;
}

export interface Minimum<Answer extends Evaluation = Evaluation> {
  readonly point: Float64Array;
  /** What was answered at `point`. */
  readonly at: Answer;
  readonly iterations: number;
  readonly evaluations: number;
  readonly ended: "converged" | "iterations" | "stalled";
}

/** One step: how the point and the gradient moved, and 1 / (move · turn). */
interface Pair {
  readonly move: Float64Array;
  readonly turn: Float64Array;
  readonly rho: number;
}

export function* lbfgs<Answer extends Evaluation>(
  start: Float64Array,
  { tolerance, iterations, memory = 10, curvature, rounding = 1e-14 }: LbfgsOptions,
): Asking<Minimum<Answer>, Answer> {
  let [point, at] = [start, yield start];
  let evaluations = 1;
  const pairs: Pair[] = [];
  const ending = (taken: number, ended: Minimum["ended"]) => ({ point, at, iterations: taken, evaluations, ended });
  for (let taken = 0; ; taken++) {
    if (largestOf(at.gradient) <= tolerance) return ending(taken, "converged");
    if (taken === iterations) return ending(taken, "iterations");
    let direction = downhill(at.gradient, pairs, curvature);
    if (!(dot(direction, at.gradient) < 0)) {
      pairs.length = 0;
      direction = downhill(at.gradient, pairs, curvature);
    }
    const first = pairs.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(dot(direction, direction)));
    const search = searchLine(along(at, direction), first, rounding * Math.abs(at.value));
    let [next, answer] = [point, at];
    let asked = search.next();
    while (!asked.done) {
      next = moved(point, direction, asked.value);
      answer = yield next;
      evaluations += 1;
      asked = search.next(along(answer, direction));
    }
    if (asked.value !== undefined) {
      remember(pairs, difference(next, point), difference(answer.gradient, at.gradient), memory);
      [point, at] = [next, answer];
    } else if (pairs.length > 0) {
      // what is remembered of the curvature may be what misleads: once more, straight downhill
      pairs.length = 0;
    } else return ending(taken, "stalled");
  }
}

/** Minus the inverse Hessian, as far as the pairs and the guess know it, times the gradient. */
function downhill(gradient: Float64Array, pairs: readonly Pair[], curvature: Float64Array | undefined): Float64Array {
  const direction = gradient.map((slope) => -slope);
  const shares: number[] = [];
  for (const { move, turn, rho } of pairs.toReversed()) {
    const share = rho * dot(move, direction);
    shares.push(share);
    addTo(direction, turn, -share);
  }
  const last = pairs.at(-1);
  const scale = last === undefined ? 1 : 1 / (last.rho * dot(last.turn, last.turn, curvature));
  for (let i = 0; i < direction.length; i++) direction[i] = (direction[i]! * scale) / (curvature?.[i] ?? 1);
  for (const { move, turn, rho } of pairs) addTo(direction, move, shares.pop()! - rho * dot(turn, direction));
  return direction;
}

/** Keeps a pair unless the curvature along it is lost in rounding. */
function remember(pairs: Pair[], move: Float64Array, turn: Float64Array, memory: number): void {
  const bend = dot(move, turn);
  if (!(bend > Number.EPSILON * Math.sqrt(dot(move, move) * dot(turn, turn)))) return;
  pairs.push({ move, turn, rho: 1 / bend });
  if (pairs.length > memory) pairs.shift();
}

function along({ value, gradient }: Evaluation, direction: Float64Array): Along {
  return { value, slope: dot(gradient, direction) };
}

/** Largest magnitude; not a number where one of them is none, so that no tolerance is met. */
export function largestOf(values: Float64Array): number {
  let largest = 0;
  for (const value of values) {
    if (Number.isNaN(value)) return value;
    largest = Math.max(largest, Math.abs(value));
  }
  return largest;
}

/** Σ left · right, each term over an element of `divisor` where there is one. */
function dot(left: Float64Array, right: Float64Array, divisor?: Float64Array): number {
  let total = 0;
  if (divisor === undefined) for (let i = 0; i < left.length; i++) total += left[i]! * right[i]!;
  else for (let i = 0; i < left.length; i++) total += (left[i]! * right[i]!) / divisor[i]!;
  return total;
}

function addTo(target: Float64Array, source: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = target[i]! + factor * source[i]!;
}

function moved(point: Float64Array, direction: Float64Array, step: number): Float64Array {
  const result = point.slice();
  addTo(result, direction, step);
  return result;
}

function difference(left: Float64Array, right: Float64Array): Float64Array {
  const result = left.slice();
  addTo(result, right, -1);
  return result;
}
