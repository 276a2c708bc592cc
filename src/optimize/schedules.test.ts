import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { learningRateAt, type Schedule } from "./schedules.ts";

// The libraries' own rates are held against ours in optimizers.test.ts.

const rates = (schedule: Schedule, steps: number) =>
  Array.from({ length: steps }, (_, step) => learningRateAt(schedule, step));

test("a constant rate is constant", () => {
  expect(rates({ name: "constant", rate: 0.3 }, 3)).toEqual([0.3, 0.3, 0.3]);
});

describe("cosine", () => {
  test("rises, meets its rate where the warm-up ends, falls to the floor and stays there", () => {
    const step = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(step, step, fc.double({ min: 0.001, max: 1, noNaN: true }), (warmUp, steps, rate) => {
        const floor = rate / 10;
        const values = rates(
          { name: "cosine", rate, floor, steps, warmUp: { from: 0, steps: warmUp } },
          warmUp + steps + 3,
        );
        for (let at = 1; at <= warmUp; at++) expect(values[at]!).toBeGreaterThan(values[at - 1]!);
        expect(values[warmUp]).toBeCloseTo(rate, 12);
        for (let at = warmUp + 1; at <= warmUp + steps; at++) expect(values[at]!).toBeLessThan(values[at - 1]!);
        for (const value of values.slice(warmUp + steps)) expect(value).toBeCloseTo(floor, 12);
      }),
    );
  });

  test("jumps at the end of the warm-up where the clock has run all along, as timm's does without a prefix", () => {
    const warmUp = { from: 0, steps: 5 };
    const schedule: Schedule = { name: "cosine", rate: 1, steps: 10, warmUp, clock: "with-warm-up" };
    expect(learningRateAt(schedule, 5)).toBeCloseTo(0.5, 12);
  });

  test("of no steps is at its floor, not at NaN", () => {
    expect(learningRateAt({ name: "cosine", rate: 1, floor: 0.1, steps: 0 }, 0)).toBeCloseTo(0.1, 15);
  });
});

test("at a boundary Keras still has the old rate, PyTorch the new one", () => {
  const schedule: Schedule = { name: "piecewise", boundaries: [2], rates: [1, 0.1] };
  expect(rates(schedule, 4)).toEqual([1, 1, 1, 0.1]);
  expect(rates({ ...schedule, atBoundary: "new" }, 4)).toEqual([1, 1, 0.1, 0.1]);
});

test("a piecewise schedule with a rate too few is refused", () => {
  expect(() => learningRateAt({ name: "piecewise", boundaries: [2], rates: [1] }, 0)).toThrow(
    "optimize/piecewise-lengths",
  );
});

test("the second part of a sequence begins with a clock of its own", () => {
  const next: Schedule = { name: "exponential", rate: 8, factor: 0.5, every: 1 };
  expect(rates({ name: "sequence", first: { name: "constant", rate: 1 }, steps: 2, next }, 5)).toEqual([1, 1, 8, 4, 2]);
});

test("one cycle stays at its last rate when training goes on", () => {
  const schedule: Schedule = { name: "one-cycle", peak: 1, steps: 10 };
  expect(learningRateAt(schedule, 30)).toBe(learningRateAt(schedule, 9));
});

test("one cycle of any length has a rate above 0 and up to its peak at every step", () => {
  const cycle = fc.record({
    steps: fc.integer({ min: 1, max: 60 }),
    rise: fc.double({ min: 0.05, max: 0.5, noNaN: true }),
    threePhase: fc.boolean(),
    shape: fc.constantFrom("cosine" as const, "linear" as const),
  });
  fc.assert(
    fc.property(cycle, (options) => {
      for (const rate of rates({ name: "one-cycle", peak: 1, ...options }, options.steps)) {
        expect(rate).toBeGreaterThan(0);
        expect(rate).toBeLessThanOrEqual(1 + 1e-12);
      }
    }),
  );
});
