import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { momentsError, normOf, relativeError, sameBits, sampleError, worstDifference } from "./measure.ts";

const tensors = fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 4, maxLength: 40 });

function sampled(values: readonly number[]) {
  const indices = [0, 2, values.length - 1];
  return { shape: [values.length], indices, values: indices.map((at) => values[at]!), norm: normOf(values) };
}

function moments(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { ...sampled(values), mean, std, min: Math.min(...values), max: Math.max(...values) };
}

describe("the error of a tensor", () => {
  test("is zero for the tensor itself", () => {
    fc.assert(
      fc.property(tensors, (values) => {
        expect(relativeError(values, sampled(values))).toBe(0);
        expect(momentsError(values, moments(values))).toBeLessThan(1e-15);
      }),
    );
  });

  test("is about as large as the tensor is scaled, and never less", () => {
    fc.assert(
      fc.property(tensors, fc.double({ min: 1e-6, max: 0.1, noNaN: true }), (values, share) => {
        const scaled = values.map((value) => value * (1 + share));
        const error = relativeError(scaled, sampled(values));
        expect(error).toBeGreaterThan(0.99 * share);
        expect(error).toBeLessThan(4 * share);
        expect(momentsError(scaled, moments(values))).toBeGreaterThan(0.4 * share);
      }),
    );
  });

  test("shows a single wrong sample whose norm is right", () => {
    const values = [3, 1, 1, 1];
    expect(relativeError([1, 3, 1, 1], sampled(values))).toBeGreaterThan(0.5);
    expect(sampleError([1, 3, 1, 1], sampled(values))).toBe(2);
  });

  test("is no number that passes where the tensor holds NaN or has another length", () => {
    const values = [1, 2, 3, 4];
    for (const wrong of [
      [1, 2, Number.NaN, 4],
      [1, 2, 3],
    ]) {
      expect(relativeError(wrong, sampled(values))).not.toBeLessThan(1e300);
      expect(momentsError(wrong, moments(values))).not.toBeLessThan(1e300);
      expect(worstDifference(wrong, values)).not.toBeLessThan(1e300);
    }
  });

  test("of a tensor that should be zero is its norm", () => {
    expect(relativeError([0, 3, 4], { shape: [3], indices: [0], values: [0], norm: 0 })).toBe(5);
  });
});

test("the same bits are the same signs of zero as well", () => {
  expect(sameBits([0, 1], [0, 1])).toBe(true);
  expect(sameBits([0, 1], [-0, 1])).toBe(false);
});
