import { describe, expect, test } from "vitest";
import { options } from "../options.ts";
import { follow, newAverage } from "./moving-average.ts";

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

test("of 0.99 half is new after 69 updates, as the help of --ema says", () => {
  const average = Float64Array.of(0);
  const newAfter = (updates: number) => {
    for (let step = 1; step <= updates; step++)
      follow({ definition: "pytorch", decay: 0.99 }, { average, parameter: Float64Array.of(1), step });
    return average[0]!;
  };
  expect(newAfter(69)).toBeCloseTo(0.5, 3);
  expect(options.ema.help).toContain("0.99 has a half-life of 69 steps");
});
