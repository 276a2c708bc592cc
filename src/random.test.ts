import { describe, expect, test } from "vitest";
import { stream, symmetricBeta } from "./random.ts";

describe("a number from Beta(alpha, alpha)", () => {
  // distribution functions that can be written down
  const known: readonly (readonly [alpha: number, below: (x: number) => number])[] = [
    [0.5, (x) => (2 / Math.PI) * Math.asin(Math.sqrt(x))],
    [1, (x) => x],
    [2, (x) => x * x * (3 - 2 * x)],
    [3, (x) => x ** 3 * (10 - 15 * x + 6 * x * x)],
  ];
  test.each(known)("for alpha = %d lies below x as often as it should", (alpha, below) => {
    const random = stream(1, `beta ${alpha}`);
    const drawn = Float64Array.from({ length: 20_000 }, () => symmetricBeta(alpha, random)).sort();
    const worst = drawn.reduce((most, x, i) => Math.max(most, Math.abs((i + 0.5) / drawn.length - below(x))), 0);
    expect(worst).toBeLessThan(1.63 / Math.sqrt(drawn.length)); // Kolmogorov and Smirnov, one in a hundred
  });

  test.each([1e-6, 0.01, 0.2, 100, 1e6])("for alpha = %d is a number from 0 to 1 with the right spread", (alpha) => {
    const random = stream(2, `beta ${alpha}`);
    const drawn = Array.from({ length: 20_000 }, () => symmetricBeta(alpha, random));
    expect(drawn.every((x) => x >= 0 && x <= 1)).toBe(true);
    const variance = drawn.reduce((total, x) => total + (x - 0.5) ** 2, 0) / drawn.length;
    const expected = 1 / (4 * (2 * alpha + 1));
    expect(variance / expected).toBeGreaterThan(0.95);
    expect(variance / expected).toBeLessThan(1.05);
  });
});
