import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { openFactsCache } from "./facts-cache.ts";
import type { PictureFacts } from "./picture-facts.ts";

const root = temporaryFolder();
const facts = (width: number, notes: readonly string[] = []): PictureFacts => ({
  ...{ width, height: 80, kind: "PNG", notes, darkest: 3, brightest: 250, entropy: 6.125 },
  ...{ hash: "0123456789abcdef", mirrored: "fedcba9876543210", thumbnail: "A".repeat(256) },
});

async function keep(folder: string, known: ReadonlyMap<string, PictureFacts>): Promise<void> {
  const cache = await openFactsCache(folder);
  for (const [hash, own] of known) await cache.keep(hash, own);
  await cache.close();
}

async function read(folder: string, hashes: readonly string[]): Promise<ReadonlyMap<string, PictureFacts>> {
  const cache = await openFactsCache(folder);
  const found = await cache.read(hashes);
  await cache.close();
  return found;
}

describe("facts", () => {
  test("are there for the next run, by content", async () => {
    const known = new Map([
      ["a", facts(1)],
      ["b", facts(2, ["turned upright", 'a note with "marks" and ü'])],
    ]);
    await keep(join(root, "kept"), known);
    expect(await read(join(root, "kept"), ["b", "c", "a", "a"])).toEqual(known);
  });

  test("that are too long to be kept are absent, and the others are there", async () => {
    await keep(
      join(root, "long"),
      new Map([
        ["long", facts(1, ["x".repeat(900)])],
        ["short", facts(2)],
      ]),
    );
    expect([...(await read(join(root, "long"), ["long", "short"])).keys()]).toEqual(["short"]);
  });

  test("that are damaged are absent, wherever a byte has changed", async () => {
    const folder = join(root, "damaged");
    await keep(folder, new Map([["a", facts(1)]]));
    const [space] = readdirSync(folder);
    const rows = readdirSync(join(folder, space!)).find((name) => name.endsWith(".rows"))!;
    const bytes = readFileSync(join(folder, space!, rows));
    bytes[40]! ^= 1;
    writeFileSync(join(folder, space!, rows), bytes);
    expect(await read(folder, ["a"])).toEqual(new Map());
  });

  test("need no disk: where none takes them, they are only not kept", async () => {
    const file = join(root, "file");
    writeFileSync(file, "in the way");
    await keep(join(file, "cache"), new Map([["a", facts(1)]]));
    expect(await read(join(file, "cache"), ["a"])).toEqual(new Map());
  });
});
