import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawScene } from "../../test/support/drawn-scenes.ts";
import { entropy, glanceAt, luminance, quantile } from "./glance.ts";
import type { Pixels } from "./resize.ts";

const picture = fc
  .record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 40 }) })
  .chain(({ width, height }) =>
    fc
      .uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 })
      .map((pixels): Pixels => ({ width, height, pixels })),
  );
const side = fc.integer({ min: 1, max: 16 });

/** The mean colour of a part, pixel by pixel with the share that lies in it. */
function partOf({ width, height, pixels }: Pixels, parts: number, row: number, column: number, c: number): number {
  const overlap = (at: number, length: number, part: number) =>
    Math.max(0, Math.min(at + 1, ((part + 1) * length) / parts) - Math.max(at, (part * length) / parts));
  let [sum, area] = [0, 0];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const share = overlap(x, width, column) * overlap(y, height, row);
      sum += share * pixels[(y * width + x) * 3 + c]!;
      area += share;
    }
  return sum / area;
}

describe("a glance", () => {
  test("is the mean colour of every part, also of pictures smaller than the grid", () => {
    fc.assert(
      fc.property(picture, side, (image, parts) => {
        const { colours } = glanceAt(image, parts);
        for (let i = 0; i < colours.length; i++) {
          const cell = Math.floor(i / 3);
          const expected = partOf(image, parts, Math.floor(cell / parts), cell % parts, i % 3);
          expect(colours[i]).toBeCloseTo(expected, 6);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("counts every pixel once, by its luminance", () => {
    const pixel = (image: Pixels, at: number) =>
      glanceAt({ width: 1, height: 1, pixels: image.pixels.subarray(at * 3, at * 3 + 3) }, 1).histogram;
    fc.assert(
      fc.property(picture, (image) => {
        const counts = new Uint32Array(256);
        for (let at = 0; at < image.width * image.height; at++) {
          const value = pixel(image, at).indexOf(1);
          const [red, green, blue] = image.pixels.subarray(at * 3, at * 3 + 3);
          expect(Math.abs(value - luminance(red!, green!, blue!))).toBeLessThan(0.51);
          counts[value]!++;
        }
        expect(glanceAt(image, 4).histogram).toEqual(counts);
      }),
      { numRuns: 30 },
    );
  });

  test("at a tall picture is what all of its rows show, within a step of 255", async () => {
    const [width, height, side] = [192, 2560, 32];
    const pixels = await drawScene(1).resize(width, height, { fit: "fill" }).raw().toBuffer();
    const means = new Float64Array(side * side * 3);
    const [columns, rows] = [width / side, height / side];
    for (const [at, value] of pixels.entries()) {
      const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
      means[(Math.floor(y / rows) * side + Math.floor(x / columns)) * 3 + (at % 3)]! += value / columns / rows;
    }
    const { colours } = glanceAt({ width, height, pixels }, side);
    for (const [i, mean] of means.entries()) expect(Math.abs(colours[i]! - mean)).toBeLessThan(1);
  });
});

describe("a histogram", () => {
  const of = (...values: number[]) => {
    const histogram = new Uint32Array(256);
    for (const value of values) histogram[value]!++;
    return histogram;
  };

  test("tells below which luminance a share of the pixels lies", () => {
    expect(quantile(of(1, 2, 3, 4), 0.5)).toBe(2);
    expect(quantile(of(1, 2, 3, 4), 0.99)).toBe(4);
    expect(quantile(of(0, 255, 255, 255), 0.05)).toBe(0);
    expect(quantile(of(255), 0.05)).toBe(255);
  });

  test("of one colour has no entropy, of 16 equally frequent ones 4 bits", () => {
    expect(entropy(of(7, 7, 7))).toBe(0);
    expect(entropy(of(...Array.from({ length: 16 }, (_, i) => i * 10)))).toBeCloseTo(4);
  });
});
