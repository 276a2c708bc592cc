import fc from "fast-check";
import { expect, test } from "vitest";
import { elementCount } from "../ir/tensor-type.ts";
import { outputsFirst } from "./kernel-axes.ts";

const axis = fc.integer({ min: 1, max: 40 });
const small = fc.integer({ min: 1, max: 4 });

function counting(shape: readonly number[]) {
  return { shape, values: new Float32Array(elementCount(shape)).map((_, i) => i) };
}

test("kernels [height, width, in, out] become [out, in, height, width]", () => {
  fc.assert(
    fc.property(small, small, axis, axis, (height, width, inputs, outputs) => {
      const { shape, values } = outputsFirst(counting([height, width, inputs, outputs]));
      expect(shape).toEqual([outputs, inputs, height, width]);
      let at = 0;
      for (let o = 0; o < outputs; o++)
        for (let i = 0; i < inputs; i++)
          for (let y = 0; y < height; y++)
            for (let x = 0; x < width; x++, at++)
              if (values[at] !== ((y * width + x) * inputs + i) * outputs + o) expect.fail(`[${o}, ${i}, ${y}, ${x}]`);
    }),
  );
});

test("dense layers [in, out] become [out, in]", () => {
  expect(outputsFirst(counting([2, 3]))).toEqual({ shape: [3, 2], values: Float32Array.of(0, 3, 1, 4, 2, 5) });
});

test("axes without length are no trouble", () => {
  expect(outputsFirst(counting([3, 3, 0, 5]))).toEqual({ shape: [5, 0, 3, 3], values: new Float32Array(0) });
});
