import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { drawPhotos } from "../../test/support/drawn-photos.ts";
import { drawScene } from "../../test/support/drawn-scenes.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { sha256 } from "./cache-shard.ts";
import { copiesOf, correlation, type FactualImage, mirrorImage } from "./copies.ts";
import { decodeImage } from "./decode.ts";
import { factsOf } from "./picture-facts.ts";

const folder = temporaryFolder();
const drawn: Buffer[] = [];
const scenes: Buffer[] = [];
beforeAll(async () => {
  for (let seed = 0; seed < 12; seed++) scenes.push(await drawScene(seed).png().toBuffer());
  const classes = ["checks", "crosses", "discs", "stripes"] as const;
  const photos = await drawPhotos({ folder, classes, each: 10, size: 160, seed: 3 });
  for (const motif of classes)
    for (const name of (await readdir(join(photos, motif))).sort()) drawn.push(readFileSync(join(photos, motif, name)));
});

const looked = async (bytes: Uint8Array): Promise<FactualImage> => ({
  hash: sha256(bytes),
  facts: factsOf(await decodeImage(bytes)),
});

/** Ways to store a picture anew. */
const anew: Readonly<Record<string, (image: Sharp) => Sharp>> = {
  "as a JPEG": (image) => image.jpeg({ quality: 60 }),
  "at half the size": (image) => image.resize(80).webp(),
  larger: (image) => image.resize(230).jpeg(),
  mirrored: (image) => image.flop().png(),
  brighter: (image) => image.linear(1.05, 8).png(),
};

describe("copies", () => {
  test.each(Object.keys(anew))("are found when a picture is stored %s", async (how) => {
    const originals = scenes;
    const stored = await Promise.all(originals.map((bytes) => anew[how]!(sharp(bytes)).toBuffer()));
    const clusters = copiesOf(await Promise.all([...originals, ...stored].map(looked)));
    const found = clusters.map((members) => [...members].sort((a, b) => a - b));
    expect(found.sort(([a], [b]) => a! - b!)).toEqual(originals.map((_, i) => [i, i + originals.length]));
  });

  test("are not different pictures of one kind, however close their hashes", async () => {
    const images = await Promise.all([...drawn, ...scenes].map(looked));
    expect(copiesOf(images)).toEqual([]);
  });

  test("are equal files too, even if nothing else is known of them", () => {
    const unknown = (hash: string) => ({ hash, facts: undefined });
    expect(copiesOf(["c", "a", "b", "a", "c", "a"].map(unknown))).toEqual([
      [1, 3, 5],
      [0, 4],
    ]);
  });

  test("hang together the same way in whatever order the pictures come", async () => {
    const some = scenes.slice(0, 6);
    const stored = await Promise.all(
      some.flatMap((bytes) => [sharp(bytes).jpeg(), sharp(bytes).flop().png()].map((s) => s.toBuffer())),
    );
    const images = await Promise.all([...some, ...stored].map(looked));
    const contents = (all: readonly FactualImage[]) =>
      copiesOf(all).map((members) => members.map((at) => all[at]!.hash));
    expect(contents(images)).toHaveLength(6);
    expect(contents([...images].reverse())).toEqual(contents(images));
  });

  test("are not pictures of the same shapes that differ much in brightness", async () => {
    const [scene] = scenes;
    const darker = await sharp(scene).linear(0.5, 0).png().toBuffer();
    expect(copiesOf([await looked(scene!), await looked(darker)])).toEqual([]);
  });

  test("are not pictures without anything in them", async () => {
    const plain = (colour: string) =>
      sharp({ create: { width: 60, height: 60, channels: 3, background: colour } })
        .png()
        .toBuffer();
    expect(copiesOf([await looked(await plain("white")), await looked(await plain("black"))])).toEqual([]);
  });
});

describe("thumbnails", () => {
  const thumbnail = Uint8Array.from({ length: 192 }, (_, i) => (i * 37) % 180);

  test("have a correlation of 1 with themselves made brighter, of 0 with a flat one", () => {
    const brighter = thumbnail.map((value) => value + 40);
    expect(correlation(thumbnail, brighter)).toBeCloseTo(1);
    expect(correlation(thumbnail, new Uint8Array(192).fill(90))).toBe(0);
  });

  test("that are mirrored have their columns in the other order, and twice mirrored are what they were", () => {
    const mirror = mirrorImage(thumbnail);
    expect([...mirror.subarray(0, 3)]).toEqual([...thumbnail.subarray(21, 24)]);
    expect(mirrorImage(mirror)).toEqual(thumbnail);
    expect(correlation(thumbnail, mirror)).toBeLessThan(0.9);
  });
});
