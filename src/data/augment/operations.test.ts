// What torchvision computes is compared in test/parity/augment.test.ts; here is what must hold for any picture.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stream } from "../../random.ts";
import type { Pixels } from "../resize.ts";
import { adjustBrightness, adjustColour, adjustContrast, adjustSharpness } from "./enhance.ts";
import { erase } from "./erase.ts";
import { jitterColours } from "./jitter.ts";
import { operations, trivialAugment } from "./trivial.ts";
import { type Colour, rotate, translate } from "./warp.ts";

const fill: Colour = [128, 127, 126];
const pictures = fc
  .record({ width: fc.integer({ min: 1, max: 12 }), height: fc.integer({ min: 1, max: 12 }), seed: fc.nat() })
  .map(({ width, height, seed }): Pixels => {
    const random = stream(seed, "picture");
    return { width, height, pixels: Uint8Array.from({ length: width * height * 3 }, () => random() * 256) };
  });

/** A picture whose every pixel is its place, so that it is seen where each went. */
function places(side: number): Pixels {
  return { width: side, height: side, pixels: Uint8Array.from({ length: side * side * 3 }, (_, i) => i / 3) };
}

describe("every operation", () => {
  test.each(Object.entries(operations))(
    "%s keeps the size, and leaves the picture it was given as it was",
    (_, operation) => {
      fc.assert(
        fc.property(pictures, fc.nat(30), fc.constantFrom(1, -1), (image, bin, sign) => {
          const before = image.pixels.slice();
          const strength = "strength" in operation ? operation.strength(bin) : 0;
          const result = operation.apply(image, "signed" in operation ? sign * strength : strength, fill);
          expect([result.width, result.height, result.pixels.length]).toEqual([
            image.width,
            image.height,
            before.length,
          ]);
          expect(image.pixels).toEqual(before);
        }),
        { numRuns: 30 },
      );
    },
  );

  test("with a factor of 1 changes nothing", () => {
    fc.assert(
      fc.property(pictures, (image) => {
        for (const adjust of [adjustBrightness, adjustContrast, adjustColour, adjustSharpness])
          expect(adjust(image, 1).pixels).toEqual(image.pixels);
        expect(rotate(image, 0, fill).pixels).toEqual(image.pixels);
      }),
      { numRuns: 30 },
    );
  });
});

describe("moving pixels", () => {
  test("right and down leaves the fill behind", () => {
    const { pixels } = translate(places(3), 1, 1, fill);
    const first = [...pixels].filter((_, i) => i % 3 === 0);
    expect(first).toEqual([128, 128, 128, 128, 0, 1, 128, 3, 4]);
  });

  test("by a quarter turn loses nothing, and four of them are none", () => {
    const turned = rotate(places(7), 90, fill);
    expect([...turned.pixels].sort((a, b) => a - b)).toEqual([...places(7).pixels]);
    expect(turned.pixels[0]).toBe(6); // the upper right corner comes to the upper left
    const back = [90, 90, 90].reduce((image, degrees) => rotate(image, degrees, fill), turned);
    expect(back.pixels).toEqual(places(7).pixels);
  });
});

describe("TrivialAugment", () => {
  test("draws every operation about as often, and the same under one name", () => {
    const image = places(9);
    const kept = { unchanged: 0, all: 0 };
    for (let i = 0; i < 1400; i++) {
      const { pixels } = trivialAugment(image, fill, stream(i, "draw"));
      expect(trivialAugment(image, fill, stream(i, "draw")).pixels).toEqual(pixels);
      kept.all += 1;
      if (pixels === image.pixels) kept.unchanged += 1;
    }
    expect(kept.unchanged / kept.all).toBeGreaterThan(0.04); // identity is one of 14
    expect(kept.unchanged / kept.all).toBeLessThan(0.11);
  });
});

describe("colour jitter", () => {
  test("of a share keeps every value within it, but for rounding, where the picture is grey", () => {
    const image: Pixels = { width: 4, height: 4, pixels: new Uint8Array(48).fill(100) };
    for (let i = 0; i < 200; i++) {
      const [value] = jitterColours(image, 0.4, stream(i, "jitter")).pixels;
      expect(value).toBeGreaterThanOrEqual(57);
      expect(value).toBeLessThanOrEqual(141);
    }
  });

  test("of another stream is another one", () => {
    const image = places(9);
    expect(jitterColours(image, 0.4, stream(1, "a")).pixels).not.toEqual(
      jitterColours(image, 0.4, stream(1, "b")).pixels,
    );
  });
});

describe("erasing", () => {
  test("takes one rectangle of 2 to 33 % in the fill, and nothing else", () => {
    const [side, areas] = [60, [] as number[]];
    const image: Pixels = { width: side, height: side, pixels: new Uint8Array(side * side * 3) };
    for (let i = 0; i < 300; i++) {
      const { pixels } = erase(image, fill, stream(i, "erase"));
      const gone = [...Array(side * side).keys()].filter((at) => pixels[at * 3] !== 0);
      const rows = new Set(gone.map((at) => Math.floor(at / side)));
      const columns = new Set(gone.map((at) => at % side));
      expect(gone.length).toBe(rows.size * columns.size);
      expect(gone.every((at) => fill.every((value, c) => pixels[at * 3 + c] === value))).toBe(true);
      expect(rows.size / columns.size).toBeLessThan(3.7);
      expect(columns.size / rows.size).toBeLessThan(3.7);
      areas.push(gone.length / (side * side));
    }
    expect(Math.min(...areas)).toBeGreaterThan(0.015);
    expect(Math.max(...areas)).toBeLessThan(0.345);
  });

  test("leaves a picture alone that has no room for it", () => {
    const image = places(1);
    expect(erase(image, fill, stream(1, "small")).pixels).toEqual(image.pixels);
  });
});
