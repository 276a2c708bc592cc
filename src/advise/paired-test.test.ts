import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mcnemar } from "./paired-test.ts";

/** Answers of A and B that differ on so many pictures, between some on which they do not. */
function answers(onlyA: number, onlyB: number): readonly [Uint8Array, Uint8Array] {
  const length = 5 + onlyA + onlyB;
  const [a, b] = [new Uint8Array(length), new Uint8Array(length)];
  for (const right of [a, b]) right.fill(1, 0, 3);
  return [a.fill(1, 5, 5 + onlyA), b.fill(1, 5 + onlyA)];
}

function close(actual: number, expected: number): void {
  expect(Math.abs(actual - expected) / expected).toBeLessThan(1e-9);
}

describe("scipy 1.17.1 says the same", () => {
  // binomtest(onlyA, n, 0.5).pvalue and binom.cdf(onlyA, n, 0.5) - 0.5 * binom.pmf(onlyA, n, 0.5), n = onlyA + onlyB
  test.each([
    [0, 5, 0.0625, 0.015625000000000014],
    [3, 1, 0.625, 0.8125],
    [10, 25, 0.016673847800120715, 0.005665492091793567],
    [25, 10, 0.016673847800120715, 0.9943345079082064],
    [480, 520, 0.2174482932041415, 0.10305365541647689],
    [100, 900, 1.3403435580012363e-161, 3.722249799824697e-162],
    [49500, 50500, 0.0015823598788515154, 0.0007826798774241673],
    [50500, 49500, 0.0015823598788515154, 0.9992173201225758],
    [50000, 50000, 1, 0.49999999999999944],
  ])("of %i against %i", (onlyA, onlyB, twoSided, oneSidedMid) => {
    const found = mcnemar(...answers(onlyA, onlyB));
    expect([found.onlyA, found.onlyB]).toEqual([onlyA, onlyB]);
    close(found.twoSided, twoSided);
    close(found.oneSidedMid, oneSidedMid);
  });
});

test("nothing is said where both are right about the same pictures, or there are none", () => {
  const nothing = { onlyA: 0, onlyB: 0, twoSided: 1, oneSidedMid: 0.5 };
  expect(mcnemar(...answers(0, 0))).toEqual(nothing);
  expect(mcnemar(new Uint8Array(0), new Uint8Array(0))).toEqual(nothing);
});

describe("whatever the counts", () => {
  const count = fc.integer({ min: 0, max: 60 });

  test("both are the sums that define them", () => {
    fc.assert(
      fc.property(count, fc.integer({ min: 1, max: 60 }), (onlyA, onlyB) => {
        const n = onlyA + onlyB;
        const probabilities = [2 ** -n];
        for (let i = 1; i <= n; i++) probabilities.push((probabilities[i - 1]! * (n - i + 1)) / i);
        const upTo = (k: number) => probabilities.slice(0, k + 1).reduce((total, one) => total + one, 0);
        const { twoSided, oneSidedMid } = mcnemar(...answers(onlyA, onlyB));
        close(twoSided, Math.min(1, 2 * upTo(Math.min(onlyA, onlyB))));
        close(oneSidedMid, upTo(onlyA) - probabilities[onlyA]! / 2);
      }),
    );
  });

  test("what speaks for B when asked one way speaks against it the other way", () => {
    fc.assert(
      fc.property(count, count, (onlyA, onlyB) => {
        const [a, b] = answers(onlyA, onlyB);
        const [there, back] = [mcnemar(a, b), mcnemar(b, a)];
        expect(there.twoSided).toBe(back.twoSided);
        expect(there.oneSidedMid + back.oneSidedMid).toBeCloseTo(1, 12);
      }),
    );
  });

  test("one picture more that only B gets right speaks for B", () => {
    // few enough that 1 less the smallest of them is not 1
    const few = fc.integer({ min: 0, max: 20 });
    fc.assert(
      fc.property(few, few, (onlyA, onlyB) => {
        const one = mcnemar(...answers(onlyA, onlyB)).oneSidedMid;
        expect(mcnemar(...answers(onlyA, onlyB + 1)).oneSidedMid).toBeLessThan(one);
      }),
    );
  });
});

test("answers about different pictures are a bug of ours", () => {
  expect(() => mcnemar(new Uint8Array(2), new Uint8Array(3))).toThrow("internal:");
});
