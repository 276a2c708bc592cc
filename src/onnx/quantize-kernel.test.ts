import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { uniform } from "../../test/support/numbers.ts";
import { stream } from "../random.ts";
import { kernelError, quantizeKernel, weightLimit } from "./quantize-kernel.ts";

/** Kernels of any shape and size of numbers, each channel at a size of its own. */
const kernels = fc
  .record({
    shape: fc.tuple(...[6, 5, 3, 3].map((most) => fc.integer({ min: 1, max: most }))),
    seed: fc.nat(),
    exponents: fc.array(fc.integer({ min: -4, max: 0 }), { minLength: 6, maxLength: 6 }),
  })
  .map(({ shape, seed, exponents }) => {
    const count = shape.reduce((product, axis) => product * axis, 1);
    const drawn = uniform(stream(seed, "kernel"), count);
    const each = count / shape[0]!;
    return { shape, kernel: Float32Array.from(drawn, (value, i) => value * 10 ** exponents[Math.floor(i / each)]!) };
  });

/** Float32 scales and errors are themselves rounded. */
const rounding = 1e-4;

describe("a quantised kernel", () => {
  test("has the largest weight of each channel at the end of its range, and none beyond", () => {
    fc.assert(
      fc.property(kernels, ({ shape, kernel }) => {
        const { values } = quantizeKernel(kernel, shape);
        expect(values.every((value) => Math.abs(value) <= weightLimit)).toBe(true);
        const each = kernel.length / shape[0]!;
        if (shape[2]! * shape[3]! > 1) return;
        for (let c = 0; c < shape[0]!; c++) {
          const channel = kernel.subarray(c * each, (c + 1) * each);
          const largest = Math.max(...channel.map(Math.abs));
          const ofLayer = Math.max(...kernel.map(Math.abs));
          const reached = Math.max(...values.subarray(c * each, (c + 1) * each).map(Math.abs));
          if (largest > ofLayer * 2 ** -11) expect(reached).toBe(weightLimit);
        }
      }),
    );
  });

  test("is half a step from the kernel where a channel has one tap", () => {
    fc.assert(
      fc.property(kernels, ({ shape, kernel }) => {
        const flat = [shape[0]!, kernel.length / shape[0]!, 1, 1];
        const quantised = quantizeKernel(kernel, flat);
        const each = kernel.length / shape[0]!;
        kernelError(kernel, quantised).forEach((error, i) => {
          const step = quantised.scales[Math.floor(i / each)]!;
          expect(Math.abs(error) / step).toBeLessThanOrEqual(0.5 + rounding);
        });
      }),
    );
  });

  test("is less than a step from it elsewhere, and half a step in the sum over the taps", () => {
    fc.assert(
      fc.property(kernels, ({ shape, kernel }) => {
        const quantised = quantizeKernel(kernel, shape);
        const errors = kernelError(kernel, quantised);
        const [each, taps] = [kernel.length / shape[0]!, shape[2]! * shape[3]!];
        for (let start = 0; start < kernel.length; start += taps) {
          const step = quantised.scales[Math.floor(start / each)]!;
          const some = errors.subarray(start, start + taps);
          for (const error of some) expect(Math.abs(error) / step).toBeLessThanOrEqual(1 + rounding);
          const sum = some.reduce((total, error) => total + error, 0);
          expect(Math.abs(sum) / step).toBeLessThanOrEqual(0.5 + rounding);
        }
      }),
    );
  });

  test("may be all zeros, in one channel or in all", () => {
    for (const kernel of [Float32Array.of(0, 0, 1, -1), new Float32Array(4)]) {
      const { values, scales } = quantizeKernel(kernel, [2, 2, 1, 1]);
      expect([...values]).toEqual(kernel[2] === 1 ? [0, 0, 63, -63] : [0, 0, 0, 0]);
      expect(scales.every((scale) => scale > 0)).toBe(true);
    }
  });

  test("leaves room for two products of a byte in 16 bits", () => {
    expect(2 * 255 * weightLimit).toBeLessThan(2 ** 15);
  });
});
