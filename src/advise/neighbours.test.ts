import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawnRows } from "../../test/support/drawn-features.ts";
import { uniform } from "../../test/support/numbers.ts";
import { stream } from "../random.ts";
import { neighbourAccuracy } from "./neighbours.ts";

/** 60 rows of six whole numbers, a little larger where column and row belong together. */
const labels = Array.from({ length: 60 }, (_, i) => i % 3);
const features = Float32Array.from({ length: 360 }, (_, at) => {
  const [i, j] = [Math.floor(at / 6), at % 6];
  return ((i * i * 7 + i * 13 + j * j * 5 + i * j * 11) % 101) - 50 + (i % 3 === j % 3 ? 25 : 0);
});

/** The same by the definition: every row against all others, sorted. */
function byHand(rows: Float32Array, width: number, own: ArrayLike<number>, k: number): number {
  const rowOf = (i: number) => rows.subarray(i * width, (i + 1) * width);
  const cosine = (a: Float32Array, b: Float32Array) => {
    const dot = (left: Float32Array, right: Float32Array) =>
      left.reduce((total, value, i) => total + value * right[i]!, 0);
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  };
  let right = 0;
  for (let i = 0; i < own.length; i++) {
    const classes = Array.from({ length: own.length }, (_, j) => ({ j, near: cosine(rowOf(i), rowOf(j)) }))
      .filter(({ j }) => j !== i)
      .sort((one, other) => other.near - one.near || one.j - other.j)
      .slice(0, k)
      .map(({ j }) => own[j]!);
    const votes = classes.map((one) => classes.filter((other) => other === one).length);
    if (classes[votes.indexOf(Math.max(...votes))] === own[i]) right += 1;
  }
  return right / own.length;
}

describe("the accuracy of neighbours", () => {
  // numpy 2.4.6: stable argsort of cosines, majority of the first k; for k = 1 also scikit-learn's KNeighborsClassifier,
  // metric cosine, left one out
  test.each([
    [1, 0.7333333333333333],
    [3, 0.6333333333333333],
    [5, 0.65],
    [7, 0.6333333333333333],
  ])("by the nearest %i is numpy's", (k, expected) => {
    expect(neighbourAccuracy(features, 6, labels, k)).toBeCloseTo(expected, 12);
  });

  test("asks the nearest five unless told otherwise", () => {
    expect(neighbourAccuracy(features, 6, labels)).toBe(neighbourAccuracy(features, 6, labels, 5));
  });

  test("is that of the definition, for even and odd numbers of rows and more rows than one block", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 90 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        (rows, k, seed) => {
          const drawn = Float32Array.from(uniform(stream(seed, "rows"), rows * 5));
          const own = Array.from({ length: rows }, (_, i) => (i * i) % 3);
          expect(neighbourAccuracy(drawn, 5, own, k)).toBe(byHand(drawn, 5, own, k));
        },
      ),
    );
  });

  test("does not depend on the length of a row, but on its direction", () => {
    const longer = features.map((value, at) => value * 2 ** (Math.floor(at / 6) % 5));
    expect(neighbourAccuracy(longer, 6, labels)).toBe(neighbourAccuracy(features, 6, labels));
  });

  test("is whole where classes lie together, and nothing where every row is its class's only one", () => {
    const { features: near, labels: own } = drawnRows(80, 24, 4, 0.05);
    expect(neighbourAccuracy(near, 24, own)).toBe(1);
    expect(
      neighbourAccuracy(
        features,
        6,
        Array.from(labels, (_, i) => i),
      ),
    ).toBe(0);
  });

  test("of equal votes takes the nearest, and of equally near rows the first", () => {
    // the nearest of row 0 is row 2, of class 1; row 1, of class 0, comes next
    const rows = Float32Array.of(1, 0, 1, 0.5, 1, 0.1);
    expect(neighbourAccuracy(rows, 2, [1, 0, 1], 2)).toBeCloseTo(2 / 3, 12);
    const equal = Float32Array.of(1, 1, 2, 2, 4, 4);
    for (const k of [1, 2]) expect(neighbourAccuracy(equal, 2, [0, 0, 1], k)).toBeCloseTo(2 / 3, 12);
  });

  test("holds rows of zeros, and counts what cannot be answered by as many as there are", () => {
    expect(neighbourAccuracy(new Float32Array(8), 2, [0, 0, 0, 0])).toBe(1);
    expect(neighbourAccuracy(Float32Array.of(1, 0, 0, 1), 2, [1, 1], 5)).toBe(1);
  });

  test("asks two thousand rows at most, the same for the same seed, and answers by all", () => {
    const rows = 5000;
    const drawn = Float32Array.from(uniform(stream(1, "many"), rows * 3));
    const own = Array.from({ length: rows }, (_, i) => (drawn[i * 3]! > 0 ? 1 : 0));
    const accuracy = neighbourAccuracy(drawn, 3, own, 5, 7);
    expect(accuracy).toBe(neighbourAccuracy(drawn, 3, own, 5, 7));
    expect(accuracy).not.toBe(neighbourAccuracy(drawn, 3, own, 5, 8));
    expect(accuracy * 2000).toBeCloseTo(Math.round(accuracy * 2000), 9);
    expect(accuracy).toBeGreaterThan(0.95);
  });

  test("needs two rows, and as many features as labels ask for", () => {
    expect(() => neighbourAccuracy(new Float32Array(2), 2, [0])).toThrow(/internal/);
    expect(() => neighbourAccuracy(new Float32Array(5), 2, [0, 1])).toThrow(/internal/);
  });
});
