import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assignFolds } from "./folds.ts";

const counts = (values: Iterable<number>, length: number) => {
  const result = new Array<number>(length).fill(0);
  for (const value of values) result[value] = result[value]! + 1;
  return result;
};
const spread = (values: readonly number[]) => Math.max(...values) - Math.min(...values);

describe("folds", () => {
  test("hold each class as evenly as whole rows allow, and are of about one size", () => {
    const claim = fc.property(
      fc.array(fc.nat({ max: 4 }), { minLength: 2, maxLength: 200 }),
      fc.integer({ min: 2, max: 7 }),
      fc.nat(),
      (labels, folds, seed) => {
        const assigned = assignFolds(labels, { folds, seed });
        for (let label = 0; label <= 4; label++)
          expect(
            spread(
              counts(
                assigned.filter((_, row) => labels[row] === label),
                folds,
              ),
            ),
          ).toBeLessThanOrEqual(1);
        expect(spread(counts(assigned, folds))).toBeLessThanOrEqual(5);
      },
    );
    fc.assert(claim, { seed: 1 });
  });

  test("keep together what belongs together", () => {
    const claim = fc.property(
      fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 20 })), { minLength: 2, maxLength: 150 }),
      (rows) => {
        const groups = rows.map(([, group]) => `group ${group}`);
        const assigned = assignFolds(
          rows.map(([label]) => label),
          { folds: 5, seed: 1, groups },
        );
        const foldOf = new Map(groups.map((group, row) => [group, assigned[row]]));
        for (const [row, group] of groups.entries()) expect(assigned[row]).toBe(foldOf.get(group));
      },
    );
    fc.assert(claim, { seed: 1 });
  });

  test("do not depend on the order of the rows, only on the seed and the names", () => {
    const labels = Array.from({ length: 60 }, (_, row) => row % 3);
    const groups = labels.map((_, row) => `hash ${row}`);
    const assigned = assignFolds(labels, { folds: 5, seed: 1, groups });
    const turned = assignFolds(labels.toReversed(), { folds: 5, seed: 1, groups: groups.toReversed() });
    expect([...turned].reverse()).toEqual([...assigned]);
    expect(assignFolds(labels, { folds: 5, seed: 2, groups })).not.toEqual(assigned);
  });
});
