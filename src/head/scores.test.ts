import { describe, expect, test } from "vitest";
import { uniform, whole } from "../../test/support/numbers.ts";
import { stream } from "../random.ts";
import { confusionScores, rocArea, topAccuracy } from "./scores.ts";

const [rows, classes] = [60, 4];
const random = stream(1, "scores");
const labels = Uint32Array.from({ length: rows }, () => whole(random, 0, classes - 1));
// in tenths, so that many are equal
const probabilities = uniform(random, rows * classes, 0, 1).map((p) => Math.round(10 * p) / 10);

describe("scores of predictions", () => {
  test("the area under the ROC curves is the share of pairs in the right order, equals counted half", () => {
    const areas = Array.from({ length: classes }, (_, k) => {
      let [won, pairs] = [0, 0];
      for (let a = 0; a < rows; a++)
        for (let b = 0; b < rows; b++) {
          if (labels[a] !== k || labels[b] === k) continue;
          const gap = probabilities[a * classes + k]! - probabilities[b * classes + k]!;
          won += gap > 0 ? 1 : gap === 0 ? 0.5 : 0;
          pairs += 1;
        }
      return won / pairs;
    });
    const mean = areas.reduce((total, area) => total + area, 0) / classes;
    expect(rocArea({ probabilities, labels, classes })).toBeCloseTo(mean, 12);
  });

  test("the class among the first k rises with k to 1", () => {
    const shares = [1, 2, 3, 4].map((k) => topAccuracy({ probabilities, labels, classes }, k));
    expect([...shares].sort()).toEqual(shares);
    expect(shares[3]).toBe(1);
  });

  test("κ is 1 for no error and 0 for saying one class always", () => {
    expect(
      confusionScores([
        [3, 0],
        [0, 7],
      ]).kappa,
    ).toBe(1);
    expect(
      confusionScores([
        [3, 0],
        [7, 0],
      ]).kappa,
    ).toBeCloseTo(0, 12);
    expect(
      confusionScores([
        [3, 0],
        [0, 0],
      ]).kappa,
    ).toBe(0);
  });

  test("a rare class counts as much as a common one, and a class that nobody has or says not at all", () => {
    const { balancedAccuracy, macroF1, weightedF1 } = confusionScores([
      [98, 0, 0],
      [2, 0, 0],
      [0, 0, 0],
    ]);
    expect(balancedAccuracy).toBe(0.5);
    expect(macroF1).toBeCloseTo(((2 * 98) / 198 + 0) / 2, 12);
    expect(weightedF1).toBeCloseTo(((2 * 98) / 198) * 0.98, 12);
  });
});
