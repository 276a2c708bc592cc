import { promises as fs } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { listSpaces, lookInto, type StoredShard, sizeOf } from "./cache-contents.ts";
import { leastRecentlyUsed, makeRoom, takeOut } from "./cache-eviction.ts";
import { giveUp, takeLease } from "./cache-lease.ts";
import { fileStorage as storage } from "./storage.ts";

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await fs.rm(folder, { recursive: true, force: true });
});

interface DrawnSpace {
  readonly shards: readonly { readonly sizeBytes: number; readonly day: number; readonly wanted: boolean }[];
  /** Whose run uses it. */
  readonly user: "nobody" | "me" | "another";
}

const space: fc.Arbitrary<DrawnSpace> = fc.record({
  shards: fc.array(fc.record({ sizeBytes: fc.nat(900), day: fc.nat(20), wanted: fc.boolean() }), {
    minLength: 1,
    maxLength: 4,
  }),
  user: fc.constantFrom("nobody", "nobody", "me", "another"),
});

/** Puts spaces of that kind on the disk; what is in a shard does not matter here. */
async function lay(spaces: readonly DrawnSpace[]) {
  const folder = await fs.mkdtemp(join(tmpdir(), "reinception-eviction-"));
  folders.push(folder);
  const leases = new Set<string>();
  const wanted = new Set<string>();
  for (const [i, { shards, user }] of spaces.entries()) {
    const path = join(folder, String(i).padStart(64, "0"));
    await fs.mkdir(path);
    for (const [j, { sizeBytes, day, wanted: isWanted }] of shards.entries()) {
      await fs.writeFile(join(path, `${j}.rows`), new Uint8Array(sizeBytes));
      await fs.writeFile(join(path, `${j}.json`), "manifest");
      await fs.utimes(join(path, `${j}.json`), day * 86400, day * 86400);
      if (isWanted && user === "me") wanted.add(join(path, String(j)));
    }
    if (user === "nobody") continue;
    const lease = await takeLease(storage, path);
    if (user === "me") leases.add(lease);
  }
  return { folder, leases, wanted };
}

const shardsOf = async (folder: string) => (await listSpaces(storage, folder)).flatMap(({ shards }) => shards);
const placeOf = ({ folder }: StoredShard) => Number(basename(folder));

describe("room is made", () => {
  test("up to the limit, by the least recently used, and never by what is used", async () => {
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(space, { maxLength: 4 }), fc.nat(4000), fc.nat(1000), async (spaces, limit, needed) => {
        const { folder, leases, wanted } = await lay(spaces);
        const before = await shardsOf(folder);
        const may = ({ path, ...shard }: StoredShard) =>
          spaces[placeOf({ path, ...shard })]!.user !== "another" && !wanted.has(path);
        await makeRoom({ storage, folder, limitBytes: limit, neededBytes: needed, leases, wanted });

        const after = await shardsOf(folder);
        const kept = new Set(after.map(({ path }) => path));
        const gone = before.filter(({ path }) => !kept.has(path));
        expect(gone.filter((shard) => !may(shard))).toEqual([]);
        const couldGo = after.filter(may);
        const fits = sizeOf(after) + needed <= limit;
        expect(fits || couldGo.length === 0).toBe(true);
        const latestGone = Math.max(...gone.map(({ usedMs }) => usedMs));
        expect(couldGo.filter(({ usedMs }) => usedMs < latestGone)).toEqual([]);
        if (gone.length > 0) {
          // and no more than it takes: with the last one that went it would not fit
          const last = gone.filter(({ usedMs }) => usedMs === latestGone).map(({ sizeBytes }) => sizeBytes);
          expect(sizeOf(after) + needed + Math.max(...last)).toBeGreaterThan(limit);
        }
        outcomes.add(gone.length === 0 ? "nothing" : couldGo.length === 0 ? "all" : "some");
      }),
      { numRuns: 150 },
    );
    expect([...outcomes].sort()).toEqual(["all", "nothing", "some"]);
  });

  test("by what killed runs left unfinished, but not by what a living run is writing", async () => {
    const drawn = { shards: [{ sizeBytes: 5, day: 1, wanted: true }] };
    const { folder, leases, wanted } = await lay([
      { ...drawn, user: "nobody" },
      { ...drawn, user: "another" },
      { ...drawn, user: "me" },
    ]);
    const unfinished = [0, 1, 2].map((i) => join(folder, String(i).padStart(64, "0"), "x.rows.tmp"));
    for (const path of unfinished) await fs.writeFile(path, "half a row");
    await makeRoom({ storage, folder, limitBytes: 0, neededBytes: 0, leases, wanted });
    const there = (await shardsOf(folder)).filter(({ finished }) => !finished).map(({ path }) => path);
    expect(there).toEqual(unfinished.slice(1));
  });

  test("and whatever is not ours stays", async () => {
    const { folder } = await lay([{ shards: [{ sizeBytes: 5, day: 1, wanted: false }], user: "nobody" }]);
    const path = join(folder, "0".repeat(64));
    await fs.writeFile(join(path, "thesis.txt"), "years of work");
    await fs.mkdir(join(folder, "photos"));
    await makeRoom({ storage, folder, limitBytes: 0, neededBytes: 0, leases: new Set(), wanted: new Set() });
    expect(await fs.readdir(path)).toEqual(["thesis.txt"]);
    expect((await fs.readdir(folder)).sort()).toEqual(["0".repeat(64), "photos"]);
  });
});

describe("a space", () => {
  test("goes with its last shard, unless somebody uses it", async () => {
    const { folder } = await lay([{ shards: [{ sizeBytes: 5, day: 1, wanted: false }], user: "nobody" }]);
    const path = join(folder, "0".repeat(64));
    await fs.writeFile(join(path, "used"), "{}");
    const lease = await takeLease(storage, path);
    const { shards } = await lookInto(storage, path);
    expect(await takeOut(storage, path, shards)).toBe(false);
    await giveUp(storage, lease);
    expect(await takeOut(storage, path, shards)).toBe(true);
    expect(await fs.readdir(folder)).toEqual([]);
  });
});

describe("the least recently used", () => {
  const shard = (usedMs: number, sizeBytes: number) => ({ usedMs, sizeBytes }) as StoredShard;

  test("are as few as it takes, the oldest first", () => {
    const shards = [shard(3, 10), shard(1, 10), shard(2, 10)];
    const days = (bytes: number) => leastRecentlyUsed(shards, bytes).map(({ usedMs }) => usedMs);
    expect([-5, 0, 1, 10, 11, 30, 99].map(days)).toEqual([[], [], [1], [1], [1, 2], [1, 2, 3], [1, 2, 3]]);
  });
});
