import { describe, expect, test } from "vitest";
import { decayOfHalfLife, follow, newAverage } from "./moving-average.ts";

test("PyTorch's begins with the initial parameters", () => {
  const parameter = Float64Array.of(1, 10);
  const average = newAverage(parameter);
  parameter.set([2, 20]);
  follow({ definition: "pytorch", decay: 0.9 }, { average, parameter, step: 1 });
  expect(average[0]).toBeCloseTo(1.1, 14);
  expect(average[1]).toBeCloseTo(11, 14);
});

describe("Keras's", () => {
  test("begins with the parameters after the first update, even if the average held no number", () => {
    const parameter = Float64Array.of(2);
    const average = Float64Array.of(7);
    follow({ definition: "keras", decay: 0.9 }, { average, parameter, step: 1 });
    expect(average[0]).toBe(2);
    parameter[0] = 3;
    follow({ definition: "keras", decay: 0.9 }, { average, parameter, step: 2 });
    expect(average[0]).toBeCloseTo(2.1, 14);
  });

  test("takes the place of the parameters at every so many updates", () => {
    const parameter = Float64Array.of(2);
    const average = newAverage(parameter);
    const overwritten = [1, 2, 3, 4].map((step) => {
      parameter[0] = step * 10;
      follow({ definition: "keras", decay: 0.5, overwriteEvery: 2 }, { average, parameter, step });
      return parameter[0] !== step * 10;
    });
    expect(overwritten).toEqual([false, true, false, true]);
    expect(parameter).toEqual(average);
  });
});

test("after its half-life half of the average is new", () => {
  const average = Float64Array.of(0);
  for (let step = 1; step <= 25; step++)
    follow({ definition: "pytorch", decay: decayOfHalfLife(25) }, { average, parameter: Float64Array.of(1), step });
  expect(average[0]).toBeCloseTo(0.5, 12);
});
