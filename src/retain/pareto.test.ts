import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { paretoOf, type TradeOff, withinBudget } from "./pareto.ts";

const points: readonly TradeOff[] = [
  { name: "all layers", gained: 0.93, lost: 0.2 },
  { name: "head", gained: 0.85, lost: 0 },
  { name: "halfway", gained: 0.92, lost: 0.05 },
  { name: "worse than halfway", gained: 0.91, lost: 0.06 },
];

// few values, so that many are equal
const share = fc.integer({ min: -2, max: 5 }).map((x) => x / 10);
const anyPoints = fc
  .array(fc.record({ gained: share, lost: share }), { maxLength: 12 })
  .map((all) => all.map((point, i): TradeOff => ({ name: `model ${i}`, ...point })));

describe("the points that no other beats", () => {
  test("are found, from the least lost on", () => {
    expect(paretoOf(points).map(({ name }) => name)).toEqual(["head", "halfway", "all layers"]);
  });

  test("for every point left out there is one that gains as much and loses as little, and none for one that stays", () => {
    fc.assert(
      fc.property(anyPoints, (all) => {
        const kept = paretoOf(all);
        for (const point of all) {
          const better = all.filter(
            ({ gained, lost }) =>
              gained >= point.gained && lost <= point.lost && gained - lost > point.gained - point.lost,
          );
          expect(kept.includes(point)).toBe(better.length === 0);
        }
      }),
    );
  });

  test("gain more the more they lose", () => {
    fc.assert(
      fc.property(anyPoints, (all) => {
        const kept = paretoOf(all);
        for (const [i, point] of kept.slice(1).entries()) {
          expect(point.lost).toBeGreaterThanOrEqual(kept[i]!.lost);
          expect(point.gained).toBeGreaterThanOrEqual(kept[i]!.gained);
        }
      }),
    );
  });

  test("do not depend on the order in which they are given", () => {
    fc.assert(
      fc.property(anyPoints, (all) => {
        expect(paretoOf(all.toReversed())).toEqual(paretoOf(all));
      }),
    );
  });
});

describe("the best within a budget", () => {
  test.each([
    [0.2, "all layers"],
    [0.1, "halfway"],
    [0.05, "halfway"],
    [0, "head"],
  ])("of at most %d lost is %s", (most, name) => expect(withinBudget(points, most)?.name).toBe(name));

  test("is nobody where every point loses more", () => expect(withinBudget(points, -0.1)).toBeUndefined());

  test("is of those that gain as much the one that loses less, and is never beaten", () => {
    fc.assert(
      fc.property(anyPoints, share, (all, most) => {
        const best = withinBudget(all, most);
        const allowed = all.filter(({ lost }) => lost <= most);
        expect(best === undefined).toBe(allowed.length === 0);
        if (best === undefined) return;
        expect(best.gained).toBe(Math.max(...allowed.map(({ gained }) => gained)));
        expect(paretoOf(all)).toContain(best);
      }),
    );
  });
});
