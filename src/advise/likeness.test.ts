import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { repeatable, repeatableLabels } from "../../test/support/repeatable-numbers.ts";
import { softmax } from "../metrics.ts";
import { shuffled, stream } from "../random.ts";
import { conditionalLikeness, leep } from "./likeness.ts";

const numbers = <T>(count: number, of: (i: number) => T) => Array.from({ length: count }, (_, i) => of(i));

/** 60 pictures of four classes, whose old classes are nearly determined by them. */
const labels = numbers(60, (i) => ((i * i) % 7) % 4);
const sourceLabels = numbers(60, (i) => ((((i * i) % 7) % 4) + (i % 5 === 0 ? 1 : 0)) % 6);

const pairs = fc.array(fc.tuple(fc.nat(3), fc.nat(5)), { minLength: 1, maxLength: 40 });

describe("likeness", () => {
  // scikit-learn 1.9.1: mutual_info_score / entropy and expected_mutual_information / entropy, the exact mean over all orders
  test.each([
    ["60 pictures in 4 old classes", labels, sourceLabels, 0.6878739095228888, 0.05264422142586228],
    [
      "50 pictures in 21",
      numbers(50, (i) => i % 5),
      numbers(50, (i) => (i * i * 3 + i) % 41),
      0.5452573433628893,
      0.5591780369334048,
    ],
  ])("of %s is scikit-learn's, and so is what chance gives", (_, own, source, expected, byChance) => {
    const found = numbers(40, (seed) => conditionalLikeness(own, 5, source, 41, seed));
    expect(found[0]!.likeness).toBeCloseTo(expected, 12);
    const mean = found.reduce((total, one) => total + one.byChance, 0) / found.length;
    expect(mean).toBeCloseTo(byChance, 2);
    // twenty orders are enough for two digits of what is shown
    for (const one of found) expect(Math.abs(one.byChance - byChance)).toBeLessThan(0.03);
  });

  test("counts for nothing where every picture has an old class of its own", () => {
    const own = numbers(50, (i) => i % 5);
    const { likeness, byChance, corrected } = conditionalLikeness(
      own,
      5,
      numbers(50, (i) => 2 * i),
      200,
    );
    expect([likeness, byChance]).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12)]);
    expect(corrected).toBe(0);
  });

  test("of labels that have nothing to do with old classes is about 0 once corrected, however few the pictures", () => {
    const corrected = numbers(30, (seed) => {
      const order = shuffled(50, stream(seed, "labels"));
      const own = Array.from(order, (i) => i % 5);
      const found = conditionalLikeness(
        own,
        5,
        numbers(50, (i) => (i * 37) % 30),
        30,
        seed,
      );
      expect(found.likeness).toBeGreaterThan(0.4);
      return found.corrected;
    });
    expect(corrected.reduce((total, one) => total + one, 0) / 30).toBeLessThan(0.08);
  });

  test("is 1 where old classes determine the new, and 0 where there is one class", () => {
    const found = conditionalLikeness(labels, 4, labels, 4);
    expect(found.likeness).toBeCloseTo(1, 12);
    expect(found.corrected).toBeCloseTo(1, 12);
    expect(conditionalLikeness([2, 2, 2], 4, [0, 1, 2], 3)).toEqual({ likeness: 0, byChance: 0, corrected: 0 });
  });

  test("stays between 0 and 1 and does not depend on the names of classes", () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const [own, source] = [list.map(([y]) => y), list.map(([, z]) => z)];
        const found = conditionalLikeness(own, 4, source, 6);
        for (const value of [found.likeness, found.byChance, found.corrected]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1 + 1e-12);
        }
        const renamed = conditionalLikeness(
          own.map((y) => 3 - y),
          4,
          source.map((z) => z + 2),
          8,
        );
        expect(renamed.likeness).toBeCloseTo(found.likeness, 12);
        expect(renamed.corrected).toBeCloseTo(found.corrected, 9);
      }),
    );
  });

  test("is of labels of the same pictures", () => {
    expect(() => conditionalLikeness([1], 2, [1, 0], 2)).toThrow(/internal/);
    expect(() => conditionalLikeness([], 2, [], 2)).toThrow(/internal/);
  });
});

describe("LEEP", () => {
  const probabilities = softmax(repeatable(12, 60), 5);

  // numpy 2.4.6 and scipy's softmax: P = float32(softmax(4 * repeatable(12))), y = repeatableLabels(13); J the sums of P over
  // the rows of each class, mean(log(sum((J / J.sum(0))[y] * P, axis=1)))
  test.each([
    [40, 3, 6, -1.038389779288691],
    [100, 10, 50, -2.033369757517121],
  ])("of %i pictures, %i classes and %i old ones is numpy's", (rows, classes, old, expected) => {
    const logits = repeatable(12, rows * old).map((x) => 4 * x);
    const theta = Float32Array.from(softmax(logits, old));
    expect(leep(theta, old, repeatableLabels(13, rows, classes), classes)).toBeCloseTo(expected, 6);
  });

  test("is 0 where old classes tell the new ones for certain, and log 1/classes where they tell nothing", () => {
    const certain = Float64Array.of(1, 0, 0, 0, 1, 0, 1, 0, 0);
    expect(leep(certain, 3, [0, 1, 0], 2)).toBe(0);
    expect(leep(new Float64Array(12).fill(1 / 3), 3, [0, 1, 2, 3], 4)).toBeCloseTo(-Math.log(4), 12);
  });

  test("is never above 0, and at least the mean log of the share of each class", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2), { minLength: 12, maxLength: 12 }), (own) => {
        const found = leep(probabilities, 5, own, 3);
        const floor =
          own.reduce((total, y) => total + Math.log(own.filter((other) => other === y).length / 12), 0) / 12;
        expect(found).toBeLessThanOrEqual(1e-12);
        expect(found).toBeGreaterThanOrEqual(floor - 1e-12);
      }),
    );
  });

  test("is of one row for each label", () => {
    expect(() => leep(probabilities, 5, [0, 1], 2)).toThrow(/internal/);
  });
});
