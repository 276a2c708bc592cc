import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { uniform } from "../../test/support/numbers.ts";
import { stream } from "../random.ts";
import { choosePrototypes, distancesTo, prototypesOf } from "./prototypes.ts";

describe("prototypes", () => {
  test("are of every class as many as of any other, as far as it has so many", () => {
    const labels = Array.from({ length: 100 }, (_, row) => (row < 3 ? 0 : row < 40 ? 1 : 2));
    const chosen = choosePrototypes(labels, 3, { seed: 1, most: 33 });
    expect([0, 1, 2].map((k) => chosen.filter((row) => labels[row] === k).length)).toEqual([3, 15, 15]);
    expect(choosePrototypes(labels, 3, { seed: 1, most: 33 })).toEqual(chosen);
    expect(choosePrototypes(labels, 3, { seed: 2, most: 33 })).not.toEqual(chosen);
  });

  test("are different rows in rising order, all there are where they are few, and one of each class in any case", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 60 }), fc.integer({ min: 1, max: 80 }), (labels, most) => {
        const chosen = choosePrototypes(labels, 10, { seed: 3, most });
        expect(chosen).toEqual([...new Set(chosen)].sort((left, right) => left - right));
        expect(chosen.length).toBe(Math.min(labels.length, Math.max(most, 10)));
        expect(new Set(chosen.map((row) => labels[row])).size).toBe(new Set(labels).size);
      }),
    );
  });
});

describe("the distance to prototypes", () => {
  const width = 20;
  const features = Float32Array.from(uniform(stream(1, "features"), 30 * width, 0, 4));
  const prototypes = prototypesOf(features, width);

  test("of what they were made of is nearly 0, however bright it is", () => {
    for (const distance of distancesTo(
      prototypes,
      features.map((value) => 7 * value),
    ))
      expect(Math.abs(distance)).toBeLessThan(1e-3);
  });

  test("is 1 - the cosine to the nearest, 1 for no features, more for opposite ones", () => {
    const axes = prototypesOf(Float32Array.of(3, 0, 0, 2), 2);
    const [between, none, opposite] = distancesTo(axes, Float32Array.of(1, 1, 0, 0, -1, -1));
    expect(between).toBeCloseTo(1 - Math.SQRT1_2, 12);
    expect(none).toBe(1);
    expect(opposite).toBeCloseTo(1 + Math.SQRT1_2, 12);
  });
});
