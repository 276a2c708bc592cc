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
  const [width, rows] = [20, 60];
  const drawn = (seed: number, high: number) =>
    Float32Array.from(uniform(stream(seed, "features"), rows * width, 0, high));
  const [learnt, heldBack] = [drawn(1, 4), drawn(2, 4)];
  const prototypes = prototypesOf(learnt, heldBack, width);

  test("is 1 for a usual picture that was held back, whatever the features are measured in", () => {
    for (const scale of [1e-4, 1, 1e6]) {
      const scaled = (features: Float32Array) => features.map((value) => value * scale + 3 * scale);
      const own = prototypesOf(scaled(learnt), scaled(heldBack), width);
      const distances = distancesTo(own, scaled(heldBack)).toSorted();
      expect(distances[29]).toBeCloseTo(1, 2);
      expect(distances[0]).toBeGreaterThan(0.5);
    }
  });

  test("is Euclid's, to the fifth nearest", () => {
    const [x] = distancesTo(prototypes, heldBack.subarray(0, width));
    const each = Array.from({ length: rows }, (_, row) =>
      Math.hypot(...Array.from({ length: width }, (_, j) => learnt[row * width + j]! - heldBack[j]!)),
    );
    expect(x! * prototypes.unit).toBeCloseTo(each.sort((left, right) => left - right)[4]!, 2); // halves
  });

  test("is larger for what is brighter or elsewhere than anything learnt", () => {
    for (const far of [drawn(3, 40), learnt.map((value) => value - 20)])
      for (const distance of distancesTo(prototypes, far)) expect(distance).toBeGreaterThan(1.3);
  });

  test("of pictures that are all alike is a number", () => {
    const same = new Float32Array(10 * width).fill(2);
    expect(distancesTo(prototypesOf(same, same, width), same)).toEqual(new Float64Array(10));
  });
});
