import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wellFormed } from "../../../test/support/well-formed.ts";
import { confusionMatrix, confusions } from "./confusion-matrix.ts";

const matrix = [
  [3, 1, 0],
  [0, 5, 0],
  [2, 2, 0],
];

describe("the confusion matrix", () => {
  test("has a number for each pair of classes, and links where pictures are", () => {
    const link = (truth: number, said: number) => (truth === 2 && said === 0 ? "#cell-2-0" : null);
    const { markup } = confusionMatrix({ classes: ["ant", "bee", "fly"], matrix, link });
    expect(wellFormed(markup)).toEqual([]);
    expect([...markup.matchAll(/<data value="(\d+)">/g)].map(([, value]) => Number(value))).toEqual([3, 1, 5, 2, 2]);
    expect(markup.match(/<a /g)).toHaveLength(1);
    expect(markup).toContain('<a href="#cell-2-0" aria-label="2 pictures of fly called ant">');
  });

  test("is darker where more of a row is", () => {
    const { markup } = confusionMatrix({ classes: ["ant", "bee", "fly"], matrix, link: () => null });
    const levels = [...markup.matchAll(/class="(right|wrong) level-(\d)"/g)].map(
      ([, kind, level]) => `${kind} ${level}`,
    );
    expect(levels).toEqual(["right 4", "wrong 2", "right 5", "wrong 3", "wrong 3"]);
  });

  test("can be of any names", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" }), { maxLength: 5 }), (classes) => {
        const rows = classes.map((_, i) => classes.map((_, k) => i * k));
        expect(wellFormed(confusionMatrix({ classes, matrix: rows, link: () => "#a" }).markup)).toEqual([]);
      }),
    );
  });
});

test("what is taken for what is told from the most frequent on", () => {
  expect(confusions(matrix)).toEqual([
    { truth: 2, said: 0, count: 2, share: 0.5 },
    { truth: 2, said: 1, count: 2, share: 0.5 },
    { truth: 0, said: 1, count: 1, share: 0.25 },
  ]);
});
