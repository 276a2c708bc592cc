import { describe, expect, test } from "vitest";
import { dropoutMasks } from "./dropout.ts";

const maskOf = (dropout: number, step = "1:0", seed = 0) =>
  dropoutMasks({ dropout, seed }, 256, step, 32)["dropout.0"] as Float32Array;

describe("a mask", () => {
  test.each([0.1, 0.2, 0.5, 0.9])("leaves out a share of %d and makes up for it in what stays", (dropout) => {
    const mask = maskOf(dropout);
    expect(mask).toHaveLength(256 * 32);
    const out = mask.filter((value) => value === 0).length / mask.length;
    // four standard errors of a share of so many units
    expect(Math.abs(out - dropout)).toBeLessThan(4 * Math.sqrt((dropout * (1 - dropout)) / mask.length));
    expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / (1 - dropout))]));
  });

  test("is another in every step and with every seed, and the same when it is drawn again", () => {
    expect(maskOf(0.5)).toEqual(maskOf(0.5));
    expect(maskOf(0.5, "1:1")).not.toEqual(maskOf(0.5));
    expect(maskOf(0.5, "1:0", 1)).not.toEqual(maskOf(0.5));
  });

  test("is none where nothing is left out", () => {
    expect(dropoutMasks({ dropout: 0, seed: 0 }, 256, "1:0", 32)).toEqual({});
  });
});
