import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clip, globalNorm, globalNormFactor } from "./clipping.ts";

const tensors = fc.array(
  fc
    .array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 8 })
    .map((values) => Float64Array.from(values)),
  { minLength: 1, maxLength: 4 },
);
const copies = (gradients: readonly Float64Array[]) => gradients.map((gradient) => gradient.slice());

describe("clipping by the global norm", () => {
  test("brings the common norm to the limit and keeps the direction", () => {
    const gradients = [Float64Array.of(3, 0), Float64Array.of(0, 4)];
    clip({ name: "global-norm", definition: "keras", limit: 1 }, gradients);
    expect(gradients[0]![0]).toBeCloseTo(0.6, 15);
    expect(gradients[1]![1]).toBeCloseTo(0.8, 15);
  });

  test("leaves short gradients alone, bit for bit", () => {
    fc.assert(
      fc.property(tensors, fc.constantFrom("pytorch" as const, "keras" as const), (gradients, definition) => {
        const clipped = copies(gradients);
        clip({ name: "global-norm", definition, limit: globalNorm(gradients) + 1e-3 }, clipped);
        expect(clipped).toEqual(gradients);
      }),
    );
  });

  test("PyTorch stays below the limit by its 1e-6, Keras meets it", () => {
    const gradients = [Float64Array.of(3, 4)];
    expect(globalNormFactor(gradients, 1)).toEqual({ norm: 5, factor: 1 / 5.000001 });
    expect(globalNormFactor(gradients, 1, "keras")).toEqual({ norm: 5, factor: 1 / 5 });
  });

  test("without a limit measures only", () => {
    expect(globalNormFactor([Float32Array.of(3), Float32Array.of(4)], null)).toEqual({ norm: 5, factor: 1 });
  });
});

test("clipping by the norm treats each tensor by itself", () => {
  const gradients = [Float64Array.of(3, 4), Float64Array.of(0.3, 0.4)];
  clip({ name: "norm", limit: 1 }, gradients);
  expect(globalNorm([gradients[0]!])).toBeCloseTo(1, 15);
  expect(gradients[1]).toEqual(Float64Array.of(0.3, 0.4));
});

test("clipping by value keeps every element within the limit and what is within it unchanged", () => {
  fc.assert(
    fc.property(tensors, fc.double({ min: 0.01, max: 50, noNaN: true }), (gradients, limit) => {
      const clipped = copies(gradients);
      clip({ name: "value", limit }, clipped);
      for (const [at, gradient] of gradients.entries())
        for (const [i, value] of gradient.entries())
          expect(clipped[at]![i]).toBe(Math.abs(value) <= limit ? value : Math.sign(value) * limit);
    }),
  );
});

test.each(["global-norm", "norm", "value"] as const)("a limit of 0 is refused: %s", (name) => {
  expect(() => clip({ name, definition: "keras", limit: 0 }, [Float32Array.of(1)])).toThrow("optimize/clipping-limit");
});
