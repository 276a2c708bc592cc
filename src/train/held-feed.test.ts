import { describe, expect, test } from "vitest";
import type { Feed } from "./feed.ts";
import { besideOriginal, rehearsing } from "./held-feed.ts";
import type { RunImage } from "./views.ts";

function image(label: number, name: string): RunImage {
  return { locator: { kind: "file", path: name }, name, label, hash: name };
}
const own = [0, 1, 1, 0].map((label, i) => image(label, `own-${i}`));
const source = [4, 2, 3].map((label, i) => image(label, `source-${i}`));

/** Two numbers for each image: the length of its name and its label. */
const plain: Feed = {
  learning: async (images) => ({
    feeds: { activations: Float32Array.from(images.flatMap(({ name, label }) => [name.length, label])) },
    ownShare: 1,
  }),
  judging: async () => ({}),
};
const place = { epoch: 2, step: 3 };

describe("rehearsal", () => {
  const feed = (seed: number, each = 0.5) => rehearsing(plain, { images: source, each, classes: 5, seed, feed: plain });

  test("puts pictures of the source behind a batch, and says what they show in rows of their own", async () => {
    const { feeds, besides } = await feed(1).learning(own, place);
    expect(besides).toBe(2);
    const rows = feeds.activations as Float32Array;
    expect([...rows.subarray(0, 8)]).toEqual([5, 0, 5, 1, 5, 1, 5, 0]);
    expect([rows[8], rows[10]]).toEqual([8, 8]);
    const targets = feeds.sourceTargets as Float32Array;
    expect([...targets.subarray(0, 20)].every((target) => target === 0)).toBe(true);
    expect([targets[20 + rows[9]!], targets[25 + rows[11]!]]).toEqual([0.5, 0.5]);
    expect(targets.reduce((total, target) => total + target, 0)).toBe(1);
  });

  test("has at least one of them in the smallest batch", async () => {
    expect((await feed(1, 0.1).learning(own.slice(0, 1), place)).besides).toBe(1);
  });

  test("draws under seed, epoch and step, so that a resumed run draws the same", async () => {
    const drawn = async (seed: number, step: number) => [
      ...((await feed(seed, 4).learning(own, { ...place, step })).feeds.sourceTargets as Float32Array),
    ];
    expect(await drawn(1, 3)).toEqual(await drawn(1, 3));
    expect(await drawn(1, 3)).not.toEqual(await drawn(1, 4));
    expect(await drawn(1, 3)).not.toEqual(await drawn(2, 3));
  });
});

test("beside pixels stands what the original network makes of the very same pixels", async () => {
  const pixels: Feed = {
    ...plain,
    learning: async () => ({ feeds: { image: Uint8Array.of(1, 2, 3, 4) }, ownShare: 0.7 }),
  };
  const original = {
    averages: async (image: ArrayLike<number>, count: number) => ({
      "original:pooled": Float32Array.of(image[3]!, count),
    }),
    close: async () => {},
  };
  const { feeds, ownShare } = await besideOriginal(pixels, original).learning(own, place);
  expect(ownShare).toBe(0.7);
  expect([...(feeds["original:pooled"] as Float32Array)]).toEqual([4, 4]);
});
