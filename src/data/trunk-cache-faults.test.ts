import { spawn } from "node:child_process";
import { promises as fs } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { type Fault, faults, faultyStorage } from "../../test/support/faulty-storage.ts";
import { keptBetween, keptRow, keptRowBytes, openKept } from "../../test/support/kept-rows.ts";
import { stream } from "../random.ts";
import { listSpaces } from "./cache-contents.ts";
import { makeRoom } from "./cache-eviction.ts";
import { fileStorage } from "./storage.ts";

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await fs.rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await fs.mkdtemp(join(tmpdir(), "reinception-faults-"));
  folders.push(folder);
  return folder;
}

const upTo = (end: number) => [...Array(end).keys()];

async function write(folder: string, end: number, options: Parameters<typeof openKept>[1] = {}): Promise<void> {
  const cache = await openKept(folder, { shardBytes: 3 * keptRowBytes, ...options });
  for (let i = 0; i < end; i++) await cache.append(String(i), keptRow(i));
  await cache.close();
}

async function read(folder: string, end: number, weights?: string): Promise<readonly number[]> {
  const cache = await openKept(folder, weights === undefined ? {} : { weights });
  const rows = await keptBetween(cache, 0, end);
  await cache.close();
  return rows;
}

describe("whatever fails while rows are kept", () => {
  test.each(faults)("nothing that was safe is lost: %s at every change of the disk", async (fault) => {
    const outcomes = new Set<string>();
    for (let at = 0; ; at++) {
      const folder = await newFolder();
      await write(folder, 3);
      const { storage, changes } = faultyStorage(at, fault);
      const failed = await write(folder, 8, { storage }).then(
        () => false,
        (error: { code: string }) => {
          expect(error.code).toBe("cache/not-written");
          return true;
        },
      );
      const found = await read(folder, 8);
      expect(found).toEqual(upTo(found.length)); // a shard is there whole or not at all
      expect(found.length).toBeGreaterThanOrEqual(failed ? 3 : 8);
      outcomes.add(`${failed ? "failed" : "kept"} ${found.length}`);
      await write(folder, 8); // and the next run goes on beside whatever was left
      expect(await read(folder, 8)).toEqual(upTo(8));
      if (changes() <= at) break;
    }
    expect([...outcomes].sort()).toEqual(["failed 3", "failed 6", "kept 8"]);
  });

  test("what is half written by a full disk goes when the disk has room again", async () => {
    for (const fault of ["ENOSPC", "short write"] as const) {
      for (let at = 2; at < 9; at++) {
        const folder = await newFolder();
        await write(folder, 3, { storage: faultyStorage(at, fault).storage }).catch(() => undefined);
        const [space] = await listSpaces(fileStorage, folder);
        expect(space!.shards.filter(({ finished }) => !finished)).toEqual([]);
      }
    }
  });
});

describe("whatever fails while room is made", () => {
  async function shrink(folder: string, at: number, fault: Fault): Promise<number> {
    const { storage, changes } = faultyStorage(at, fault);
    const own = await openKept(folder, { weights: "own" });
    const wanted = new Set(await own.verify(["0"]));
    const leases = new Set([own.lease]);
    await makeRoom({ storage, folder, limitBytes: 0, neededBytes: 0, leases, wanted });
    await own.close();
    return changes();
  }

  /** Removes what names this process: it would be dead. */
  async function bury(folder: string): Promise<void> {
    for (const space of await fs.readdir(folder))
      for (const name of await fs.readdir(join(folder, space)))
        if (/^(lease|notice)/.test(name)) await fs.rm(join(folder, space, name));
  }

  test.each(faults)("what the run wants stays, and the rest is whole or gone: %s at every change", async (fault) => {
    for (let at = 0; ; at++) {
      const folder = await newFolder();
      for (const weights of ["own", "other"]) await write(folder, 6, { weights });
      const changes = await shrink(folder, at, fault);
      if (fault === "killed") await bury(folder);
      const left = [await read(folder, 6, "own"), await read(folder, 6, "other")];
      expect(left[0]).toEqual(expect.arrayContaining([0, 1, 2]));
      if (changes <= at) expect(left).toEqual([[0, 1, 2], []]);
      await write(folder, 6, { weights: "other" });
      expect(await read(folder, 6, "other")).toEqual(upTo(6));
      if (changes <= at) break;
    }
  });
});

describe("processes that are killed", () => {
  const program = fileURLToPath(new URL("../../test/support/kept-rows.ts", import.meta.url));

  /** Lets a process write for a while, kills it, and returns how many rows it said were safe. */
  function killed(folder: string, first: number, afterFlushes: number, delayMs: number): Promise<number> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, ["--import", "tsx", program, folder, String(first)]);
      let said = "";
      let doomed = false;
      child.stdout.on("data", (text) => {
        said += text;
        if (doomed || said.split("\n").length <= afterFlushes) return;
        doomed = true;
        setTimeout(() => child.kill("SIGKILL"), delayMs);
      });
      child.on("close", () => resolve(Number(said.slice(0, said.lastIndexOf("\n")).split("\n").at(-1))));
    });
  }

  test("two at a time, leave every row that they called safe, and none that is wrong", async () => {
    const folder = await newFolder();
    const random = stream(1, "kills");
    const safe: [first: number, end: number][] = [];
    for (let round = 0; round < 3; round++) {
      const firsts = [round * 200_000, round * 200_000 + 100_000];
      const ends = await Promise.all(
        firsts.map((first) => killed(folder, first, 1 + Math.floor(random() * 20), random() * 10)),
      );
      safe.push(...firsts.map((first, i): [number, number] => [first, ends[i]!]));
    }
    const cache = await openKept(folder);
    for (const [first, end] of safe) {
      expect(end).toBeGreaterThan(first);
      expect(await keptBetween(cache, first, end)).toHaveLength(end - first);
      await keptBetween(cache, end, end + 50); // throws for a row that is not as it was written
    }
    await cache.close();
    const [space] = await listSpaces(fileStorage, folder);
    const names = await fs.readdir(space!.folder);
    expect(names.filter((name) => name.startsWith("lease"))).toEqual([]); // those of the dead do not count and go
  });
});
