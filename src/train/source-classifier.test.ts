import { describe, expect, test } from "vitest";
import { sourceClassesOf, sourceClassifierOf } from "./source-classifier.ts";

const bare = { classes: 3, classNames: [], classIds: [] };
const named = {
  classes: 3,
  classNames: ["tench", "goldfish", "shark"],
  classIds: ["n01440764", "n01443537", "n01484850"],
};

describe("a folder of the source means a class", () => {
  test("by its name, its id or its number", () => {
    expect(sourceClassesOf(named, ["goldfish", "n01484850", "0"])).toEqual([1, 2, 0]);
    expect(sourceClassesOf(bare, ["2", "0"])).toEqual([2, 0]);
  });

  test("by its name first, where a class is called like the number of another", () => {
    const digits = { classes: 3, classNames: ["2", "1", "0"], classIds: [] };
    expect(sourceClassesOf(digits, ["0", "1", "2"])).toEqual([2, 1, 0]);
  });

  test("by the order of WordNet ids, where all classes are there and the file names none", () => {
    expect(sourceClassesOf(bare, ["n01484850", "n01440764", "n01443537"])).toEqual([2, 0, 1]);
    expect(sourceClassesOf(bare, ["n01484850", "n01440764"])).toEqual([undefined, undefined]);
  });

  test("in any form of Unicode", () => {
    const names = { classes: 1, classNames: ["e\u0301t\u00e9"], classIds: [] };
    expect(sourceClassesOf(names, ["\u00e9t\u00e9"])).toEqual([0]);
  });

  test("and means none where nothing is called so", () => {
    expect(sourceClassesOf(named, ["herring", "3", "-1", "01"])).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe("the classifier of a file", () => {
  const tensors = new Map([
    ["last_linear.weight", { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) }],
    ["last_linear.bias", { shape: [2], values: Float32Array.of(7, 8) }],
  ]);
  const head = { classes: 2, hidden: [], tensors, backgroundDropped: false };

  test("is a copy under the names that programs have for it", () => {
    const found = sourceClassifierOf(head, { class_names: '["a","b"]' }, 3)!;
    expect(found).toMatchObject({ classes: 2, classNames: ["a", "b"], classIds: [] });
    expect([...found.parameters.get("source.weight")!]).toEqual([1, 2, 3, 4, 5, 6]);
    found.parameters.get("source.bias")![0] = 0;
    expect(tensors.get("last_linear.bias")!.values[0]).toBe(7);
  });

  test("is none where there is no head, or one with hidden layers", () => {
    expect(sourceClassifierOf(undefined, {}, 3)).toBeUndefined();
    expect(sourceClassifierOf({ ...head, hidden: [4] }, {}, 3)).toBeUndefined();
    expect(sourceClassifierOf(head, {}, 2), "one that reads more than the last block").toBeUndefined();
  });

  test("has no names where the file names another number of classes, as where a background class was left out", () => {
    expect(sourceClassifierOf(head, { class_names: '["a","b","c"]' }, 3)!.classNames).toEqual([]);
  });
});
