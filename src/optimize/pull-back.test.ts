import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pullBack } from "./pull-back.ts";

const numbers = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 20 });

describe("a pull", () => {
  test("goes its share of the way back", () => {
    const parameter = Float32Array.of(1, 3, -2);
    pullBack(parameter, Float32Array.of(1, 1, 2), 0.25);
    expect([...parameter]).toEqual([1, 2.5, -1]);
  });

  test("goes towards zero where there is no origin", () => {
    const parameter = Float32Array.of(4, -8);
    pullBack(parameter, undefined, 0.25);
    expect([...parameter]).toEqual([3, -6]);
  });

  test("of 0 changes nothing, and of what lies at its origin nothing either, to the last bit", () => {
    fc.assert(
      fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        const parameter = Float32Array.from(values);
        pullBack(parameter, Float32Array.from(values), share);
        pullBack(parameter, new Float32Array(values.length), 0);
        expect(parameter).toEqual(Float32Array.from(values, (value) => value - share * 0));
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});
