import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stream } from "../random.ts";
import { type Box, type Pixels, resize, type Window } from "./resize.ts";

const side = fc.integer({ min: 1, max: 40 });
const cases = fc.record({ width: side, height: side, toWidth: side, toHeight: side, seed: fc.nat(), part: quarter() });

describe("resize", () => {
  test("agrees with the formula in float64, but for rounding after each pass", () => {
    fc.assert(
      fc.property(cases, ({ width, height, toWidth, toHeight, seed, part }) => {
        const image = drawn(width, height, seed);
        const box = { left: part[0] * width, top: part[1] * height, right: part[2] * width, bottom: part[3] * height };
        const result = resize(image, toWidth, toHeight, { box });
        const expected = byFormula(image, toWidth, toHeight, box);
        for (const [i, value] of expected.entries()) expect(Math.abs(result[i]! - value)).toBeLessThan(1.6);
      }),
    );
  });

  test("of a window is that window of the whole", () => {
    fc.assert(
      fc.property(cases, ({ width, height, toWidth, toHeight, seed, part }) => {
        const image = drawn(width, height, seed);
        const [left, top] = [Math.floor(part[0] * toWidth), Math.floor(part[1] * toHeight)];
        const window = {
          left,
          top,
          width: Math.max(1, Math.floor(part[2] * toWidth) - left),
          height: Math.max(1, Math.floor(part[3] * toHeight) - top),
        };
        expect(resize(image, toWidth, toHeight, { window })).toEqual(
          cut(resize(image, toWidth, toHeight), toWidth, window),
        );
      }),
    );
  });

  test("to the same size changes nothing, and a box of that size is cut out exactly", () => {
    const image = drawn(30, 20, 1);
    expect(resize(image, 30, 20)).toEqual(image.pixels);
    expect(resize(image, 11, 7, { box: { left: 5, top: 9, right: 16, bottom: 16 } })).toEqual(
      cut(image.pixels, 30, { left: 5, top: 9, width: 11, height: 7 }),
    );
  });

  test("where rounding brings a fifth row within reach, no row of the next output weighs in", () => {
    // row 27 of 341 lies a hair before the middle of row 7 of 93, and from 7.5 - 2 on rows count
    const image = drawn(1, 93, 1);
    expect(resize(image, 1, 341, { window: { left: 0, top: 27, width: 1, height: 2 } }).subarray(0, 3)).toEqual(
      image.pixels.subarray(7 * 3, 8 * 3),
    );
  });

  test("keeps an even colour", () => {
    fc.assert(
      fc.property(cases, fc.nat(255), ({ width, height, toWidth, toHeight }, value) => {
        const pixels = new Uint8Array(width * height * 3).fill(value);
        expect(resize({ width, height, pixels }, toWidth, toHeight).every((one) => one === value)).toBe(true);
      }),
    );
  });

  test("clips where the curve overshoots, instead of wrapping round", () => {
    const edge: Pixels = { width: 2, height: 1, pixels: Uint8Array.of(0, 0, 0, 255, 255, 255) };
    const row = resize(edge, 12, 1).filter((_, i) => i % 3 === 0);
    expect([...row]).toEqual([...row].sort((left, right) => left - right));
    expect([row[0], row[11]]).toEqual([0, 255]);
  });

  test("refuses a window or a box outside", () => {
    const image = drawn(4, 4, 1);
    expect(() => resize(image, 8, 8, { window: { left: 5, top: 0, width: 4, height: 1 } })).toThrow("internal: window");
    expect(() => resize(image, 8, 8, { box: { left: 0, top: 0, right: 5, bottom: 4 } })).toThrow("internal: box");
  });
});

function quarter(): fc.Arbitrary<readonly [number, number, number, number]> {
  const low = fc.double({ min: 0, max: 0.4, noNaN: true });
  const high = fc.double({ min: 0.6, max: 1, noNaN: true });
  return fc.tuple(low, low, high, high);
}

/** Noise, so that every weight shows. */
function drawn(width: number, height: number, seed: number): Pixels {
  const random = stream(seed, "noise");
  return { width, height, pixels: Uint8Array.from({ length: width * height * 3 }, () => Math.floor(random() * 256)) };
}

function cut(pixels: Uint8Array, stride: number, { left, top, width, height }: Window): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y, channel] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
    return pixels[((top + y) * stride + left + x) * 3 + channel]!;
  });
}

/** The formula at the head of resize.ts, both axes; clipped between the passes and at the end, never rounded. */
function byFormula(image: Pixels, width: number, height: number, box: Box): Float64Array {
  const [across, down] = [
    axis(image.width, box.left, box.right, width),
    axis(image.height, box.top, box.bottom, height),
  ];
  const clip = (value: number) => Math.min(255, Math.max(0, value));
  return Float64Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y, channel] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
    const row = (sourceY: number) =>
      clip(across[x]!.reduce((sum, w, k) => sum + w * image.pixels[(sourceY * image.width + k) * 3 + channel]!, 0));
    return clip(down[y]!.reduce((sum, w, k) => (w === 0 ? sum : sum + w * row(k)), 0));
  });
}

function axis(inputs: number, start: number, end: number, outputs: number): readonly (readonly number[])[] {
  const scale = (end - start) / outputs;
  const stretch = Math.max(scale, 1);
  return Array.from({ length: outputs }, (_, x) => {
    const centre = start + (x + 0.5) * scale;
    const raw = Array.from({ length: inputs }, (_, i) => kernel((i + 0.5 - centre) / stretch));
    const sum = raw.reduce((total, w) => total + w, 0);
    return raw.map((w) => w / sum);
  });
}

function kernel(t: number): number {
  const x = Math.abs(t);
  if (x < 1) return 1.5 * x ** 3 - 2.5 * x ** 2 + 1;
  return x < 2 ? -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2 : 0;
}
