import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LineChart, lineChart } from "./lines.ts";

const chart: LineChart = {
  title: "Loss",
  summary: "It falls.",
  across: "step",
  up: "cross-entropy",
  lines: [
    {
      name: "held back",
      points: [
        [10, 0.9],
        [20, 0.5],
      ],
    },
    {
      name: "each step",
      points: [
        [1, 2],
        [10, 1],
        [20, 0.25],
      ],
      fine: true,
    },
  ],
  boundaries: [
    { at: 0, name: "stage 1" },
    { at: 10, name: "stage 2" },
  ],
  shown: (value) => value.toFixed(2),
};

describe("lines over one axis", () => {
  test("have all their numbers in a table, a column for each line", () => {
    const { columns, rows } = lineChart(chart).table;
    expect(columns).toEqual(["step", "held back", "each step"]);
    expect(rows.map((row) => row.map((cell) => (typeof cell === "string" ? cell : cell.shown)))).toEqual([
      ["1", "", "2.00"],
      ["10", "0.90", "1.00"],
      ["20", "0.50", "0.25"],
    ]);
  });

  test("are named at their ends, and differ by their dashes", () => {
    const { markup } = lineChart(chart).picture;
    for (const text of ["held back", "each step", "stage 1", "stage 2", "cross-entropy"])
      expect(markup).toContain(text);
    expect(markup).toContain('class="line first"');
    expect(markup).toContain('class="line second dashed fine"');
  });

  test("have names that can be told apart, however long they are", () => {
    const lines = ["clothing-hybrid", "clothing-head-2"].map((name) => ({ name, points: [[1, 1]] as const }));
    const { markup } = lineChart({ ...chart, lines }).picture;
    for (const name of ["clot…-hybrid", "clot…-head-2"]) expect(markup).toContain(`>${name}<`);
  });

  test("fall where their numbers fall", () => {
    const [, path] = /class="line first"><path d="([^"]+)"/.exec(lineChart(chart).picture.markup)!;
    const heights = [...path!.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
    expect(heights[1]).toBeGreaterThan(heights[0]!);
  });

  test("are markup whatever their names and numbers are", () => {
    const number = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, 0, -1e300, 1e300));
    const line = fc.record({ name: fc.string(), points: fc.array(fc.tuple(fc.nat(), number)) });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const { markup } = lineChart({ ...chart, lines }).picture;
        expect(markup).not.toMatch(/NaN|Infinity|undefined/);
        expect(markup.match(/<g[ >]/g)?.length).toBe(markup.match(/<\/g>/g)?.length);
      }),
      { numRuns: 200 },
    );
  });
});
