import { promises as fs } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { cacheFolder, spaceKey } from "./cache-space.ts";
import { fileStorage, type Storage } from "./storage.ts";
import { openTrunkCache, type TrunkCache } from "./trunk-cache.ts";

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await fs.rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await fs.mkdtemp(join(tmpdir(), "reinception-cache-"));
  folders.push(folder);
  return folder;
}

const rowBytes = 8;
const space = { weights: "abc", boundary: "features.20" };
const open = (folder: string, more: { storage?: Storage; shardBytes?: number } = {}) =>
  openTrunkCache({ folder, space, rowBytes, ...more });
const row = (value: number) => new Uint8Array(rowBytes).fill(value);

/** Writes rows "0" to "count - 1", each filled with its number. */
async function fill(cache: TrunkCache, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await cache.append(`${i}`, row(i));
}

/** Rows "0" to "count - 1" as numbers; -1 for an absent one, and an error for one that is not as written. */
async function contents(cache: TrunkCache, count: number): Promise<number[]> {
  const keys = Array.from({ length: count }, (_, i) => `${i}`);
  const into = new Uint8Array(count * rowBytes).fill(0xee);
  const absent = await cache.read(keys, into);
  return keys.map((rowKey, i) => {
    expect(cache.has(rowKey)).toBe(!absent.includes(i));
    if (absent.includes(i)) return -1;
    expect(into.subarray(i * rowBytes, (i + 1) * rowBytes)).toEqual(row(i));
    return i;
  });
}

/** Files of the only space in a folder that end so. */
async function filesOf(folder: string, ending = ""): Promise<string[]> {
  const [only] = await fs.readdir(folder);
  const names = await fs.readdir(join(folder, only!));
  return names.filter((name) => name.endsWith(ending)).map((name) => join(folder, only!, name));
}

describe("kept rows", () => {
  test("are there at once, after a flush and in the next run", async () => {
    const folder = await newFolder();
    const cache = await open(folder);
    await fill(cache, 5);
    expect(await contents(cache, 7)).toEqual([0, 1, 2, 3, 4, -1, -1]);
    await cache.flush();
    await cache.append("5", row(5));
    expect(await contents(cache, 7)).toEqual([0, 1, 2, 3, 4, 5, -1]);
    await cache.close();
    const next = await open(folder);
    await next.append("6", row(6));
    expect(await contents(next, 7)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    await next.close();
  });

  test("are read in any order, repeatedly, into the caller's buffer", async () => {
    const cache = await open(await newFolder(), { shardBytes: 3 * rowBytes });
    await fill(cache, 10);
    const into = new Uint8Array(5 * rowBytes);
    expect(await cache.read(["7", "0", "7", "9", "3"], into)).toEqual([]);
    expect(Array.from(into).filter((_, i) => i % rowBytes === 0)).toEqual([7, 0, 7, 9, 3]);
    await expect(cache.read(["1", "2"], new Uint8Array(15))).rejects.toThrow("internal");
    await cache.close();
  });

  test("are divided among shards of limited size, and a row is kept once", async () => {
    const folder = await newFolder();
    const cache = await open(folder, { shardBytes: 3 * rowBytes });
    await Promise.all(Array.from({ length: 20 }, (_, i) => cache.append(`${i % 10}`, row(i % 10))));
    await cache.close();
    const sizes = await Promise.all((await filesOf(folder, ".rows")).map(async (path) => (await fs.stat(path)).size));
    expect(sizes.sort()).toEqual([24, 24, 24, 8]);
    expect(await contents(await open(folder), 10)).toEqual([...Array(10).keys()]);
  });

  test("must have the length of the space", async () => {
    const cache = await open(await newFolder());
    await expect(cache.append("0", new Uint8Array(rowBytes + 1))).rejects.toThrow("internal");
  });

  test("of another space, or another length, are not seen", async () => {
    const folder = await newFolder();
    const cache = await open(folder);
    await fill(cache, 1);
    await cache.close();
    const other = await openTrunkCache({ folder, space: { ...space, weights: "abd" }, rowBytes });
    const longer = await openTrunkCache({ folder, space, rowBytes: 16 });
    const turned = await openTrunkCache({ folder, space: { boundary: "features.20", weights: "abc" }, rowBytes });
    expect([other.has("0"), longer.has("0"), turned.has("0")]).toEqual([false, false, true]);
  });

  test("of two runs at once all survive", async () => {
    const folder = await newFolder();
    const [left, right] = await Promise.all([open(folder, { shardBytes: 24 }), open(folder, { shardBytes: 24 })]);
    await Promise.all([fill(left, 8), fill(right, 10)]);
    await Promise.all([left.close(), right.close()]);
    expect(await contents(await open(folder), 10)).toEqual([...Array(10).keys()]);
    expect(await filesOf(folder, ".tmp")).toEqual([]);
  });
});

describe("damage is noticed and costs only the rows it hit", () => {
  test("any byte of any shard or manifest", async () => {
    const master = await newFolder();
    const cache = await open(master, { shardBytes: 3 * rowBytes });
    await fill(cache, 6);
    await cache.close();
    const files = await filesOf(master);
    for (const path of files.filter((name) => /\.(rows|json)$/.test(name))) {
      const whole = await fs.readFile(path);
      for (const at of whole.keys()) {
        const damaged = Buffer.from(whole);
        damaged[at]! ^= 1 << (at % 8);
        await fs.writeFile(path, damaged);
        const [hit, kept] = await restoring(path, () => open(master).then((one) => contents(one, 6)));
        expect([hit, kept]).toEqual([3, 3]);
      }
      await fs.writeFile(path, whole);
    }

    /** How many rows are absent and how many there; puts back what the cache has removed. */
    async function restoring(path: string, work: () => Promise<number[]>): Promise<[number, number]> {
      const stem = path.replace(/\.(rows|json)$/, "");
      const other = path.endsWith(".rows") ? `${stem}.json` : `${stem}.rows`;
      const saved = await fs.readFile(other);
      const rows = await work();
      expect((await filesOf(master)).filter((name) => name.startsWith(stem))).toEqual([]);
      await fs.writeFile(other, saved);
      return [rows.filter((value) => value === -1).length, rows.filter((value) => value >= 0).length];
    }
  });

  test("a shard cut short or made longer", async () => {
    for (const change of [-1, 1]) {
      const folder = await newFolder();
      const cache = await open(folder);
      await fill(cache, 3);
      await cache.close();
      const [path] = await filesOf(folder, ".rows");
      await fs.truncate(path!, 3 * rowBytes + change);
      const next = await open(folder);
      expect([next.has("0"), next.has("2")]).toEqual([false, false]);
      expect(await filesOf(folder, ".rows")).toEqual([]);
    }
  });

  test("wherever wanted rows lie when asked to verify, before any row is read", async () => {
    const folder = await newFolder();
    const cache = await open(folder, { shardBytes: 3 * rowBytes });
    await fill(cache, 6);
    await cache.close();
    const [path] = await filesOf(folder, ".rows");
    await fs.writeFile(path!, new Uint8Array(3 * rowBytes));
    const next = await open(folder);
    const before = Array.from({ length: 6 }, (_, i) => next.has(`${i}`));
    const whole = await next.verify(["0", "5", "7"]);
    expect([whole.length, (await next.verify(["7"])).length]).toEqual([1, 0]);
    const after = Array.from({ length: 6 }, (_, i) => next.has(`${i}`));
    expect([before.filter(Boolean).length, after.filter(Boolean).length]).toEqual([6, 3]);
  });

  test("a row that was lost can be kept anew", async () => {
    const folder = await newFolder();
    const cache = await open(folder);
    await fill(cache, 2);
    await cache.close();
    const [path] = await filesOf(folder, ".rows");
    await fs.writeFile(path!, new Uint8Array(2 * rowBytes).fill(9));
    const next = await open(folder);
    expect(await contents(next, 2)).toEqual([-1, -1]);
    await fill(next, 2);
    await next.close();
    expect(await contents(await open(folder), 2)).toEqual([0, 1]);
  });

  test("a shard that another run removes while it is known here", async () => {
    const folder = await newFolder();
    const cache = await open(folder);
    await fill(cache, 2);
    await cache.flush();
    for (const path of await filesOf(folder, ".rows")) await fs.rm(path);
    expect(await contents(cache, 2)).toEqual([-1, -1]);
  });
});

describe("a run that is killed", () => {
  test("finds each file on the disk before it gets its name, and the manifest named last", async () => {
    const done: string[] = [];
    const named = (path: string) => (path.includes(".rows") ? "rows" : path.includes(".json") ? "manifest" : "used");
    const storage: Storage = {
      ...fileStorage,
      create: async (path) => {
        const file = await fileStorage.create(path);
        const noting = (what: string) => void done.push(`${what} ${named(path)}`);
        return {
          ...file,
          write: (bytes, position) => file.write(bytes, position).finally(() => noting("write")),
          sync: () => file.sync().finally(() => noting("sync")),
        };
      },
      rename: (from, to) => fileStorage.rename(from, to).finally(() => void done.push(`name ${named(to)}`)),
    };
    const cache = await open(await newFolder(), { storage });
    await fill(cache, 2);
    await cache.close();
    expect(done).toEqual([
      ...["write used", "sync used", "name used"],
      ...["write rows", "write rows", "sync rows", "name rows"],
      ...["write manifest", "sync manifest", "name manifest"],
    ]);
  });

  test("leaves files that go after a day, while those of a living run stay", async () => {
    const folder = await newFolder();
    const living = await open(folder);
    await fill(living, 1);
    const [unfinished] = await filesOf(folder, ".rows.tmp");
    const stems = ["old.rows.tmp", "old.rows", "old.json.x.tmp"].map((name) => join(unfinished!, "..", name));
    for (const path of stems) {
      await fs.writeFile(path, "x");
      await fs.utimes(path, 1, 1);
    }
    const orphan = join(unfinished!, "..", "young.rows");
    await fs.writeFile(orphan, "x");
    await open(folder);
    const left = await filesOf(folder);
    expect(stems.filter((path) => left.includes(path))).toEqual([]);
    expect([left.includes(unfinished!), left.includes(orphan)]).toEqual([true, true]);
    await living.close();
    expect(await contents(await open(folder), 1)).toEqual([0]);
  });
});

describe("a disk that takes no more", () => {
  test("is told with the number of bytes; what was flushed stays, nothing unfinished is left", async () => {
    const folder = await newFolder();
    let full = false;
    const storage: Storage = {
      ...fileStorage,
      create: async (path) => {
        const file = await fileStorage.create(path);
        const refuse = async () => {
          throw Object.assign(new Error("no space"), { code: "ENOSPC" });
        };
        return { ...file, write: (bytes, position) => (full ? refuse() : file.write(bytes, position)) };
      },
    };
    const cache = await open(folder, { storage });
    await fill(cache, 3);
    await cache.flush();
    await cache.append("3", row(3));
    full = true;
    await expect(cache.append("4", row(4))).rejects.toThrow(/^cache\/not-written: .* did not take 8 bytes \(ENOSPC\)/);
    expect(await contents(cache, 5)).toEqual([0, 1, 2, -1, -1]);
    expect(await filesOf(folder, ".tmp")).toEqual([]);
    full = false;
    await fill(cache, 5);
    await cache.close();
    expect(await contents(await open(folder), 5)).toEqual([0, 1, 2, 3, 4]);
  });

  test("or a folder that cannot be made is an error with a way out", async () => {
    const file = join(await newFolder(), "file");
    await fs.writeFile(file, "x");
    await expect(open(file)).rejects.toMatchObject({ code: "cache/not-written" });
    await expect(open(file)).rejects.toThrow("REINCEPTION_CACHE");
  });
});

describe("where it lies", () => {
  test("REINCEPTION_CACHE comes first, then XDG_CACHE_HOME if it is absolute, then the home folder", () => {
    expect(cacheFolder({ REINCEPTION_CACHE: "/a", XDG_CACHE_HOME: "/b" })).toBe(join("/a", "trunk"));
    expect(cacheFolder({ XDG_CACHE_HOME: "/b" })).toBe(join("/b", "reinception", "trunk"));
    const atHome = join(homedir(), ".cache", "reinception", "trunk");
    expect([cacheFolder({ XDG_CACHE_HOME: "b" }), cacheFolder({ XDG_CACHE_HOME: "" }), cacheFolder({})]).toEqual(
      Array(3).fill(atHome),
    );
  });

  test("a space has one name whatever the order of its keys, and no other space has it", () => {
    expect(spaceKey({ a: "1", b: "2" })).toBe(spaceKey({ b: "2", a: "1" }));
    const others = [{ a: "1", b: "3" }, { a: "1" }, { a: '1","b":"2' }, { a: "1", b: "2", c: "" }, { ab: "12" }];
    expect(new Set([{ a: "1", b: "2" }, ...others].map(spaceKey)).size).toBe(6);
  });
});
