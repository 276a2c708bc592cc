import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { closePairs } from "./close-hashes.ts";
import { hammingDistance } from "./perceptual-hash.ts";

const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const flips = fc.array(fc.nat(63), { maxLength: 10 });
const hex = (value: bigint) => value.toString(16).padStart(16, "0");
const flipped = (value: bigint, at: readonly number[]) => at.reduce((bits, bit) => bits ^ (1n << BigInt(bit)), value);

/** Hashes around a few centres, so that many are close; mirrored ones around the same. */
const hashes = fc
  .tuple(
    fc.array(word, { minLength: 1, maxLength: 4 }),
    fc.array(fc.tuple(fc.nat(), flips, fc.nat(), flips), { minLength: 2, maxLength: 30 }),
  )
  .map(([centres, all]) =>
    all.map(([one, plain, other, mirrored]) => ({
      hash: hex(flipped(centres[one % centres.length]!, plain)),
      mirrored: hex(flipped(centres[other % centres.length]!, mirrored)),
    })),
  );

describe("close pairs", () => {
  test("are all that there are, each once, whatever the radius", () => {
    fc.assert(
      fc.property(hashes, fc.constantFrom(3, 4, 6, 8, 11), (all, radius) => {
        const distinct = [...new Map(all.map((one) => [one.hash, one])).values()];
        const found = [...closePairs(distinct, radius)].map(
          ({ first, second, mirrored }) => `${first} ${second} ${mirrored}`,
        );
        const expected = distinct.flatMap((one, first) =>
          distinct.flatMap((other, second) => {
            if (second <= first) return [];
            const plain = hammingDistance(one.hash, other.hash) <= radius ? [`${first} ${second} false`] : [];
            return hammingDistance(one.mirrored, other.hash) <= radius ? [...plain, `${first} ${second} true`] : plain;
          }),
        );
        expect(found.sort()).toEqual(expected.sort());
      }),
      { numRuns: 300 },
    );
  });

  test("of a heap of equal hashes are few, and connect all of it", () => {
    const heap = Array.from({ length: 5000 }, () => ({ hash: "0f".repeat(8), mirrored: "f0".repeat(8) }));
    const reached = new Set([0]);
    let pairs = 0;
    for (const { first, second } of closePairs(heap, 8)) {
      pairs += 1;
      if (reached.has(first)) reached.add(second);
    }
    expect(reached.size).toBe(heap.length);
    expect(pairs).toBeLessThan(heap.length * 20);
  });
});
