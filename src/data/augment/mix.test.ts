// What timm computes is compared in test/parity/augment.test.ts; here is what must hold for any draw.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stream } from "../../random.ts";
import { drawMix, mixed } from "./mix.ts";

const size = 8;
const bytes = size * size * 3;
/** Image i has the value 10 i everywhere. */
const batchOf = (count: number) => Uint8Array.from({ length: count * bytes }, (_, i) => 10 * Math.floor(i / bytes));

describe("a drawn mix", () => {
  test("is of the kind whose parameter is above 0, and of both about as often", () => {
    const cuts = (mixup: number, cutmix: number) =>
      [...Array(400).keys()].filter((i) => drawMix({ mixup, cutmix }, size, stream(i, "mix")).box !== undefined).length;
    expect(cuts(1, 0)).toBe(0);
    expect(cuts(0, 1)).toBe(400);
    expect(cuts(0.2, 1)).toBeGreaterThan(160);
    expect(cuts(0.2, 1)).toBeLessThan(240);
  });

  test("has the share that its pixels have", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { ownShare, box } = drawMix({ mixup: 0, cutmix: 1 }, size, stream(seed, "cut"));
        const pixels = mixed(batchOf(2), size, { ownShare, ...(box && { box }) });
        const own = pixels.subarray(0, bytes).filter((value) => value === 0).length / bytes;
        expect(ownShare).toBeCloseTo(own, 12);
      }),
    );
  });
});

describe("a mixed batch", () => {
  test("has image i with image n - 1 - i, and the middle one as it was", () => {
    const pixels = mixed(batchOf(3), size, { ownShare: 0.25 });
    expect([0, 1, 2].map((i) => pixels[i * bytes])).toEqual([15, 10, 5]);
  });

  test("leaves the batch it was given alone, and is that batch where nothing is mixed", () => {
    const batch = batchOf(4);
    expect(mixed(batch, size, { ownShare: 1 })).toEqual(batchOf(4));
    mixed(batch, size, { ownShare: 0.3 });
    expect(batch).toEqual(batchOf(4));
  });
});
