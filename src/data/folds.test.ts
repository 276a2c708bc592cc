import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldsOf } from "./folds.ts";
import { type UnitImage, unitOf } from "./split-units.ts";

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("hex"));
const group = fc.option(fc.nat(5).map(String), { nil: undefined, freq: 2 });
const image = fc
  .record({ hash, label: fc.nat(3), group })
  .map(({ group: own, ...rest }): UnitImage => (own === undefined ? rest : { ...rest, group: own }));
const images = fc.array(image, { minLength: 1, maxLength: 60 });
const count = fc.integer({ min: 2, max: 6 });
const seed = fc.nat();

/** The fold of each unit; fails if a unit lies in two. */
function places(all: readonly UnitImage[], folds: readonly number[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const [i, one] of all.entries()) {
    expect(found.get(unitOf(one)) ?? folds[i]).toBe(folds[i]);
    found.set(unitOf(one), folds[i]!);
  }
  return found;
}

describe("folds", () => {
  test("take every image once, with its copies and its group", () => {
    fc.assert(
      fc.property(images, count, seed, (all, k, s) => {
        const folds = foldsOf(all, k, s);
        expect(folds).toHaveLength(all.length);
        expect(folds.every((fold) => Number.isInteger(fold) && fold >= 0 && fold < k)).toBe(true);
        places(all, folds);
      }),
    );
  });

  test("have each class in every fold, or each of its pictures in another where it has fewer", () => {
    fc.assert(
      fc.property(images, count, seed, (all, k, s) => {
        const folds = places(all, foldsOf(all, k, s));
        const labels = new Map<string, Set<number>>();
        for (const one of all) labels.set(unitOf(one), (labels.get(unitOf(one)) ?? new Set()).add(one.label));
        for (const label of new Set(all.map((one) => one.label))) {
          const own = [...labels].filter(([, classes]) => classes.size === 1 && classes.has(label));
          expect(new Set(own.map(([unit]) => folds.get(unit))).size).toBe(Math.min(own.length, k));
        }
      }),
      { numRuns: 300 },
    );
  });

  test("do not depend on the order or the names of the files", () => {
    fc.assert(
      fc.property(images, count, seed, (all, k, s) => {
        const turned = [...all].reverse().map((one, i) => ({ ...one, name: `${i}` }));
        expect(places(turned, foldsOf(turned, k, s))).toEqual(places(all, foldsOf(all, k, s)));
      }),
    );
  });

  test("stay when pictures come, and are about as large as one another", () => {
    const drawn = Array.from({ length: 1100 }, (_, i) => ({ hash: `content ${i}`, label: i % 4 }));
    const before = foldsOf(drawn.slice(0, 1000), 5, 2);
    expect(foldsOf(drawn, 5, 2).slice(0, 1000)).toEqual(before);
    for (let fold = 0; fold < 5; fold++) {
      const share = before.filter((one) => one === fold).length / 1000;
      expect(share).toBeGreaterThan(0.16);
      expect(share).toBeLessThan(0.24);
    }
  });

  test("are at least two", () => {
    expect(() => foldsOf([], 1, 0)).toThrow("internal: 1 folds");
  });
});
