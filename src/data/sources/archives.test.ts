import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { sourceFolders } from "../../../test/support/source-folder.ts";
import { type Member, paxLines, tarOf } from "../../../test/support/tar-writer.ts";
import { parquetOfThirty, plainColumns } from "../../../test/support/thirty-pictures.ts";
import { type ZipFile, zipOf } from "../../../test/support/zip-writer.ts";
import { ReinceptionError } from "../../errors.ts";
import { stream } from "../../random.ts";
import { hashImages } from "../fingerprint.ts";
import { openFiles } from "../open-files.ts";
import { readLocated } from "../read-located.ts";
import { readDataset } from "../sources.ts";
import { readParquet } from "./parquet.ts";

const write = sourceFolders();
const named = (name: string, content = name) => ({ name, bytes: Buffer.from(content) });
const four = ["cat/1.jpg", "cat/2.jpg", "dog/1.jpg", "dog/2.jpg"].map((name) => named(name));
const jpegHead = Buffer.from("ffd8ffe000104a46494600010101004800480000", "hex");

/** The path of an archive with these files beside the usual four. */
function zip(files: readonly ZipFile[], usual: readonly ZipFile[] = four): string {
  return join(write({ "photos.zip": zipOf([...usual, ...files]) }), "photos.zip");
}

function tar(files: readonly Member[], usual: readonly Member[] = four): string {
  return join(write({ "photos.tar": tarOf([...usual, ...files]) }), "photos.tar");
}

const kinds: Readonly<Record<string, (files: readonly ZipFile[], usual?: readonly ZipFile[]) => string>> = { zip, tar };

describe.each(Object.entries(kinds))("a %s", (_, archive) => {
  test("is read as a folder would be: what is no picture is skipped, what is hidden in silence", async () => {
    const others = [
      named("__MACOSX/cat/._1.jpg"),
      named("cat/.hidden.jpg"),
      named("dog/Thumbs.db"),
      named("cat/notes.txt", "text"),
      { name: "cat/photo", bytes: jpegHead },
      named("cat/empty.jpg", ""),
      named("flat.jpg"),
    ];
    const { images, skipped } = await readDataset(archive(others));
    expect(images.map(({ name }) => name)).toEqual([
      ...four.map(({ name }) => name).slice(0, 2),
      "cat/photo",
      "dog/1.jpg",
      "dog/2.jpg",
    ]);
    expect(skipped).toEqual([
      { path: "cat/empty.jpg", reason: "empty" },
      { path: "cat/notes.txt", reason: "no picture" },
      { path: "flat.jpg", reason: "lies in no class folder" },
    ]);
  });

  test("may have folders of splits, also inside one folder around everything", async () => {
    const split = ["train/cat/1.jpg", "train/cat/2.jpg", "train/dog/1.jpg", "train/dog/2.jpg", "val/dog/3.jpg"];
    for (const top of ["", "my photos/"]) {
      const { classes, images } = await readDataset(
        archive(
          [],
          split.map((name) => named(top + name)),
        ),
      );
      expect(classes).toEqual(["cat", "dog"]);
      expect(images.map(({ split: side }) => side)).toEqual([...Array(4).fill("train"), "validation"]);
    }
  });

  test("gives the bytes of each entry, whatever its name", async () => {
    const names = ["1 \u{1f431}.jpg", `${"x".repeat(251)}.jpg`, 'a"b.jpg', "line\nbreak.jpg", "\u05d0\u202e.jpg"];
    const own = names.map((name) => named(`cat/${name}`));
    const members = archive === tar ? own.flatMap(withPax) : own;
    const { images } = await readDataset(archive(members as readonly ZipFile[]));
    expect(images).toHaveLength(9);
    for (const { name, locator } of images) expect(Buffer.from(await readLocated(locator)).toString()).toBe(name);
  });

  test("with two spellings of a class is refused, and without classes too", async () => {
    const spelt = archive([named("a\u0308/1.jpg"), named("\u00e4/1.jpg")]);
    await expect(readDataset(spelt)).rejects.toMatchObject({ code: "data/class-names-collide" });
    await expect(readDataset(archive([], [named("1.jpg"), named("2.jpg")]))).rejects.toThrow("2 pictures lie in");
    await expect(readDataset(archive([], [named("readme.txt")]))).rejects.toThrow("holds no pictures");
    await expect(readDataset(archive([named("cat/1.jpg")]))).rejects.toThrow('it holds "cat/1.jpg" twice');
  });

  test("cut short is refused or its pictures are named, never read as others", async () => {
    const path = archive([]);
    const whole = readFileSync(path);
    for (let length = 1; length < whole.length; length += 37) {
      writeFileSync(path, whole.subarray(0, length));
      await readsOrRefuses(path);
    }
  });

  test("with any byte changed is refused, or read with a reason for what is damaged", async () => {
    const path = archive([]);
    const whole = readFileSync(path);
    const random = stream(5, "archives");
    for (let round = 0; round < 150; round++) {
      const damaged = Buffer.from(whole);
      for (let hit = 0; hit <= round % 3; hit++)
        damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
      writeFileSync(path, damaged);
      await readsOrRefuses(path);
    }
  });
});

/** A name that does not fit a tar's header stands in an entry in front. */
function withPax(file: ZipFile): readonly Member[] {
  return [
    { name: "pax", type: "x", bytes: paxLines({ path: file.name }) },
    { ...file, name: "cat/long" },
  ];
}

async function readsOrRefuses(path: string): Promise<void> {
  try {
    await hashImages((await readDataset(path)).images, () => undefined);
  } catch (error) {
    if (!(error instanceof ReinceptionError)) throw error;
  }
}

describe("a zip from strangers", () => {
  test("leaves out what is encrypted, packed in another way or too large, with the reason", async () => {
    const { images, skipped } = await readDataset(
      zip([
        { ...named("cat/secret.jpg"), stated: { flags: 1 } },
        { ...named("cat/other.jpg"), stated: { method: 12 } },
        { ...named("cat/huge.jpg"), stated: { sizeBytes: 600 * 2 ** 20 } },
      ]),
    );
    expect(images).toHaveLength(4);
    expect(skipped).toEqual([
      { path: "cat/huge.jpg", reason: "has 600 MB, more than 512" },
      { path: "cat/other.jpg", reason: "is packed by method 12, not deflated" },
      { path: "cat/secret.jpg", reason: "is encrypted" },
    ]);
  });

  test.each([
    [{ sizeBytes: 5 }, "cannot be read"],
    [{ sizeBytes: 500 }, "it has 9 bytes where 500 were stated"],
    [{ crc32: 7 }, "its checksum is another than was stated"],
  ])("that states %j of an entry is believed in nothing", async (stated, reason) => {
    const { images } = await readDataset(zip([{ ...named("cat/x.jpg"), stated }]));
    const told: string[] = [];
    const hashed = await hashImages(images, ({ name }, { found }) => told.push(`${name}: ${found}`));
    expect(hashed).toHaveLength(4);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^cat\/x\.jpg: the picture ".*photos\.zip\/cat\/x\.jpg" cannot be read/);
    expect(told[0]).toContain(reason);
  });

  test("inflates no bomb: what an entry states is the most it gets", async () => {
    const bomb = { name: "cat/bomb.jpg", bytes: new Uint8Array(50 * 2 ** 20), stated: { sizeBytes: 1000 } };
    const { images } = await readDataset(zip([bomb]));
    const { locator } = images.find(({ name }) => name === "cat/bomb.jpg")!;
    await expect(readLocated(locator)).rejects.toMatchObject({ code: "data/unreadable" });
  });

  test("whose names lead out of it is refused; names of Windows are names", async () => {
    await expect(readDataset(zip([named("../cat/1.jpg")]))).rejects.toMatchObject({ code: "data/archive-damaged" });
    expect((await readDataset(zip([named("owl\\1.jpg"), named("owl\\2.jpg")]))).classes).toEqual(["cat", "dog", "owl"]);
  });
});

describe("a tar from strangers", () => {
  test("may have names that lead out of it, or become one: they are left out", async () => {
    const { images, skipped } = await readDataset(
      tar([named("../cat/1.jpg"), named("./cat//1.jpg"), named("/dog/9.jpg")]),
    );
    expect(images.map(({ name }) => name)).toEqual([...four.map(({ name }) => name), "dog/9.jpg"]);
    expect(skipped).toEqual([
      { path: "../cat/1.jpg", reason: "its name leads out of the archive" },
      { path: "cat/1.jpg", reason: "another file in the archive has the same name" },
    ]);
  });

  test("that is compressed as a whole is refused with the way to undo it", async () => {
    const path = join(write({ "photos.tgz": gzipSync(tarOf(four)) }), "photos.tgz");
    await expect(readDataset(path)).rejects.toMatchObject({ code: "data/compressed" });
    await expect(readDataset(path)).rejects.toThrow("photos.tar");
  });
});

describe("parquet from strangers", () => {
  test("cut short or with any byte changed is refused, or read with a reason for what is damaged", async () => {
    const random = stream(6, "parquet");
    const folder = write({});
    const path = join(folder, "photos.parquet");
    for (const file of [parquetOfThirty, plainColumns]) {
      const whole = readFileSync(file);
      for (let round = 0; round < 60; round++) {
        const damaged = Buffer.from(round % 10 === 0 ? whole.subarray(0, Math.floor(random() * whole.length)) : whole);
        const end = round % 2 === 0 ? 1 : 0.05; // half of them in the description at the end
        for (let hit = 0; hit < 3 && round % 10 > 0; hit++)
          damaged[damaged.length - 1 - Math.floor(random() * damaged.length * end)] = Math.floor(random() * 256);
        writeFileSync(path, damaged);
        await readsOrRefuses(path);
      }
    }
  });

  test("with a row group larger than memory should hold is refused before it is read", async () => {
    const shard = { path: parquetOfThirty, name: "photos.parquet" };
    const open = openFiles();
    await expect(readParquet([shard], open, 10_000)).rejects.toMatchObject({ code: "data/row-group-too-large" });
    expect((await readParquet([shard], open)).pictures).toHaveLength(30);
    await open.close();
  });
});

describe("what is no source is refused", () => {
  test.each([
    ["a picture", "photo.jpg", jpegHead],
    ["a program", "a.out", Buffer.from("\x7fELF\0\0\0")],
    ["a picture by name", "photo.png", Buffer.from("text")],
  ])("%s", async (_, name, bytes) => {
    await expect(readDataset(join(write({ [name]: bytes }), name))).rejects.toMatchObject({
      code: "data/unknown-source",
    });
  });

  test("a zip and a parquet that are none", async () => {
    const folder = write({ "a.zip": "PK\x03\x04 and nothing more", "b.parquet": "PAR1 and nothing more PAR1" });
    for (const name of ["a.zip", "b.parquet"])
      await expect(readDataset(join(folder, name))).rejects.toMatchObject({ code: "data/archive-damaged" });
  });
});
