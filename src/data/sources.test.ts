import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { sourceFolders } from "../../test/support/source-folder.ts";
import {
  asSource,
  type Picture,
  plainColumns,
  sourceKinds,
  thirtyPictures,
} from "../../test/support/thirty-pictures.ts";
import { zipOf } from "../../test/support/zip-writer.ts";
import { decodeImage } from "./decode.ts";
import { fingerprintOf, hashImages } from "./fingerprint.ts";
import { openPixels } from "./pixels.ts";
import { inceptionInput } from "../input-format.ts";
import { readLocated } from "./read-located.ts";
import { readDataset } from "./sources.ts";
import { evaluationView } from "./view.ts";

const write = sourceFolders();
let pictures: readonly Picture[] = [];
beforeAll(async () => {
  pictures = await thirtyPictures();
});

async function contents(data: readonly string[]) {
  const { classes, images, skipped } = await readDataset(data);
  const hashed = await hashImages(images);
  const labelled = hashed.map(({ hash, label }) => `${classes[label]} ${hash}`);
  return { classes, hashed, labelled, skipped, fingerprint: fingerprintOf(classes, hashed) };
}

describe("thirty pictures are the same", () => {
  let expected: Awaited<ReturnType<typeof contents>>;
  beforeAll(async () => {
    expected = await contents(asSource("folder", pictures, write));
  });

  test("as Python knows them", () => {
    expect(expected.classes).toEqual(["discs", "stripes", "клетки"]);
    expect(expected.labelled.toSorted()).toEqual(
      pictures.map(({ className, sha256 }) => `${className} ${sha256}`).toSorted(),
    );
  });

  test.each(sourceKinds)("as %s: classes, labels, hashes, fingerprint, names of their own", async (kind) => {
    const { classes, hashed, labelled, skipped, fingerprint } = await contents(asSource(kind, pictures, write));
    expect(classes).toEqual(expected.classes);
    expect(labelled.toSorted()).toEqual(expected.labelled.toSorted());
    expect(new Set(hashed.map(({ name }) => name)).size).toBe(30);
    if (kind === "parquet shards") {
      expect(skipped).toEqual([{ path: "data/README.md", reason: "is no .parquet file, as others here are" }]);
      expect(hashed.every(({ split }) => split === "train")).toBe(true); // its shard is called so
    } else {
      expect(skipped).toEqual([]);
      expect(fingerprint).toBe(expected.fingerprint);
    }
  });

  test.each(["zip", "wrapped zip", "tar"] as const)("as %s, and in the same order as in a folder", async (kind) => {
    expect((await contents(asSource(kind, pictures, write))).labelled).toEqual(expected.labelled);
  });

  test("decoded in threads, wherever they lie", async () => {
    const format = { ...inceptionInput, size: 75 };
    const pool = openPixels({ format, workers: 1 });
    for (const kind of ["zip", "tar", "parquet"] as const) {
      const { images } = await readDataset(asSource(kind, pictures, write));
      for (const { locator } of [images[7]!, images[29]!]) {
        const view = await pool.view({ locator, kind: "evaluation" });
        expect(view).toEqual(evaluationView(await decodeImage(await readLocated(locator)), format));
      }
    }
    await pool.close();
  });
});

describe("several sources", () => {
  const twoOf = (name: string) => ({ [`${name}/1.jpg`]: `${name}1`, [`${name}/2.jpg`]: `${name}2` });

  test("are one set: classes are joined, names begin with that of their source", async () => {
    const parent = write({
      "a/photos/cat/1.jpg": "1",
      "a/photos/dog/1.jpg": "2",
      "b/photos/cat/1.jpg": "3",
      "b/photos/notes.txt": "x",
      "more.zip": zipOf([{ name: "dog/9.jpg", bytes: Buffer.from("4") }]),
    });
    const { classes, images, skipped } = await readDataset(
      ["a/photos", "b/photos", "more.zip"].map((name) => join(parent, name)),
    );
    expect(classes).toEqual(["cat", "dog"]);
    expect(images.map(({ name, label }) => `${name} ${label}`)).toEqual([
      "photos/cat/1.jpg 0",
      "photos/dog/1.jpg 1",
      "photos-2/cat/1.jpg 0",
      "more.zip/dog/9.jpg 1",
    ]);
    expect(skipped).toEqual([{ path: "photos-2/notes.txt", reason: "no picture" }]);
  });

  test("of which one states a split: what the others hold is for train", async () => {
    const stated = { "train/cat/1.jpg": "a", "train/dog/1.jpg": "b", "validation/cat/2.jpg": "c" };
    const { images } = await readDataset([write(stated), write({ ...twoOf("cat"), ...twoOf("dog") })]);
    expect(images.map(({ split }) => split)).toEqual(["train", "train", "validation", ...Array(4).fill("train")]);
  });

  test("spell a class in two ways, as systems do, and it is one", async () => {
    const { classes, images } = await readDataset([
      write({ ...twoOf("a\u0308pfel"), ...twoOf("cat") }),
      write(twoOf("\u00e4pfel")),
    ]);
    expect(classes).toEqual(["cat", "\u00e4pfel"]);
    expect(images).toHaveLength(6);
  });

  test("with one class each are a set together, and a single one is not", async () => {
    const [cats, dogs] = [write(twoOf("cat")), write(twoOf("dog"))];
    expect((await readDataset([cats, dogs])).classes).toEqual(["cat", "dog"]);
    await expect(readDataset([cats])).rejects.toMatchObject({ code: "data/one-class" });
    await expect(readDataset([cats, write(twoOf("cat"))])).rejects.toThrow("hold only one class");
  });

  test("of which one is named twice are refused", async () => {
    const cats = write(twoOf("cat"));
    await expect(readDataset([cats, `${cats}/../${basename(cats)}`])).rejects.toMatchObject({
      code: "data/source-twice",
    });
  });

  test("of which one holds nothing name that one", async () => {
    const empty = write({});
    await expect(readDataset([write(twoOf("cat")), empty])).rejects.toThrow(`"${empty}" holds no pictures`);
  });
});

describe("columns of a plain parquet", () => {
  test("say class, split, group and weight; a row without a class or a picture is left out", async () => {
    const { classes, images, skipped } = await readDataset(plainColumns);
    expect(classes).toEqual(["discs", "stripes", "клетки"]);
    expect(images[1]).toEqual({
      locator: { kind: "parquet", file: plainColumns, column: "image", row: 1 },
      ...{ name: "plain-columns.parquet/1", label: 0, split: "train", group: "g0", weight: 1.5 },
    });
    expect(skipped).toEqual([{ path: "plain-columns.parquet/9", reason: "has no label" }]);
    const told: string[] = [];
    const hashed = await hashImages(images, ({ name }, { found }) => told.push(`${name}: ${found}`));
    expect(hashed.map(({ hash }) => hash).slice(0, 9)).toEqual(pictures.slice(0, 9).map(({ sha256 }) => sha256));
    expect(told).toEqual([
      `plain-columns.parquet/10: the picture "${plainColumns}/10" cannot be read: the row holds no picture.`,
    ]);
  });
});

test("a few thousand pictures are listed and hashed, each once", async () => {
  const folder = write({});
  for (let i = 0; i < 3000; i++) {
    if (i < 50) mkdirSync(join(folder, `class ${i}`));
    writeFileSync(join(folder, `class ${i % 50}`, `${i}.jpg`), `${i}`);
  }
  const { classes, images } = await readDataset(folder);
  const hashed = await hashImages(images);
  expect([classes.length, new Set(hashed.map(({ hash }) => hash)).size]).toEqual([50, 3000]);
});
