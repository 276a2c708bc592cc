import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeFloat16 } from "../float16.ts";
import type { ElementType } from "./element-types.ts";
import { elementsOf, liesWithin, type Strided, toRowMajor } from "./strided.ts";

/** A tensor of 0 to 5 axes, which may be permuted, spread out, or repeat itself. */
const strided: fc.Arbitrary<Strided> = fc
  .record({
    offset: fc.nat({ max: 9 }),
    axes: fc.array(fc.record({ size: fc.nat({ max: 4 }), stride: fc.nat({ max: 12 }) }), { maxLength: 5 }),
  })
  .map(({ offset, axes }) => ({
    offset,
    shape: axes.map(({ size }) => size),
    strides: axes.map(({ stride }) => stride),
  }));

/** Where each element lies, in row-major order, by the definition. */
function placesOf({ offset, shape, strides }: Strided): readonly number[] {
  return shape.reduce<readonly number[]>(
    (places, size, axis) => places.flatMap((at) => Array.from({ length: size }, (_, i) => at + i * strides[axis]!)),
    [offset],
  );
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** The same bytes, beginning at an odd place in memory. */
function shifted(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes.length + 1).subarray(1);
  copy.set(bytes);
  return copy;
}

const numbers = Float32Array.from({ length: 300 }, (_, i) => i / 8 - 9);
const stored: readonly (readonly [ElementType, Uint8Array])[] = [
  ["F32", bytesOf(numbers)],
  ["F64", bytesOf(Float64Array.from(numbers))],
  ["F16", bytesOf(encodeFloat16(numbers))],
  ["BF16", bytesOf(Uint16Array.from(new Uint32Array(numbers.buffer), (bits) => bits >>> 16))],
];

describe("a tensor in a storage", () => {
  test.each(stored)("of %s comes out in row-major order, however it lies", (dtype, bytes) => {
    const all = toRowMajor(bytes, dtype, { offset: 0, shape: [numbers.length], strides: [1] })!;
    fc.assert(
      fc.property(strided, fc.boolean(), (tensor, odd) => {
        const expected = placesOf(tensor).map((at) => all[at]!);
        expect([...toRowMajor(odd ? shifted(bytes) : bytes, dtype, tensor)!]).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test("keeps every bit of float32, of what is no number too", () => {
    const bits = Uint32Array.of(0x7fa00001, 0xffc12345, 0x80000000, 1);
    const values = toRowMajor(bytesOf(bits), "F32", { offset: 0, shape: [2, 2], strides: [1, 2] })!;
    expect([...new Uint32Array(values.buffer)]).toEqual([0x7fa00001, 0x80000000, 0xffc12345, 1]);
  });

  test("is not copied where it is in row-major order already", () => {
    const bytes = bytesOf(numbers);
    for (const [shape, strides] of [
      [
        [2, 3],
        [3, 1],
      ],
      [
        [2, 1, 3],
        [3, 99, 1],
      ],
    ] as const) {
      const values = toRowMajor(bytes, "F32", { offset: 4, shape, strides })!;
      expect([values.buffer, [...values]]).toEqual([numbers.buffer, [...numbers.subarray(4, 10)]]);
    }
  });

  test("of integers has no float32", () => {
    expect(toRowMajor(new Uint8Array(64), "I64", { offset: 0, shape: [2, 2], strides: [1, 2] })).toBeUndefined();
  });

  test("lies within a part of the storage exactly where all its elements do", () => {
    const part = fc.tuple(fc.nat({ max: 12 }), fc.nat({ max: 200 }));
    fc.assert(
      fc.property(strided, part, (tensor, [begin, length]) => {
        const end = begin + length;
        const inside = placesOf(tensor).every((at) => at >= begin && at < end);
        const empty = elementsOf(tensor.shape) === 0;
        expect(liesWithin(tensor, begin, end)).toBe(empty ? tensor.offset >= begin && tensor.offset <= end : inside);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    [
      [2 ** 53 - 1, 2 ** 53 - 1],
      [0, 1],
    ],
    [Array<number>(64).fill(2 ** 53 - 1), Array<number>(64).fill(2 ** 53 - 1)],
  ])("of more elements than numbers can count lies nowhere", (shape, strides) => {
    expect(liesWithin({ offset: 0, shape, strides }, 0, 1000)).toBe(false);
    expect(elementsOf([...shape, 0])).toBe(0);
  });
});
