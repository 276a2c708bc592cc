import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeFloat16, encodeFloat16 } from "./float16.ts";

const everyHalf = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
const everyValue = decodeFloat16(everyHalf);
const finite = Array.from(everyHalf).filter((bits) => (bits & 0x7c00) !== 0x7c00);

/** What a half is by its definition: (-1)^s · 2^(e - 15) · (1 + f / 1024), and 2^-14 · f / 1024 where e = 0. */
function definition(bits: number): number {
  const [exponent, fraction] = [(bits >>> 10) & 31, (bits & 0x3ff) / 1024];
  const magnitude = exponent === 0 ? 2 ** -14 * fraction : 2 ** (exponent - 15) * (1 + fraction);
  return bits & 0x8000 ? -magnitude : magnitude;
}

/** Nearest by search over all halves of this sign, as if 2^16 came after the largest one; of two the even one. */
function nearest(value: number): number {
  const sign = Object.is(value, -0) || value < 0 ? 0x8000 : 0;
  const target = Math.abs(value);
  const at = (bits: number) => (bits === 0x7c00 ? 65536 : definition(bits));
  let [low, high] = [0, 0x7c00];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at(middle) <= target) low = middle;
    else high = middle;
  }
  if (target >= 65536) return sign | 0x7c00;
  const [below, above] = [target - at(low), at(high) - target];
  if (below !== above) return sign | (below < above ? low : high);
  return sign | (low % 2 === 0 ? low : high);
}

const encodeOne = (value: number) => encodeFloat16(Float32Array.of(value))[0]!;

describe("half precision", () => {
  test("every finite half is decoded to what it is by definition", () => {
    for (const bits of finite) expect(Object.is(everyValue[bits], definition(bits))).toBe(true);
  });

  test("infinities and NaN are decoded", () => {
    expect(everyValue[0x7c00]).toBe(Infinity);
    expect(everyValue[0xfc00]).toBe(-Infinity);
    expect(everyValue.filter(Number.isNaN).length).toBe(2 * 1023);
  });

  test("all 65,536 patterns survive the way to float32 and back", () => {
    expect(encodeFloat16(everyValue)).toEqual(everyHalf);
  });

  test("rounding is to the nearest, ties to even, over all float32 patterns", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (bits) => {
        const value = new Float32Array(Uint32Array.of(bits).buffer)[0]!;
        fc.pre(Number.isFinite(value));
        expect(encodeOne(value)).toBe(nearest(value));
      }),
      { numRuns: 3000 },
    );
  });

  test("rounding is right in and around the middle of every two neighbours", () => {
    for (let bits = 0; bits < 0x7c00; bits++) {
      const above = bits + 1 === 0x7c00 ? 65536 : definition(bits + 1);
      const middle = (definition(bits) + above) / 2;
      const pattern = new Uint32Array(Float32Array.of(middle).buffer)[0]!;
      const around = new Float32Array(Uint32Array.of(pattern - 1, pattern, pattern + 1).buffer);
      expect(Array.from(encodeFloat16(around))).toEqual([bits, bits % 2 === 0 ? bits : bits + 1, bits + 1]);
    }
  });

  test("a NaN stays a NaN whatever its payload", () => {
    for (const pattern of [0x7f800001, 0x7fc00000, 0xff801fff, 0xffffffff]) {
      const half = encodeFloat16(new Float32Array(Uint32Array.of(pattern).buffer));
      expect(decodeFloat16(half)[0]).toBeNaN();
      expect(half[0]! >>> 15).toBe(pattern >>> 31);
    }
  });

  test("results go into given arrays, and views into larger buffers are respected", () => {
    const values = new Float32Array([9, 1, -2, 0.5]).subarray(1);
    const into = new Uint16Array(5);
    expect(encodeFloat16(values, into)).toBe(into);
    expect(Array.from(into)).toEqual([0x3c00, 0xc000, 0x3800, 0, 0]);
    const target = new Float32Array(4).subarray(1);
    expect(Array.from(decodeFloat16(into.subarray(0, 3), target))).toEqual([1, -2, 0.5]);
  });
});
