import { createHash } from "node:crypto";
import { promises as fs } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fingerprintOf, hashImages } from "./fingerprint.ts";
import { readDataset } from "./sources.ts";

let folder: string;
beforeAll(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), "reinception-fingerprint-"));
});
afterAll(() => fs.rm(folder, { recursive: true, force: true }));

async function photos(name: string, files: Record<string, string>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await fs.mkdir(join(folder, name, path, ".."), { recursive: true });
    await fs.writeFile(join(folder, name, path), content);
  }
  return join(folder, name);
}

async function fingerprint(root: string): Promise<string> {
  const { classes, images } = await readDataset(root);
  return fingerprintOf(classes, await hashImages(images));
}

const files = { "cat/1.jpg": "a", "cat/2.jpg": "b", "dog/1.jpg": "c", "dog/2.jpg": "d" };

test("each image gets the SHA-256 of its bytes, in its place, however many are read at once", async () => {
  const many = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`${i % 2 ? "a" : "b"}/${i}.jpg`, `${i}`.repeat(i * 999 + 1)]),
  );
  const { images } = await readDataset(await photos("many", many));
  for (const atOnce of [1, 7, 100]) {
    const hashed = await hashImages(images, undefined, atOnce);
    expect(hashed.map(({ hash }) => hash)).toEqual(
      images.map(({ name }) => createHash("sha256").update(many[name]!).digest("hex")),
    );
    expect(hashed.map(({ hash: _, ...image }) => image)).toEqual(images);
  }
});

test("moving and renaming change nothing", async () => {
  const original = await fingerprint(await photos("original", files));
  await fs.rename(join(folder, "original"), join(folder, "moved"));
  expect(await fingerprint(join(folder, "moved"))).toBe(original);
  await fs.rename(join(folder, "moved/cat/1.jpg"), join(folder, "moved/cat/zz.jpeg"));
  expect(await fingerprint(join(folder, "moved"))).toBe(original);
});

test("another picture, another label, another split or one picture more change it", async () => {
  const split = (side: string) =>
    Object.fromEntries(
      Object.entries(files)
        .map(([path, content]) => [`train/${path}`, content])
        .concat([[`${side}/cat/9.jpg`, "e"]]),
    );
  const variants = [
    files,
    { ...files, "cat/1.jpg": "A" },
    { "cat/1.jpg": "c", "cat/2.jpg": "b", "dog/1.jpg": "a", "dog/2.jpg": "d" },
    { ...files, "cat/3.jpg": "a" },
    split("test"),
    split("validation"),
  ];
  const all = [];
  for (const [i, variant] of variants.entries()) all.push(await fingerprint(await photos(`variant-${i}`, variant)));
  expect(new Set(all).size).toBe(variants.length);
});

test("a file that has gone is named, or left out where somebody is told", async () => {
  const { images } = await readDataset(await photos("gone", files));
  await fs.rm(join(folder, "gone/dog/1.jpg"));
  const path = join(folder, "gone/dog/1.jpg");
  await expect(hashImages(images)).rejects.toThrow(
    `data/unreadable: the picture "${path}" cannot be read: the file cannot be opened (ENOENT)`,
  );
  const told: string[] = [];
  const hashed = await hashImages(images, ({ name }, { found }) => told.push(`${name}: ${found}`));
  expect(hashed.map(({ name }) => name)).toEqual(["cat/1.jpg", "cat/2.jpg", "dog/2.jpg"]);
  expect(told).toEqual([`dog/1.jpg: the picture "${path}" cannot be read: the file cannot be opened (ENOENT).`]);
});
