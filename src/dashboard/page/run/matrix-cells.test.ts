import { describe, expect, test } from "vitest";
import { cellAfter, classesShown, confusions, differences } from "./matrix-cells.ts";

const matrix = [
  [8, 2, 0],
  [1, 9, 0],
  [0, 4, 6],
];

test("confusions come by number, and what is right is none", () => {
  expect(confusions(matrix)).toEqual([
    { truth: 2, said: 1, images: 4 },
    { truth: 0, said: 1, images: 2 },
    { truth: 1, said: 0, images: 1 },
  ]);
});

describe("of many classes those that are confused most are shown", () => {
  test("in their own order", () => expect(classesShown(matrix, 2)).toEqual([1, 2]));
  test("and all where there is room", () => expect(classesShown(matrix, 3)).toEqual([0, 1, 2]));
});

describe("a key moves", () => {
  test.each([
    ["ArrowUp", { row: 0, column: 1 }],
    ["ArrowDown", { row: 2, column: 1 }],
    ["ArrowLeft", { row: 1, column: 0 }],
    ["ArrowRight", { row: 1, column: 2 }],
    ["Home", { row: 1, column: 0 }],
    ["End", { row: 1, column: 2 }],
    ["PageUp", { row: 0, column: 1 }],
    ["PageDown", { row: 2, column: 1 }],
    ["Enter", null],
  ])("%s", (key, cell) => expect(cellAfter(key, { row: 1, column: 1 }, 3)).toEqual(cell));

  test("and never out of the matrix", () => {
    for (const key of ["ArrowUp", "ArrowLeft"])
      expect(cellAfter(key, { row: 0, column: 0 }, 3)).toEqual({ row: 0, column: 0 });
    for (const key of ["ArrowDown", "ArrowRight"])
      expect(cellAfter(key, { row: 2, column: 2 }, 3)).toEqual({ row: 2, column: 2 });
  });
});

test("differences are what came, less what was", () => {
  expect(differences([[1, 2]], [[3, 1]])).toEqual([[2, -1]]);
});
