import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CurvePoint, fitLearningCurve } from "./learning-curve.ts";

const pointsOf = (...rows: readonly (readonly [images: number, error: number, standardError: number])[]) =>
  rows.map(([images, error, standardError]): CurvePoint => ({ images, error, standardError }));

const four = pointsOf([100, 0.31, 0.02], [200, 0.24, 0.018], [400, 0.205, 0.015], [800, 0.17, 0.012]);
const five = pointsOf([50, 0.5, 0.03], [100, 0.36, 0.03], [200, 0.29, 0.02], [400, 0.25, 0.02], [800, 0.235, 0.01]);
const risen = pointsOf([100, 0.2, 0.01], [200, 0.21, 0.01], [400, 0.22, 0.01]);

/** A falling curve, measured without error. */
const laws = fc.record({
  floor: fc.double({ min: 0, max: 0.3, noNaN: true }),
  height: fc.double({ min: 0.05, max: 0.3, noNaN: true }),
  exponent: fc.double({ min: 0.05, max: 1, noNaN: true }),
});

describe("a learning curve", () => {
  // scipy 1.17.1: the best of five curve_fit of c + a n^-b with bounds [0, 0, 0], [1, inf, 1] and sigma
  test.each([
    ["of four points", four, 0.2681998735011791, 0.15078188503593892, 0.02032731676073951],
    ["of five points", five, 0.3125456470506858, 0.22539396517629928, 0.009210151781943038],
  ])("%s is scipy's", (_, points, at150, at1600, gain) => {
    const curve = fitLearningCurve(points)!;
    expect(curve.errorAt(150)).toBeCloseTo(at150, 5);
    expect(curve.errorAt(1600)).toBeCloseTo(at1600, 5);
    expect(curve.gainOfTwice.gain).toBeCloseTo(gain, 5);
    expect(curve.points).toBe(points);
  });

  test("finds a law that was measured without error", () => {
    fc.assert(
      fc.property(laws, ({ floor, height, exponent }) => {
        const errorOf = (images: number) => floor + height * (images / 100) ** -exponent;
        const curve = fitLearningCurve(
          [100, 200, 400, 800, 1600].map((n) => ({ images: n, error: errorOf(n), standardError: 0.01 })),
        )!;
        expect(curve.errorAt(300)).toBeCloseTo(errorOf(300), 4);
        expect(curve.errorAt(3200)).toBeCloseTo(errorOf(3200), 3);
        expect(curve.gainOfTwice.gain).toBeCloseTo(errorOf(1600) - errorOf(3200), 3);
      }),
      { numRuns: 25 },
    );
  });

  test("of two points goes through both and falls to nothing", () => {
    const { errorAt, gainOfTwice } = fitLearningCurve(pointsOf([100, 0.4, 0.01], [400, 0.2, 0.02]))!;
    expect(errorAt(100)).toBeCloseTo(0.4, 9);
    expect(errorAt(1600)).toBeCloseTo(0.1, 9);
    expect(gainOfTwice.gain).toBeCloseTo(0.2 - 0.2 / Math.SQRT2, 9);
  });

  test("of one number of images is none", () => {
    expect(fitLearningCurve([])).toBeUndefined();
    expect(fitLearningCurve(pointsOf([100, 0.4, 0.01]))).toBeUndefined();
    expect(fitLearningCurve(pointsOf([100, 0.4, 0.01], [100, 0.3, 0.01]))).toBeUndefined();
  });

  test("expects nothing of more images where more have not helped", () => {
    const { gainOfTwice } = fitLearningCurve(risen)!;
    expect(gainOfTwice.gain).toBeCloseTo(0, 9);
    expect(gainOfTwice.standardError).toBeGreaterThan(0);
  });

  test("holds errors of 0, which are not known without error", () => {
    const curve = fitLearningCurve(pointsOf([100, 0.02, 0.01], [200, 0, 0], [400, 0, 0]))!;
    for (const images of [100, 200, 400, 800]) expect(Number.isFinite(curve.errorAt(images))).toBe(true);
    expect(curve.errorAt(400)).toBeCloseTo(0, 2);
    expect(curve.gainOfTwice.gain).toBeCloseTo(0, 2);
  });

  test("never rises, stays between 0 and 1 and does not depend on the order of the points", () => {
    const measured = fc.array(
      fc.record({
        images: fc.integer({ min: 0, max: 16 }).map((power) => 2 ** power),
        error: fc.double({ min: 0, max: 1, noNaN: true }),
        standardError: fc.double({ min: 0, max: 0.2, noNaN: true }),
      }),
      { minLength: 2, maxLength: 6 },
    );
    fc.assert(
      fc.property(measured, (points) => {
        const curve = fitLearningCurve(points);
        if (curve === undefined) return;
        const errors = [1, 10, 100, 1e3, 1e4, 1e5, 1e6].map(curve.errorAt);
        for (const [i, error] of errors.entries()) {
          expect(error).toBeGreaterThanOrEqual(0);
          expect(error).toBeLessThanOrEqual(errors[i - 1] ?? 1);
        }
        expect(curve.gainOfTwice.gain).toBeGreaterThanOrEqual(0);
        expect(curve.gainOfTwice.standardError).toBeGreaterThanOrEqual(0);
        expect(fitLearningCurve(points.toReversed())!.errorAt(500)).toBeCloseTo(curve.errorAt(500), 6);
      }),
      { numRuns: 40 },
    );
  });
});

describe("the standard error of the gain", () => {
  // scipy 1.17.1: deviation of the gains of 4,000 curves, each fitted by nnls and minimize_scalar to errors drawn around the
  // first; of 200 it is known to 5 %
  test.each([
    ["four points", four, 0.008538376975266715],
    ["five points", five, 0.005579811088304023],
    ["two points", pointsOf([100, 0.4, 0.01], [400, 0.2, 0.02]), 0.0022914384856564537],
    ["a curve that does not fall", risen, 0.002978095289693425],
  ])("of %s is scipy's", (_, points, expected) => {
    for (const seed of [0, 1, 2]) {
      const { standardError } = fitLearningCurve(points, seed)!.gainOfTwice;
      expect(Math.abs(standardError / expected - 1)).toBeLessThan(0.2);
    }
  });

  test("is the same for the same seed", () => {
    expect(fitLearningCurve(four, 3)!.gainOfTwice).toEqual(fitLearningCurve(four, 3)!.gainOfTwice);
  });

  test("is larger where the errors are less known", () => {
    const rough = four.map((point) => ({ ...point, standardError: 2 * point.standardError }));
    expect(fitLearningCurve(rough)!.gainOfTwice.standardError).toBeGreaterThan(
      fitLearningCurve(four)!.gainOfTwice.standardError,
    );
  });
});
