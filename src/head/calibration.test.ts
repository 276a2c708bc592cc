import { describe, expect, test } from "vitest";
import { calibrationOf } from "./calibration.ts";

describe("calibration of predictions", () => {
  test("which come true as often as they say has no error, classwise or not", () => {
    // 5 rows at 0.8 of which 4 are right
    const probabilities = Float64Array.from(Array(5).fill([0.8, 0.2]).flat());
    const { ece, classwiseEce, largestError, bins } = calibrationOf({
      probabilities,
      labels: [0, 0, 0, 0, 1],
      classes: 2,
    });
    for (const error of [ece, classwiseEce, largestError]) expect(error).toBeCloseTo(0, 12);
    expect(bins).toEqual([{ bin: 11, count: 5, accuracy: 0.8, confidence: 0.8 }]);
  });

  test("which are surer than right is off by the difference", () => {
    const probabilities = Float64Array.of(1, 0, 1, 0, 0.6, 0.4, 0.6, 0.4);
    const found = calibrationOf({ probabilities, labels: [0, 1, 0, 1], classes: 2 });
    expect(found.ece).toBeCloseTo(0.5 * 0.5 + 0.5 * 0.1, 12);
    expect(found.largestError).toBeCloseTo(0.5, 12);
    expect(found.brier).toBeCloseTo((0 + 2 + 0.32 + 0.72) / 4, 12);
  });

  test("counts a probability at the upper edge of a bin into that bin", () => {
    const of = (p: number) =>
      calibrationOf({ probabilities: Float64Array.of(p, 1 - p), labels: [0], classes: 2 }, 2).bins[0]!.bin;
    expect([of(0.5), of(0.5 + 1e-9), of(1)]).toEqual([0, 1, 1]);
  });

  test("of what was called impossible and came true is bad, but a number", () => {
    const { logLoss } = calibrationOf({ probabilities: Float64Array.of(0, 1), labels: [0], classes: 2 });
    expect(logLoss).toBeCloseTo(-Math.log(Number.EPSILON), 12);
  });
});
