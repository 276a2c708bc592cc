import { describe, expect, test } from "vitest";
import { wholeMap } from "./whole-map.ts";

const map = { rows: 2, columns: 2, values: Float32Array.of(0, 1, 0, 1) };

describe("a heat map over a whole picture", () => {
  test("has the shape of the picture, and lies where the network looked", () => {
    const { rows, columns, values } = wholeMap({ ...map, over: { left: 0.25, top: 0, right: 0.75, bottom: 1 } });
    expect([rows, columns]).toEqual([32, 64]); // twice as wide as high, seen in the middle
    const row = [...values.subarray(0, columns)];
    expect(row.slice(0, 16)).toEqual(new Array(16).fill(0));
    expect(row.slice(48)).toEqual(new Array(16).fill(0));
    expect([row[16], row[23], row[47]]).toEqual([0, 0, 1]);
    const seen = row.slice(16, 48);
    expect(seen.every((value, i) => i === 0 || value >= seen[i - 1]!)).toBe(true);
  });

  test("of an upright one is the same turned", () => {
    const turned = { ...map, values: Float32Array.of(0, 0, 1, 1) };
    const { rows, columns, values } = wholeMap({ ...turned, over: { left: 0, top: 0.25, right: 1, bottom: 0.75 } });
    expect([rows, columns]).toEqual([64, 32]);
    expect(values[0]).toBe(0);
    expect([values[15 * columns], values[16 * columns], values[47 * columns], values[48 * columns]]).toEqual([
      0, 0, 1, 0,
    ]);
  });

  test("of a square is as large as its largest number, and smooth in between", () => {
    const { values } = wholeMap({ ...map, over: { left: 0, top: 0, right: 1, bottom: 1 } });
    expect(Math.max(...values)).toBe(1);
    expect(values[31]).toBeCloseTo(0.5 - 1 / 64, 6);
  });
});
