import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Along, searchLine } from "./line-search.ts";

/** Runs a search on a function of one number; the trials it made, and where it ended. */
function search(along: (step: number) => Along, first = 1, noise = 0) {
  const searching = searchLine(along(0), first, noise);
  const trials: number[] = [];
  let asked = searching.next();
  while (!asked.done) {
    trials.push(asked.value);
    asked = searching.next(along(asked.value));
  }
  return { step: asked.value, trials };
}

describe("a step along a direction", () => {
  test("meets the strong Wolfe conditions, however far or near the first trial was", () => {
    const claim = fc.property(
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.double({ min: 0, max: 2, noNaN: true }),
      fc.double({ min: 0, max: 6, noNaN: true }),
      (scale, wave, phase) => {
        // a parabola with its minimum at 10^scale, with waves on it
        const far = 10 ** scale;
        const along = (step: number): Along => {
          const x = step / far;
          const value = (x - 1) ** 2 + wave * 0.2 * (Math.cos(5 * x + phase) - Math.cos(phase));
          return { value, slope: (2 * (x - 1) - wave * Math.sin(5 * x + phase)) / far };
        };
        fc.pre(along(0).slope < 0);
        const { step } = search(along);
        const [start, end] = [along(0), along(step!)];
        expect(end.value).toBeLessThanOrEqual(start.value + 1e-4 * step! * start.slope);
        expect(Math.abs(end.slope)).toBeLessThanOrEqual(0.9 * Math.abs(start.slope));
      },
    );
    fc.assert(claim, { numRuns: 500, seed: 1 });
  });

  test("is the last that was tried", () => {
    const { step, trials } = search((x) => ({ value: (x - 30) ** 2, slope: 2 * (x - 30) }));
    expect(step).toBe(trials.at(-1));
    expect(trials.length).toBeGreaterThan(1);
  });

  test("is found where values beyond a wall are infinite", () => {
    const { step } = search((x) => ({ value: x < 1e-3 ? -x + 600 * x * x : Infinity, slope: -1 + 1200 * x }));
    expect(step).toBeLessThan(1e-3);
  });

  test("is not found, and not sought for ever, where the value only rises", () => {
    const { step, trials } = search((x) => ({ value: x, slope: -1 }));
    expect(step).toBeUndefined();
    expect(trials.length).toBeLessThanOrEqual(25);
  });

  test("is judged by its slope alone where the value is higher by no more than its noise", () => {
    const along = (x: number): Along => ({ value: 5 + (x > 0 ? 1e-7 : 0), slope: 1e-5 * (x - 1) });
    expect(search(along).step).toBeUndefined();
    expect(search(along, 1, 1e-6).step).toBe(1);
  });
});
