import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kerasStatistics, moveStatistics, type StatisticsMomentum } from "./statistics.ts";

/** Moves statistics of one channel from (mean, variance) towards those of `values`. */
function moved(values: readonly number[], before: readonly [number, number], momentum: StatisticsMomentum) {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const biased = values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length;
  const parameters = {
    "norm.running_mean": Float64Array.of(before[0]),
    "norm.running_var": Float64Array.of(before[1]),
  };
  moveStatistics(parameters, "norm", { "mean:norm": [mean], "variance:norm": [biased] }, values.length, momentum);
  return [parameters["norm.running_mean"][0]!, parameters["norm.running_var"][0]!] as const;
}

// mean 3; squared deviations 4 + 1 + 0 + 1 + 4 = 10
const values = [1, 2, 3, 4, 5];

describe("running statistics", () => {
  test("move a hundredth of the way and take the biased variance, as Keras' layer does", () => {
    const [mean, variance] = moved(values, [0, 1], kerasStatistics);
    expect(mean).toBeCloseTo(0.01 * 3, 15);
    expect(variance).toBeCloseTo(0.99 * 1 + 0.01 * (10 / 5), 15);
  });

  test("move a tenth of the way and take the unbiased variance in PyTorch's definition", () => {
    const [mean, variance] = moved(values, [1, 4], { momentum: 0.9, variance: "unbiased" });
    expect(mean).toBeCloseTo(0.9 * 1 + 0.1 * 3, 15);
    expect(variance).toBeCloseTo(0.9 * 4 + 0.1 * (10 / 4), 15);
  });

  test("arrive at those of a batch that comes again and again", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 2, maxLength: 9 }), (batch) => {
        let now = [100, 100] as readonly [number, number];
        for (let step = 0; step < 300; step++) now = moved(batch, now, { momentum: 0.9, variance: "biased" });
        const again = moved(batch, now, { momentum: 0, variance: "biased" });
        expect(now[0]).toBeCloseTo(again[0], 8);
        expect(now[1]).toBeCloseTo(again[1], 8);
      }),
    );
  });

  test("move each channel by itself and no other batch norm", () => {
    const parameters = {
      "a.running_mean": Float32Array.of(0, 10),
      "a.running_var": Float32Array.of(1, 1),
      "b.running_mean": Float32Array.of(7),
      "b.running_var": Float32Array.of(8),
    };
    const half = { momentum: 0.5, variance: "biased" } as const;
    moveStatistics(parameters, "a", { "mean:a": [2, 20], "variance:a": [3, 5] }, 4, half);
    expect([...parameters["a.running_mean"], ...parameters["a.running_var"]]).toEqual([1, 15, 2, 3]);
    expect([...parameters["b.running_mean"], ...parameters["b.running_var"]]).toEqual([7, 8]);
  });
});
