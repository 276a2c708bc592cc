import { describe, expect, test } from "vitest";
import { drawnRows } from "../../test/support/drawn-features.ts";
import { fitHead } from "./fit-head.ts";
import { labelIssues } from "./label-issues.ts";

describe("label issues", () => {
  test("are counted as confident learning counts them, by hand", () => {
    const probabilities = Float64Array.from(
      [
        [0.9, 0.1], // class 0 and surely so
        [0.6, 0.4], // labelled 0: below the threshold of 0, and of 1
        [0.2, 0.8], // labelled 0, but surely 1
        [0.1, 0.9], // class 1 and surely so
        [0.4, 0.6], // labelled 1, sure enough
        [0.7, 0.3], // labelled 1, but surely 0
      ].flat(),
    );
    const { thresholds, counts, issues } = labelIssues({ probabilities, labels: [0, 0, 0, 1, 1, 1], classes: 2 });
    expect(thresholds.map((t) => Number(t.toFixed(12)))).toEqual([0.566666666667, 0.6]);
    expect(counts).toEqual([
      [2, 1],
      [1, 2],
    ]);
    expect(issues.map(({ row, label, suggested }) => [row, label, suggested])).toEqual([
      [2, 0, 1],
      [5, 1, 0],
    ]);
    expect(issues[0]!.margin).toBeCloseTo(0.2, 12);
    expect(issues[0]!.confidence).toBeCloseTo(0.2, 12);
  });

  test("are rows whose labels were changed, most of them, and no others, with their true class", async () => {
    const data = drawnRows(300, 24, 4, 1);
    const changed = new Set([7, 50, 51, 122, 200, 261]);
    const labels = Array.from(data.labels, (label, row) => (changed.has(row) ? (label + 1) % 4 : label));
    const { outOfFold } = await fitHead({ ...data, labels }, { threads: 1 });
    const { issues } = labelIssues({ probabilities: outOfFold, labels, classes: 4 });
    // rows that no class can be said of as surely as it mostly is are left alone, so not all are found
    expect(issues.length).toBeGreaterThanOrEqual(4);
    for (const { row, suggested } of issues) {
      expect(changed).toContain(row);
      expect(suggested).toBe(data.labels[row]);
    }
  });

  test("suggest no class that no row is labelled with", () => {
    const { thresholds, issues } = labelIssues({
      probabilities: Float64Array.of(0.1, 0.2, 0.7),
      labels: [0],
      classes: 3,
    });
    expect(thresholds.slice(1)).toEqual([Infinity, Infinity]);
    expect(issues).toEqual([]);
  });

  test("need a row of probabilities for each label", () => {
    expect(() => labelIssues({ probabilities: new Float64Array(3), labels: [0], classes: 2 })).toThrow(/head\/lengths/);
  });
});
