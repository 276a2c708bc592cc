import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { repeatable } from "../../test/support/repeatable-numbers.ts";
import { agreementOf } from "./agreement.ts";

describe("scipy 1.17.1 says the same", () => {
  // p = softmax(a), q = softmax(b), a = s * repeatable(7), b = a + s / 2 * repeatable(8); mean of scipy.stats.entropy(p, q)
  test.each([
    [50, 4, 8, 0.72, 0.5624438333196733],
    [200, 10, 40, 0.55, 5.147205640992826],
  ])("of %i rows of %i logits up to %i", (rows, classes, size, agreement, divergence) => {
    const before = repeatable(7, rows * classes).map((x) => size * x);
    const others = repeatable(8, rows * classes);
    const found = agreementOf(
      before,
      before.map((x, i) => x + (size / 2) * others[i]!),
      classes,
    );
    expect(found.agreement).toBeCloseTo(agreement, 12);
    expect(found.divergence).toBeCloseTo(divergence, 12);
  });
});

const logits = fc.integer({ min: 1, max: 6 }).chain((classes) => {
  const row = fc.array(fc.float({ min: -200, max: 200, noNaN: true }), { minLength: classes, maxLength: classes });
  const pairs = fc.array(fc.tuple(row, row), { minLength: 1, maxLength: 8 });
  return pairs.map((rows) => ({
    classes,
    before: Float32Array.from(rows.flatMap(([before]) => before)),
    after: Float32Array.from(rows.flatMap(([, after]) => after)),
  }));
});

describe("whatever the logits", () => {
  test("agreement is a share, and divergence is finite and not below 0", () => {
    fc.assert(
      fc.property(logits, ({ classes, before, after }) => {
        const { agreement, divergence } = agreementOf(before, after, classes);
        expect(agreement).toBeGreaterThanOrEqual(0);
        expect(agreement).toBeLessThanOrEqual(1);
        expect(divergence).toBeGreaterThanOrEqual(0);
        expect(divergence).toBeLessThan(Infinity);
      }),
    );
  });

  test("a classifier agrees with itself", () => {
    fc.assert(
      fc.property(logits, ({ classes, before }) => {
        expect(agreementOf(before, before, classes)).toEqual({ agreement: 1, divergence: 0 });
      }),
    );
  });

  test("logits that all rise by the same mean the same", () => {
    const before = repeatable(1, 40);
    const found = agreementOf(
      before,
      before.map((x) => x + 64),
      4,
    );
    expect(found.agreement).toBe(1);
    expect(found.divergence).toBeLessThan(1e-10);
  });
});

test("the divergence is from before to after, not back: what was sure before counts", () => {
  const [sure, unsure] = [Float32Array.of(100, 0), Float32Array.of(0, 0)];
  expect(agreementOf(sure, unsure, 2).divergence).toBeCloseTo(Math.LN2, 12);
  expect(agreementOf(unsure, sure, 2).divergence).toBeCloseTo(50 - Math.LN2, 12);
});

test("logits of other rows or of none are a bug of ours", () => {
  expect(() => agreementOf(new Float32Array(4), new Float32Array(6), 2)).toThrow("internal:");
  expect(() => agreementOf(new Float32Array(0), new Float32Array(0), 2)).toThrow("internal:");
});
