import { describe, expect, test } from "vitest";
import { uniform } from "../../test/support/numbers.ts";
import { stream } from "../random.ts";
import { crossEntropyOf } from "../compile/2-loss.ts";
import { softmax } from "../metrics.ts";
import { fitTemperature } from "./temperature.ts";

const [rows, classes] = [4000, 4];
/** Logits whose softmax at temperature `truth` is what the labels were drawn by. */
function drawn(truth: number) {
  const fair = uniform(stream(1, "logits"), rows * classes, -3, 3);
  const chances = softmax(fair, classes);
  const random = stream(2, "labels");
  const labels = Uint32Array.from({ length: rows }, (_, row) => {
    let [u, k] = [random(), 0];
    while (k < classes - 1 && (u -= chances[row * classes + k]!) > 0) k += 1;
    return k;
  });
  return { logits: fair.map((z) => z * truth), labels };
}

describe("a temperature", () => {
  test.each([0.3, 1, 2.5, 8])("finds how much too sure drawn logits are: %d times", (truth) => {
    const { logits, labels } = drawn(truth);
    expect(fitTemperature(logits, labels, classes).temperature / truth).toBeCloseTo(1, 1);
  });

  test("has the least loss of all around it, and tells that loss", () => {
    const { logits, labels } = drawn(2.5);
    const { temperature, before, after } = fitTemperature(logits, labels, classes);
    const lossAt = (t: number) => {
      const losses = crossEntropyOf(
        logits.map((z) => z / t),
        labels,
        classes,
      );
      return losses.reduce((total, loss) => total + loss, 0) / rows;
    };
    expect(before).toBeCloseTo(lossAt(1), 12);
    expect(after).toBeCloseTo(lossAt(temperature), 12);
    for (const factor of [0.5, 0.99, 0.9999, 1.0001, 1.01, 2])
      expect(lossAt(temperature * factor)).toBeGreaterThan(after);
  });

  test("ends at a bound where all rows are right, or all wrong by far", () => {
    const logits = [5, 0, 0, 7, 3, 0];
    const [right, wrong] = [fitTemperature(logits, [0, 1, 0], 2), fitTemperature(logits, [1, 0, 1], 2)];
    expect(right.temperature).toBeCloseTo(1 / 20, 12);
    expect(wrong.temperature).toBeCloseTo(20, 12);
    expect([right.atBound, wrong.atBound]).toEqual([true, true]);
  });

  test("of logits that say nothing is 1", () => {
    expect(fitTemperature([2, 2, 2, 2], [0, 1], 2)).toEqual({
      ...{ temperature: 1, before: Math.LN2, after: Math.LN2 },
      atBound: false,
    });
  });
});
