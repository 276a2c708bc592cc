import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Point, thinned } from "./thinning.ts";

const lines = fc
  .array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { maxLength: 400 })
  .map((losses): readonly Point[] => losses.map((loss, at) => ({ step: at * 3 + 1, loss })));
const counts = fc.integer({ min: 4, max: 60 });

const extremes = (points: readonly Point[]) => {
  const losses = points.map(({ loss }) => loss);
  return [Math.min(...losses), Math.max(...losses)];
};

describe("a thinned line", () => {
  test("has no more points than asked for, all of them of the line and in its order", () => {
    fc.assert(
      fc.property(lines, counts, (line, most) => {
        const few = thinned(line, most);
        expect(few.length).toBeLessThanOrEqual(Math.max(most, 0));
        expect(few.every((point) => line.includes(point))).toBe(true);
        expect(few.every((point, at) => at === 0 || point.step > few[at - 1]!.step)).toBe(true);
      }),
    );
  });

  test("begins and ends where the line does, and loses neither its highest point nor its lowest", () => {
    fc.assert(
      fc.property(lines, counts, (line, most) => {
        const few = thinned(line, most);
        expect([few[0], few.at(-1)]).toEqual([line[0], line.at(-1)]);
        expect(extremes(few)).toEqual(extremes(line));
      }),
    );
  });

  test("keeps the peaks when it is thinned again", () => {
    fc.assert(
      fc.property(lines, counts, counts, (line, first, second) => {
        expect(extremes(thinned(thinned(line, first + second), second))).toEqual(extremes(line));
      }),
    );
  });

  test("is the line itself where that is short", () => {
    const line = [1, 2, 3].map((step) => ({ step, loss: step }));
    expect(thinned(line, 4)).toBe(line);
  });

  test("shows a single step that went wrong among ten thousand", () => {
    const line = Array.from({ length: 10_000 }, (_, step) => ({ step, loss: step === 4321 ? 50 : 1 }));
    expect(thinned(line, 100)).toContainEqual({ step: 4321, loss: 50 });
  });
});
