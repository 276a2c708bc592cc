import { describe, expect, test } from "vitest";
import { difference, uniform } from "../../test/support/numbers.ts";
import { evaluate } from "../ir/reference.ts";
import { stream } from "../random.ts";
import { exactObjective } from "./exact-objective.ts";
import { logisticProgram } from "./logistic-program.ts";
import { openObjective } from "./objective.ts";

const [rows, width, classes, members] = [23, 6, 4, 3];
const features = Float32Array.from(uniform(stream(1, "features"), rows * width, -2, 2));
const labels = Uint32Array.from({ length: rows }, (_, row) => (row * 7) % classes);
/** Each member leaves out other rows, and the last counts rows unequally. */
const rowWeights = Array.from({ length: members }, (_, m) =>
  Float64Array.from({ length: rows }, (_, row) => (row % 5 === m ? 0 : m === 2 ? 0.5 + (row % 3) : 1)),
);
const points = Array.from({ length: members }, (_, m) => uniform(stream(m, "point"), classes * (width + 1)));
const exact = rowWeights.map((weights) =>
  exactObjective({ features: Float64Array.from(features), width, labels, classes, rowWeights: weights }),
);

describe("the objective", () => {
  test("its gradient is its slope", () => {
    for (const [m, point] of points.entries()) {
      const direction = uniform(stream(m, "direction"), point.length);
      const at = (step: number) => exact[m]!(point.map((x, i) => x + step * direction[i]!)).value;
      const slope = (at(1e-5) - at(-1e-5)) / 2e-5;
      const said = exact[m]!(point).gradient.reduce((total, g, i) => total + g * direction[i]!, 0);
      expect(Math.abs(said - slope)).toBeLessThan(1e-9);
    }
  });

  test("its probabilities sum to 1", () => {
    const { logProbabilities } = exact[0]!(points[0]!);
    for (let row = 0; row < rows; row++) {
      const own = Array.from(logProbabilities.subarray(row * classes, (row + 1) * classes));
      expect(own.reduce((total, log) => total + Math.exp(log), 0)).toBeCloseTo(1, 14);
    }
  });

  test("the program means the same, to the last digits in float64", () => {
    const truth = Float64Array.from({ length: rows * classes }, (_, at) =>
      labels[Math.floor(at / classes)] === at % classes ? 1 : 0,
    );
    const weight = points.flatMap((point) => [...point.subarray(0, classes * width)]);
    const bias = points.flatMap((point) => [...point.subarray(classes * width)]);
    const given = { features, truth, rowWeights: rowWeights.flatMap((one) => [...one]), weight, bias };
    const found = evaluate(logisticProgram({ members, classes, rows, width }), given);
    for (const [m, point] of points.entries()) {
      const { gradient, logProbabilities } = exact[m]!(point);
      const total = rowWeights[m]!.reduce((sum, one) => sum + one, 0);
      const part = (values: Float64Array, length: number) => values.subarray(m * length, (m + 1) * length);
      const said = [
        ...part(found.weightGradient as Float64Array, classes * width),
        ...part(found.biasGradient as Float64Array, classes),
      ];
      expect(
        difference(
          said.map((g) => g / total),
          gradient,
        ),
      ).toBeLessThan(1e-14);
      expect(difference(part(found.logProbabilities as Float64Array, rows * classes), logProbabilities)).toBeLessThan(
        1e-13,
      );
    }
  });

  test.each([true, false])("the engine gives the same to float32, with features packed: %s", async (packed) => {
    const objective = await openObjective({ features, width, labels, classes, rowWeights, threads: 1, packed });
    const answers = await objective.evaluate(points);
    await objective.close();
    for (const [m, { value, gradient, logProbabilities }] of answers.entries()) {
      const expected = exact[m]!(points[m]!);
      expect(Math.abs(value - expected.value)).toBeLessThan(1e-6);
      expect(difference(gradient, expected.gradient)).toBeLessThan(1e-6);
      expect(difference(logProbabilities, expected.logProbabilities)).toBeLessThan(1e-6);
    }
  });
});
