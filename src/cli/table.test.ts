import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { displayWidth, fitTo, table } from "./table.ts";

describe("a table", () => {
  test("aligns text at the left and numbers at the right", () => {
    const columns = [{ title: "Class" }, { title: "images", align: "right" }] as const;
    expect(
      table(columns, [
        ["cat", "40"],
        ["kingfisher", "1,240"],
      ]),
    ).toEqual(["Class       images", "cat             40", "kingfisher   1,240"]);
  });

  test("has no line of titles where there are none", () => {
    expect(table([{ title: "" }, { title: "" }], [["a", "b"]])).toEqual(["a  b"]);
  });

  test("counts places, not letters: wide ones, marks, colours", () => {
    expect(displayWidth("猫")).toBe(2);
    expect(displayWidth("e\u0301")).toBe(1);
    expect(displayWidth("\u001b[32mok\u001b[39m")).toBe(2);
    const [cat, dog] = table(
      [{ title: "" }, { title: "" }],
      [
        ["猫", "1"],
        ["dog", "2"],
      ],
    );
    expect(cat).toBe("猫   1");
    expect(dog).toBe("dog  2");
  });

  test("lines its columns up whatever the cells hold", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "9", "猫", "é", "한") });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
        const lines = table(
          [{ title: "left" }, { title: "right", align: "right" }],
          rows.map(([a, b]) => [a, `${b}|`]),
        );
        expect(new Set(lines.slice(1).map(displayWidth)).size).toBe(1);
      }),
    );
  });
});

describe("fitting", () => {
  test("never takes more places than there are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(40), (text, width) => {
        expect(displayWidth(fitTo(text, width))).toBeLessThanOrEqual(width);
      }),
    );
  });

  test("leaves alone what fits and marks what was cut", () => {
    expect(fitTo("epoch 3", 7)).toBe("epoch 3");
    expect(fitTo("epoch 3", 6)).toBe("epoch…");
  });
});
