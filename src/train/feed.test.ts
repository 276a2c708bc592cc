import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drawPhotos } from "../../test/support/drawn-photos.ts";
import { mixed } from "../data/augment/mix.ts";
import { fileAt } from "../data/locator.ts";
import { inceptionInput } from "../input-format.ts";
import { keptFeed, keptViews, pixelFeed } from "./feed.ts";
import type { Kept } from "./keep.ts";
import { openViews, plainView, type RunImage, type View, type Views } from "./views.ts";

function imageOf(hash: string): RunImage {
  return { locator: fileAt(`/photos/${hash}`), name: hash, label: 0, hash };
}

const drawing = (seed: number) => ({ augment: "light", seed }) as const;
const unmixed = { mixup: 0, cutmix: 0 };

const images = Array.from({ length: 40 }, (_, i) => imageOf(`${i}`));

/** Rows in memory: two numbers for each of these views, its place and its negative. A view that was not kept is an error. */
function rowsOf(views: readonly View[]): Kept {
  const places = new Map(views.map(({ key }, at) => [key, at + 1]));
  return {
    row: { dtype: "float32", shape: [2] },
    async read(wanted) {
      const rows = wanted.flatMap(({ key }) => {
        const place = places.get(key);
        if (place === undefined) throw new Error(`nothing was kept of ${key}`);
        return [place, -place];
      });
      return Float32Array.from(rows);
    },
    close: async () => {},
  };
}

describe("the views that are kept", () => {
  test("are the plain one first, and then as many others as asked for", () => {
    const views = keptViews(images.slice(0, 2), 3, drawing(7));
    expect(views.map(({ image, kind }) => [image.hash, kind])).toEqual([
      ["0", "plain"],
      ["0", "light:7:kept:1"],
      ["0", "light:7:kept:2"],
      ["1", "plain"],
      ["1", "light:7:kept:1"],
      ["1", "light:7:kept:2"],
    ]);
    expect(keptViews(images, 1, drawing(7))).toEqual(images.map(plainView));
  });

  test("are all that any epoch asks for", () => {
    const anything = fc.record({ views: fc.integer({ min: 1, max: 5 }), seed: fc.nat(), epoch: fc.nat(1000) });
    return fc.assert(
      fc.asyncProperty(anything, async ({ views, seed, epoch }) => {
        const feed = keptFeed(rowsOf(keptViews(images, views, drawing(seed))), views, drawing(seed));
        await feed.learning(images, { epoch, step: 0 }); // throws for a view that is not kept
      }),
    );
  });
});

describe("a feed of kept rows", () => {
  const views = 4;
  const feed = keptFeed(rowsOf(keptViews(images, views, drawing(1))), views, drawing(1));
  const drawn = async (epoch: number) =>
    Array.from((await feed.learning(images, { epoch, step: 0 })).feeds.activations!).filter((_, i) => i % 2 === 0);

  test("has the rows in the order of the images, each of one of the image's own views", async () => {
    const rows = await drawn(1);
    expect(rows.map((place) => Math.floor((place - 1) / views))).toEqual([...images.keys()]);
    expect(new Set(rows.map((place) => (place - 1) % views))).toEqual(new Set([0, 1, 2, 3]));
  });

  test("draws another view in another epoch, and the same in the same one", async () => {
    expect(await drawn(1)).toEqual(await drawn(1));
    const [first, second] = [await drawn(1), await drawn(2)];
    const changed = first.filter((place, i) => place !== second[i]).length;
    expect(changed / images.length).toBeGreaterThan(0.5); // 3 in 4 by chance
  });

  test("judges by the plain view, and fills the batch up with zeros", async () => {
    const { activations } = await feed.judging(images.slice(1, 3), 4);
    expect([...activations!]).toEqual([5, -5, 9, -9, 0, 0, 0, 0]);
    expect((await feed.judging(images.slice(1, 3), 2)).activations).toHaveLength(4);
  });
});

describe("a feed of pixels", () => {
  const size = 75;
  let root = "";
  let views: Views;
  const photos: RunImage[] = [];
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "reinception-feed-"));
    await drawPhotos({ folder: root, classes: ["discs"], each: 3, size: 90, seed: 0 });
    photos.push(...[0, 1, 2].map((i) => ({ ...imageOf(`${i}`), locator: fileAt(join(root, "discs", `${i}.png`)) })));
    views = openViews({ ...drawing(0), format: { ...inceptionInput, size }, workers: 1 });
  });
  afterAll(async () => {
    await views.close();
    await rm(root, { recursive: true });
  });

  test("has the plain pixels in every epoch where nothing is augmented", async () => {
    const feed = pixelFeed(views, { augment: "none", seed: 0 }, unmixed);
    const plain = await views.pixels(photos.map(plainView));
    for (const epoch of [1, 2])
      expect(await feed.learning(photos, { epoch, step: 0 })).toEqual({ feeds: { image: plain }, ownShare: 1 });
  });

  test("has new pixels in every epoch where they are augmented, and judges by the plain ones", async () => {
    const feed = pixelFeed(views, drawing(0), unmixed);
    const drawn = async (epoch: number) => (await feed.learning(photos, { epoch, step: 0 })).feeds.image;
    const first = await drawn(1);
    expect(await drawn(2)).not.toEqual(first);
    expect(await drawn(1)).toEqual(first);
    const plain = await views.pixels(photos.map(plainView));
    const { image } = await feed.judging(photos, 4);
    expect(image).toBeInstanceOf(Uint8Array);
    expect(image).toEqual(Uint8Array.of(...plain, ...new Uint8Array(size * size * 3)));
  });

  test("mixes a batch where that is asked for, by the seed, the epoch and the step alone, and judges unmixed", async () => {
    const feed = pixelFeed(views, { augment: "none", seed: 3 }, { mixup: 1, cutmix: 0 });
    const plain = await views.pixels(photos.map(plainView));
    const once = await feed.learning(photos, { epoch: 1, step: 0 });
    expect(once.ownShare).toBeGreaterThan(0);
    expect(once.ownShare).toBeLessThan(1);
    expect(once.feeds.image).toEqual(mixed(plain, size, { ownShare: once.ownShare }));
    expect(await feed.learning(photos, { epoch: 1, step: 0 })).toEqual(once);
    for (const place of [
      { epoch: 1, step: 1 },
      { epoch: 2, step: 0 },
    ])
      expect((await feed.learning(photos, place)).ownShare).not.toBe(once.ownShare);
    expect((await feed.judging(photos, 3)).image).toEqual(plain);
  });
});
