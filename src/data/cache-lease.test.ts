import { promises as fs } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { stream } from "../random.ts";
import { giveUp, isUsed, takeLease, whileUnused } from "./cache-lease.ts";
import { fileStorage as storage } from "./storage.ts";

const root = await fs.mkdtemp(join(tmpdir(), "reinception-lease-"));
afterAll(() => fs.rm(root, { recursive: true, force: true }));
let space = "";
let spaces = 0;
beforeEach(() => {
  space = join(root, String(spaces++));
});

const none: ReadonlySet<string> = new Set();
const nothing = async () => {};

/** The name which another process, on another machine, would have given to its file. */
function changed(path: string, place: number, to: string): string {
  const parts = path.split("/").at(-1)!.split(".");
  return join(space, parts.with(place, to).join("."));
}

describe("a lease", () => {
  test("says that the space is used, until it is given up", async () => {
    const lease = await takeLease(storage, space);
    expect(await isUsed(storage, space)).toBe(true);
    expect(await isUsed(storage, space, new Set([lease]))).toBe(false);
    await giveUp(storage, lease);
    expect(await isUsed(storage, space)).toBe(false);
  });

  test("of a process that is gone does not count, and is removed", async () => {
    const lease = await takeLease(storage, space);
    for (const [place, to] of [
      [1, "4194305"], // no process has this number
      [2, "another-time_1"], // one has, but began at another time
    ] as const) {
      await fs.rename(lease, changed(lease, place, to));
      expect(await isUsed(storage, space)).toBe(process.platform !== "linux" && place === 2);
      expect(await fs.readdir(space)).toEqual([]);
      await fs.writeFile(lease, "");
    }
  });

  test("of another machine counts for a day", async () => {
    const strange = changed(await takeLease(storage, space), 3, "0badcafe");
    await fs.writeFile(strange, "");
    for (const name of await fs.readdir(space)) if (!strange.endsWith(name)) await fs.rm(join(space, name));
    expect(await isUsed(storage, space)).toBe(true);
    await fs.utimes(strange, 1, 1);
    expect(await isUsed(storage, space)).toBe(false);
  });

  test("waits for whoever removes something, but not for ever", async () => {
    let finished = false;
    let lease: Promise<string> | undefined;
    await whileUnused(storage, space, none, async () => {
      lease = takeLease(storage, space).then((path) => {
        expect(finished).toBe(true);
        return path;
      });
      await new Promise((resolve) => setTimeout(resolve, 60));
      finished = true;
    });
    const path = await lease!;
    expect(await whileUnused(storage, space, none, nothing)).toBe(false);
    expect(await whileUnused(storage, space, new Set([path]), nothing)).toBe(true);
    const stuck = join(space, path.split("/").at(-1)!.replace("lease", "notice"));
    await fs.writeFile(stuck, "");
    await takeLease(storage, space, 30);
  });
});

test("nobody removes anything from a space while somebody uses it, however they come upon one another", async () => {
  const random = stream(4, "leases");
  let [users, removers, used, removed] = [0, 0, 0, 0];
  const pause = () => new Promise((resolve) => setTimeout(resolve, random() * 3));
  const together = () => expect(users === 0 || removers === 0).toBe(true);
  const user = async () => {
    for (let i = 0; i < 40; i++, await pause(), await pause(), await pause()) {
      const lease = await takeLease(storage, space);
      users += 1;
      used += 1;
      together();
      await pause();
      users -= 1;
      await giveUp(storage, lease);
    }
  };
  const remover = async () => {
    for (let i = 0; i < 60; i++, await pause())
      await whileUnused(storage, space, none, async () => {
        removers += 1;
        removed += 1;
        together();
        await pause();
        removers -= 1;
        await fs.rm(join(space, "used"), { force: true });
      }).then(() => fs.rmdir(space).catch(nothing));
  };
  await Promise.all([user(), user(), remover(), remover()]);
  expect(used).toBe(80);
  expect(removed).toBeGreaterThan(5);
});
