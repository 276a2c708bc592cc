import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { leaveOutCopies } from "./leave-out.ts";
import { splitDataset } from "./split.ts";

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("hex"));

/** Images with clusters of copies: each image belongs to at most one. */
const sets = fc
  .record({
    images: fc.array(fc.record({ hash, label: fc.nat(3) }), { minLength: 2, maxLength: 50 }),
    cuts: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 12 }),
    seed: fc.nat(),
    test: fc.constantFrom(0, 0.2),
  })
  .map(({ images, cuts, seed, test: share }) => {
    const clusters: number[][] = [];
    let at = 0;
    for (const length of cuts) {
      clusters.push(Array.from({ length }, (_, i) => at + i).filter((i) => i < images.length));
      at += length + 1;
    }
    const split = splitDataset(images, { validation: 0.3, test: share, seed });
    return { images, split, clusters: clusters.filter(({ length }) => length > 1) };
  });

const sideOf = (split: ReturnType<typeof splitDataset>, image: number) =>
  (["train", "validation", "test"] as const).find((side) => split[side].includes(image))!;

describe("copies that are left out", () => {
  test("leave every cluster on one side", () => {
    fc.assert(
      fc.property(sets, ({ images, split, clusters }) => {
        const left = leaveOutCopies(
          images.map(({ label }) => label),
          split,
          clusters,
        );
        const gone = new Set(left.map(({ image }) => image));
        for (const members of clusters) {
          const staying = members.filter((image) => !gone.has(image));
          expect(new Set(staying.map((image) => sideOf(split, image))).size).toBe(1);
        }
        for (const { image, side, copy, copySide } of left) {
          expect([side, copySide]).toEqual([sideOf(split, image), sideOf(split, copy)]);
          expect(gone.has(copy)).toBe(false);
          expect(clusters.some((members) => members.includes(image) && members.includes(copy))).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("leave each class something to learn from, and give way to what is held back wherever they can", () => {
    fc.assert(
      fc.property(sets, ({ images, split, clusters }) => {
        const left = leaveOutCopies(
          images.map(({ label }) => label),
          split,
          clusters,
        );
        const gone = new Set(left.map(({ image }) => image));
        for (const label of new Set(images.map((one) => one.label))) {
          const learnt = split.train.filter((image) => images[image]!.label === label);
          if (learnt.length > 0) expect(learnt.some((image) => !gone.has(image))).toBe(true);
        }
        const order = ["train", "validation", "test"];
        const towardsTrain = left.filter(({ side, copySide }) => order.indexOf(copySide) < order.indexOf(side));
        expect(towardsTrain.every(({ copySide }) => copySide === "train")).toBe(true);
        const rescued = new Set(
          towardsTrain.map(({ copy }) => clusters.findIndex((members) => members.includes(copy))),
        );
        expect(rescued.size).toBeLessThanOrEqual(new Set(images.map((one) => one.label)).size);
      }),
      { numRuns: 300 },
    );
  });

  test("are none where no cluster straddles", () => {
    const split = { train: [0, 1], validation: [2, 3], test: [], forced: [] };
    expect(
      leaveOutCopies([0, 1, 0, 1], split, [
        [0, 1],
        [2, 3],
      ]),
    ).toEqual([]);
  });

  test("are the ones to learn from, unless a class has no others", () => {
    const split = { train: [0, 1, 2], validation: [3, 4], test: [], forced: [] };
    const left = { image: 0, side: "train", copy: 3, copySide: "validation" } as const;
    expect(leaveOutCopies([0, 0, 1, 0, 1], split, [[0, 3]])).toEqual([left]);
    const kept = { image: 4, side: "validation", copy: 2, copySide: "train" } as const;
    expect(
      leaveOutCopies([0, 0, 1, 0, 1], split, [
        [0, 3],
        [2, 4],
      ]),
    ).toEqual([left, kept]);
  });
});
