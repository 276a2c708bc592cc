import { describe, expect, test } from "vitest";
import { uniform } from "../../test/support/numbers.ts";
import { stream } from "../random.ts";
import { type Evaluation, type LbfgsOptions, largestOf, lbfgs } from "./lbfgs.ts";

type Function = (point: Float64Array) => Evaluation;

function minimise(f: Function, start: Float64Array, options: Partial<LbfgsOptions> = {}) {
  const minimising = lbfgs(start, { tolerance: 1e-9, iterations: 2000, ...options });
  let asked = minimising.next();
  while (!asked.done) asked = minimising.next(f(asked.value));
  return asked.value;
}

const rosenbrock: Function = (point) => {
  const gradient = new Float64Array(point.length);
  let value = 0;
  for (let i = 0; i + 1 < point.length; i++) {
    const [x, y] = [point[i]!, point[i + 1]!];
    value += 100 * (y - x * x) ** 2 + (1 - x) ** 2;
    gradient[i] = gradient[i]! - 400 * x * (y - x * x) - 2 * (1 - x);
    gradient[i + 1] = gradient[i + 1]! + 200 * (y - x * x);
  }
  return { value, gradient };
};

/** ½ Σ h (x - a)². */
function quadratic(bends: Float64Array, at: Float64Array): Function {
  return (point) => ({
    value: point.reduce((total, x, i) => total + (bends[i]! * (x - at[i]!) ** 2) / 2, 0),
    gradient: point.map((x, i) => bends[i]! * (x - at[i]!)),
  });
}

describe("L-BFGS", () => {
  test("finds the minimum of Rosenbrock's valley, in 2 and in 20 dimensions", () => {
    for (const start of [Float64Array.of(-1.2, 1), uniform(stream(1, "valley"), 20, 0, 2)]) {
      const { point, at, ended } = minimise(rosenbrock, start);
      expect(ended).toBe("converged");
      expect(largestOf(at.gradient)).toBeLessThanOrEqual(1e-9);
      expect(largestOf(point.map((x) => x - 1))).toBeLessThan(1e-7);
    }
  });

  test("finds the minimum of quadratics whose bends differ by a million", () => {
    for (let seed = 0; seed < 10; seed++) {
      const bends = uniform(stream(seed, "bends"), 30, -3, 3).map((power) => 10 ** power);
      const at = uniform(stream(seed, "at"), 30);
      const { point, ended } = minimise(quadratic(bends, at), new Float64Array(30), { iterations: 10_000 });
      expect(ended).toBe("converged");
      expect(largestOf(point.map((x, i) => bends[i]! * (x - at[i]!)))).toBeLessThanOrEqual(1e-9);
    }
  });

  test("needs hardly a step where it is told the bends", () => {
    const bends = uniform(stream(1, "bends"), 30, -3, 3).map((power) => 10 ** power);
    const f = quadratic(bends, uniform(stream(1, "at"), 30));
    const told = minimise(f, new Float64Array(30), { curvature: bends });
    expect(told.iterations).toBeLessThan(8);
    expect(minimise(f, new Float64Array(30), { iterations: 10_000 }).iterations).toBeGreaterThan(5 * told.iterations);
  });

  test("answers of the minimum belong to its point", () => {
    const { point, at } = minimise(rosenbrock, Float64Array.of(-1.2, 1));
    expect(at).toEqual(rosenbrock(point));
  });

  test("points that it has asked for do not change afterwards", () => {
    const asked: [Float64Array, Float64Array][] = [];
    minimise(
      (point) => {
        asked.push([point, point.slice()]);
        return rosenbrock(point);
      },
      Float64Array.of(-1.2, 1),
    );
    for (const [point, then] of asked) expect(point).toEqual(then);
  });

  test("ends after so many iterations, with the best point so far", () => {
    const { ended, iterations, at } = minimise(rosenbrock, Float64Array.of(-1.2, 1), { iterations: 5 });
    expect([ended, iterations]).toEqual(["iterations", 5]);
    expect(at.value).toBeLessThan(rosenbrock(Float64Array.of(-1.2, 1)).value);
  });

  test("gets as far as values and gradients with errors of float32 let it", () => {
    const random = stream(3, "errors");
    const rough: Function = (point) => {
      const { value, gradient } = quadratic(Float64Array.of(1, 30), Float64Array.of(1, 2))(point);
      return { value: (value + 1) * (1 + 1e-7 * (random() - 0.5)), gradient: gradient.map(Math.fround) };
    };
    const { ended, at } = minimise(rough, new Float64Array(2), { tolerance: 1e-5, rounding: 1e-6 });
    expect(ended).toBe("converged");
    expect(largestOf(at.gradient)).toBeLessThanOrEqual(1e-5);
  });

  test("says that it stalled where there is no way down, and where numbers are none", () => {
    const start = Float64Array.of(1, 1);
    const uphill: Function = (point) => ({ value: -rosenbrock(point).value, gradient: rosenbrock(point).gradient });
    expect(minimise(uphill, Float64Array.of(-1.2, 1)).ended).toBe("stalled");
    const lost: Function = () => ({ value: Number.NaN, gradient: Float64Array.of(Number.NaN, 0) });
    const { ended, point } = minimise(lost, start);
    expect(ended).toBe("stalled");
    expect(point).toBe(start);
  });
});
