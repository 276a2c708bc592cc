import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawnRows } from "../../test/support/drawn-features.ts";
import { distancesTo, prototypesOf } from "../head/prototypes.ts";
import type { AnsweredPicture, RunAnswers } from "./answers-file.ts";
import { nearestPictures } from "./nearest-pictures.ts";

function answersOf(features: Float32Array, splits: readonly AnsweredPicture["split"][], unit = 1): RunAnswers {
  const pictures = splits.map((split, i) => ({ name: `${i}.png`, class: "ant", split, hash: String(i) }));
  return { pictures, classes: ["ant"], logits: new Float32Array(splits.length), features, temperature: 1, unit };
}

describe("the nearest pictures", () => {
  const features = Float32Array.of(0, 0, 3, 4, 0, 1, 6, 8);
  const answers = answersOf(features, ["train", "train", "validation", "train"], 5);

  test("are those that were learnt from, the nearest first, in the model's unit", () => {
    const near = nearestPictures(answers, [3, 4], 2);
    expect(near.map(({ row, picture, distance }) => [row, picture.name, distance])).toEqual([
      [1, "1.png", 0],
      [0, "0.png", 1],
    ]);
    expect(nearestPictures(answers, [0, 0.9], 9).map(({ row }) => row)).toEqual([0, 1, 3]);
  });

  test("lie as far as the model says where all of them are its prototypes: the fifth", () => {
    const { features, width } = drawnRows(60, 8, 3);
    const [learnt, heldBack] = [features.subarray(0, 40 * width), features.subarray(40 * width)];
    const prototypes = prototypesOf(learnt, heldBack, width);
    const splits = Array.from({ length: 40 }, () => "train" as const);
    const near = nearestPictures(answersOf(learnt, splits, prototypes.unit), heldBack.subarray(0, width), 5);
    const [said] = distancesTo(prototypes, heldBack.subarray(0, width));
    expect(Math.abs(near[4]!.distance - said!)).toBeLessThan(2e-3); // prototypes are kept in half precision
  });

  test("of a picture that was learnt from begin with itself, and no other is nearer than the last", () => {
    const numbers = fc.float({ min: -100, max: 100, noNaN: true });
    const rows = fc.array(fc.tuple(numbers, numbers, numbers), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(rows, fc.nat(), fc.integer({ min: 1, max: 30 }), (drawn, at, count) => {
        const all = answersOf(
          Float32Array.from(drawn.flat()),
          drawn.map(() => "train"),
        );
        const own = drawn[at % drawn.length]!;
        const near = nearestPictures(all, own, count);
        expect(near).toHaveLength(Math.min(count, drawn.length));
        expect(near[0]!.distance).toBe(0);
        const farthest = near.at(-1)!.distance;
        const others = drawn.filter((_, row) => !near.some((one) => one.row === row));
        for (const row of others)
          expect(Math.hypot(...row.map((value, j) => Math.fround(value) - own[j]!))).toBeGreaterThanOrEqual(
            farthest - 1e-6,
          );
      }),
    );
  });
});
