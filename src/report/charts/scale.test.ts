import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fixedScale, scaleOf, shareTickText, tickText } from "./scale.ts";

const anything = fc.array(fc.double(), { maxLength: 20 });

describe("a scale", () => {
  test("has round ticks on both sides of everything that it holds", () => {
    expect(scaleOf([0.31, 0.87], [0, 100])).toMatchObject({
      from: 0.2,
      to: 1,
      ticks: [0.2, 0.4, 0.6, 0.8, 1],
      step: 0.2,
    });
    expect(scaleOf([3, 17], [0, 100]).ticks).toEqual([0, 5, 10, 15, 20]);
    expect(scaleOf([-0.02, 0.023], [0, 100]).ticks).toEqual([-0.02, -0.01, 0, 0.01, 0.02, 0.03]);
  });

  test("ends where it is told to", () => {
    expect(scaleOf([0.5, 0.98], [0, 1], { most: 1 }).to).toBe(1);
    expect(scaleOf([0.001, 0.2], [0, 1], { least: 0 }).from).toBe(0);
  });

  test("puts its ends at the ends of the picture, upside down if asked", () => {
    const scale = fixedScale([0, 4], [200, 20]);
    expect([0, 1, 2, 4].map(scale.place)).toEqual([200, 155, 110, 20]);
    expect(scale.ticks).toEqual([0, 1, 2, 3, 4]);
  });

  test("of nothing, of one number and of equal numbers has a place for them", () => {
    expect(scaleOf([], [0, 100])).toMatchObject({ from: 0, to: 1 });
    for (const values of [[0], [5, 5], [-3], [1e-12], [1e300], [Number.NaN], [0.1 + 0.2, 0.3]]) {
      const scale = scaleOf(values, [0, 100]);
      expect(scale.from).toBeLessThan(scale.to);
      for (const value of values.filter(Number.isFinite)) expect(scale.place(value)).toBeGreaterThanOrEqual(0);
    }
  });

  test("has a place inside the picture for any number, in their order", () => {
    fc.assert(
      fc.property(anything, (values) => {
        const scale = scaleOf(values, [10, 110]);
        const places = values
          .filter(Number.isFinite)
          .sort((a, b) => a - b)
          .map(scale.place);
        for (const place of places) expect(place >= 10 && place <= 110).toBe(true);
        expect(places).toEqual([...places].sort((a, b) => a - b));
        expect(scale.ticks.length).toBeLessThanOrEqual(50);
        for (const tick of scale.ticks) expect(Number.isFinite(scale.place(tick))).toBe(true);
        expect(scale.ticks).toEqual([...scale.ticks].sort((a, b) => a - b));
      }),
    );
  });
});

test("ticks have as many digits as tell them apart", () => {
  expect(scaleOf([0, 0.2], [0, 1]).ticks.map((tick) => tickText(tick, 0.05))).toEqual([
    "0",
    "0.05",
    "0.10",
    "0.15",
    "0.20",
  ]);
  expect([0, 0.25, 1].map((tick) => shareTickText(tick, 0.25))).toEqual(["0 %", "25 %", "100 %"]);
  expect([0.405, 0.41].map((tick) => shareTickText(tick, 0.005))).toEqual(["40.5 %", "41.0 %"]);
  expect(tickText(2.5e9, 5e8)).toBe("2.5e+9");
  expect(tickText(3e-7, 1e-7)).toBe("3.0e-7");
});
