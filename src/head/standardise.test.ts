import { describe, expect, test } from "vitest";
import { difference, uniform } from "../../test/support/numbers.ts";
import { stream } from "../random.ts";
import { columnStatistics, foldBack, headLogits, type LinearHead, standardise } from "./standardise.ts";

const [rows, width, classes] = [40, 7, 3];
const features = Float32Array.from(uniform(stream(1, "features"), rows * width), (x, at) =>
  at % width === 2 ? 0.1 : 100 + (at % width) * x,
);

describe("standardised features", () => {
  const statistics = columnStatistics(features, width);
  const standardised = standardise(features, statistics, new Float64Array(features.length));

  test("have mean 0 and deviation 1, and 0 where a feature is the same everywhere", () => {
    const again = columnStatistics(Float32Array.from(standardised), width);
    expect(difference(again.mean, new Float64Array(width))).toBeLessThan(1e-6);
    expect(difference(again.scale, new Float64Array(width).fill(1))).toBeLessThan(1e-6);
    expect(statistics.scale[2]).toBe(1);
    expect(Math.abs(standardised[2]!)).toBeLessThan(1e-12);
  });

  test("by some of the rows only: the others do not count", () => {
    const some = columnStatistics(features, width, (row) => row < 10);
    expect(some).toEqual(columnStatistics(features.slice(0, 10 * width), width));
  });

  test("a head on them gives the same logits, up to a shift of each row, once folded back", () => {
    const point = uniform(stream(2, "point"), classes * (width + 1));
    const [weight, bias] = [point.slice(0, classes * width), point.slice(classes * width)];
    const rounded = Float32Array.from(standardised);
    const before = headLogits({ classes, width, weight, bias } satisfies LinearHead, rounded);
    const after = headLogits(foldBack(point, statistics), features);
    const gaps = (logits: Float64Array) => logits.map((z, at) => z - logits[at - (at % classes)]!);
    expect(difference(gaps(after), gaps(before))).toBeLessThan(1e-6);
  });

  test("biases folded back have the mean 0", () => {
    const { bias } = foldBack(uniform(stream(2, "point"), classes * (width + 1)), statistics);
    expect(Math.abs(bias.reduce((total, one) => total + one, 0))).toBeLessThan(1e-12);
  });
});
