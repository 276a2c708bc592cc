import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keepNumbers, numberBelow, placeOf, smallestShare } from "./kept-numbers.ts";

const shares = fc.double({ min: 1e-3, max: 0.999, noNaN: true });

describe("numbers that are kept", () => {
  test("are in rising order, and all of them where they are few", () => {
    expect(keepNumbers([0.5, 0.25, 1])).toEqual({ rows: 3, values: [0.25, 0.5, 1] });
    expect(keepNumbers([])).toEqual({ rows: 0, values: [] });
  });

  test("promise no less than all of them would, and little more", () => {
    const numbers = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 40 }), shares, (all, most, beyond) => {
        const kept = keepNumbers(all, most);
        expect(kept.values.length).toBe(Math.min(all.length, most));
        const place = placeOf(all.length, beyond);
        const sorted = all.toSorted((left, right) => left - right);
        const found = numberBelow(kept, beyond);
        if (place > all.length) {
          expect(found).toBe(Infinity);
          return;
        }
        expect(found).toBeGreaterThanOrEqual(sorted[place - 1]!);
        const further = Math.min(all.length, place + Math.ceil(all.length / kept.values.length));
        expect(found).toBeLessThanOrEqual(sorted[further - 1]! + 1e-6);
      }),
    );
  });

  test("suffice for the smallest share and for nothing much below it", () => {
    for (const n of [1, 2, 9, 10, 19, 99, 500, 12345]) {
      const share = smallestShare(n);
      expect(placeOf(n, share), `${n}`).toBeLessThanOrEqual(n);
      expect(placeOf(n, share * 0.9), `${n}`).toBeGreaterThan(n);
    }
  });
});
