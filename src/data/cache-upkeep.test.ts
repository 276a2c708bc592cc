import { promises as fs } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { keptBetween, keptRow, keptRowBytes, openKept } from "../../test/support/kept-rows.ts";
import { cacheInfo, clearCache, verifyCache } from "./cache-upkeep.ts";
import type { TrunkCache } from "./trunk-cache.ts";

const root = await fs.mkdtemp(join(tmpdir(), "reinception-upkeep-"));
afterAll(() => fs.rm(root, { recursive: true, force: true }));
let folder = "";
let folders = 0;
beforeEach(() => {
  process.env.REINCEPTION_CACHE = join(root, String(folders++));
  folder = join(process.env.REINCEPTION_CACHE, "trunk");
});

/** Six rows in two shards, for each of these weights. */
async function fill(...weights: readonly string[]): Promise<void> {
  for (const one of weights) {
    const cache = await open(one);
    for (let i = 0; i < 6; i++) await cache.append(String(i), keptRow(i));
    await cache.close();
  }
}

const open = (weights: string): Promise<TrunkCache> => openKept(folder, { weights, shardBytes: 3 * keptRowBytes });

async function filesOf(ending: string): Promise<readonly string[]> {
  const names = await fs.readdir(folder, { recursive: true });
  return names.filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
}

describe("what the cache holds", () => {
  test("is nothing where there is none yet, and none is made", async () => {
    expect(await cacheInfo({ cacheLimit: "3kB" })).toEqual({ folder, sizeBytes: 0, limitBytes: 3000, spaces: [] });
    expect((await cacheInfo()).limitBytes).toBeGreaterThan(0);
    expect(await verifyCache()).toEqual({ folder, shards: 0, rows: 0, sizeBytes: 0, damaged: [] });
    expect(await clearCache()).toMatchObject({ removedShards: 0, removedBytes: 0, leftBytes: 0, spacesInUse: 0 });
    await expect(fs.stat(folder)).rejects.toThrow("ENOENT");
  });

  test("is told space by space, the last used first", async () => {
    await fill("early", "late");
    for (const path of await filesOf("used"))
      if ((await fs.readFile(path, "utf8")).includes("early")) await fs.utimes(path, 86400, 86400);
    const using = await open("late");
    const { spaces, sizeBytes } = await cacheInfo();
    expect(spaces).toMatchObject([
      { about: { weights: "late", rowBytes: "8" }, rows: 6, shards: 2, inUse: true },
      { about: { weights: "early" }, rows: 6, shards: 2, inUse: false, usedAt: "1970-01-02T00:00:00.000Z" },
    ]);
    expect(sizeBytes).toBe(spaces[0]!.sizeBytes + spaces[1]!.sizeBytes);
    await using.close();
  });
});

describe("a check", () => {
  test("finds any flipped byte, says which shard it was, and removes it", async () => {
    await fill("one");
    const before = await verifyCache();
    expect(before).toMatchObject({ shards: 2, rows: 6, damaged: [] });
    const [rows] = await filesOf(".rows");
    const stem = rows!.replace(/\.rows$/, "");
    const whole = new Map([
      [rows!, await fs.readFile(rows!)],
      [`${stem}.json`, await fs.readFile(`${stem}.json`)],
    ]);
    for (const [path, bytes] of whole)
      for (const at of bytes.keys()) {
        for (const [each, content] of whole) await fs.writeFile(each, content);
        await fs.writeFile(path, bytes.with(at, bytes[at]! ^ (1 << (at % 8))));
        const { damaged } = await verifyCache();
        expect(damaged.map((one) => one.path)).toEqual([rows]);
        expect(await filesOf(".rows")).not.toContain(rows);
      }
    expect(await verifyCache()).toMatchObject({ shards: 1, rows: 3, damaged: [] });
    const cache = await open("one");
    expect(await keptBetween(cache, 0, 6)).toHaveLength(3);
    await cache.close();
  });

  test("finds what is gone or has another length", async () => {
    await fill("one");
    const [first, second] = await filesOf(".rows");
    await fs.rm(first!);
    await fs.truncate(second!, 5);
    const { damaged } = await verifyCache();
    expect(damaged.map(({ reason }) => reason).sort()).toEqual(["it has another length", "its rows are gone"]);
    expect(await filesOf(".json")).toEqual([]);
  });
});

describe("clearing", () => {
  test("leaves nothing, but for what a run uses", async () => {
    await fill("mine", "other");
    const using = await open("mine");
    expect(await clearCache()).toMatchObject({ removedShards: 2, spacesInUse: 1 });
    expect(await keptBetween(using, 0, 6)).toHaveLength(6);
    await using.close();
    expect(await clearCache()).toMatchObject({ removedShards: 2, leftBytes: 0, spacesInUse: 0 });
    expect(await fs.readdir(folder)).toEqual([]);
  });

  test("can be held to what was not asked for in some days", async () => {
    await fill("one");
    const [old] = await filesOf(".json");
    const threeDaysAgo = Date.now() / 1000 - 3 * 86400;
    await fs.utimes(old!, threeDaysAgo, threeDaysAgo);
    expect(await clearCache({ olderThan: 4 })).toMatchObject({ removedShards: 0 });
    const { removedBytes, removedShards } = await clearCache({ olderThan: 2 });
    expect([removedShards, removedBytes > 3 * keptRowBytes]).toEqual([1, true]);
    expect(await verifyCache()).toMatchObject({ rows: 3, shards: 1 });
  });

  test("takes no days and no limits that are none", async () => {
    await expect(clearCache({ olderThan: -1 })).rejects.toThrow("options/value: --older-than");
    await expect(cacheInfo({ cacheLimit: "lots" })).rejects.toThrow("options/value: --cache-limit");
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === "win32")("says when it may not", async () => {
    await fill("one");
    const [space] = await fs.readdir(folder);
    await fs.chmod(join(folder, space!), 0o500);
    await expect(clearCache()).rejects.toThrow(/^cache\/not-removed: .*EACCES/);
    await fs.chmod(join(folder, space!), 0o700);
  });
});
