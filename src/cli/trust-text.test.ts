import { describe, expect, test } from "vitest";
import type { Calibration, Report } from "../index.ts";
import { terminalOf } from "./terminal.ts";
import { calibrationText, labelText } from "./trust-text.ts";

const { style } = terminalOf({}, {});
const off = (ece: number) => ({ ece }) as Calibration;
const report = (some: object) => some as Report;

describe("calibration", () => {
  const validation = { before: off(0.2), after: off(0.02) };
  const fitted = { temperature: 1.4567, reason: null, images: 50, validation, test: null };

  test("is told by how far off probabilities are, on the test side where there is one", () => {
    expect(calibrationText(report({ calibration: fitted }), style)).toEqual([
      "Probabilities  calibrated: off by 2.0 %, 20.0 % before (temperature 1.46)",
    ]);
    const judged = { ...fitted, test: { before: off(0.15), after: off(0.05) } };
    expect(calibrationText(report({ calibration: judged }), style)[0]).toContain("off by 5.0 %, 15.0 % before");
  });

  test("that was not done says why", () => {
    const none = { ...fitted, temperature: 1, reason: "4 pictures are held back, and 30 are needed" };
    expect(calibrationText(report({ calibration: none }), style)).toEqual([
      "Probabilities  as the network gives them, off by 20.0 %: 4 pictures are held back, and 30 are needed",
    ]);
  });
});

describe("labels that are probably wrong", () => {
  const suspect = (i: number) => ({ name: `cat/${i}.jpg`, truth: "cat", suggested: "dog", confidence: 0, margin: 0 });
  const issues = (count: number) =>
    report({
      labelIssues: { checked: 899, agreement: 0.9, found: Array.from({ length: count }, (_, i) => suspect(i)) },
    });

  test("are the first five, and how many there are", () => {
    const lines = labelText(issues(7), style);
    expect(lines.slice(0, 2)).toEqual(["Probably labelled wrong", "cat/0.jpg                is cat, looks like dog"]);
    expect(lines).toHaveLength(7);
    expect(lines.at(-1)).toBe(
      "7 in all, listed in report.json; heads fitted on other pictures say the label of 90.0 % of 899 pictures",
    );
    expect(labelText(issues(1), style)).toHaveLength(3);
  });

  test("are not spoken of where there are none", () => expect(labelText(issues(0), style)).toEqual([]));
});
