// Who is at work in a space of the trunk cache. Whoever uses a space lays a lease into it, whoever takes shards out of it a
// notice; both are empty files, for a full disk takes no others, that name their process and count while it is alive.
//
// Each lays down its own before it looks for the other's, so that at least one of two that come at the same time sees the
// other: who wants to use the space waits, who wants to clear it leaves it alone. There is no lock that could be broken.

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { timestamp } from "../clock.ts";
import { isAlive, thisProcess } from "../living-process.ts";
import { sha256 } from "./cache-shard.ts";
import type { Storage } from "./storage.ts";
import { reasonOf } from "./walk.ts";

type Purpose = "lease" | "notice";

/** A process on another machine cannot be asked; what it left counts for so long. */
const strangerMs = 86_400_000;

/** How often whoever waits looks again. */
const lookMs = 10;

/** Longer than it takes to remove shards: nobody waits for ever on a notice that a disk did not let go. */
const patienceMs = 10_000;

/**
 * Makes the folder of a space and lays a lease into it; waits while somebody takes shards out.
 *
 * @returns the path of the lease, for `giveUp`
 */
export async function takeLease(storage: Storage, space: string, patience = patienceMs): Promise<string> {
  const lease = await layDown(storage, space, "lease");
  for (let waitedMs = 0; waitedMs < patience; waitedMs += lookMs) {
    if ((await living(storage, space, "notice")).length === 0) break;
    await sleep(lookMs);
  }
  return lease;
}

/** Lets go of a lease or a notice. One that cannot be removed counts until its process ends. */
export async function giveUp(storage: Storage, path: string): Promise<void> {
  await storage.remove(path).catch(() => storage.remove(path).catch(() => undefined));
}

/**
 * Does something to a space while nobody else uses it.
 *
 * @param own - leases that do not count, since they are the caller's
 * @returns whether it was done
 */
export async function whileUnused(
  storage: Storage,
  space: string,
  own: ReadonlySet<string>,
  work: () => Promise<void>,
): Promise<boolean> {
  if (await isUsed(storage, space, own)) return false;
  const notice = await layDown(storage, space, "notice");
  try {
    if (await isUsed(storage, space, own)) return false;
    await work();
    return true;
  } finally {
    await giveUp(storage, notice);
  }
}

/** Whether somebody has a lease on a space, apart from those of the caller. */
export async function isUsed(storage: Storage, space: string, own: ReadonlySet<string> = new Set()): Promise<boolean> {
  return (await living(storage, space, "lease")).some((path) => !own.has(path));
}

async function layDown(storage: Storage, space: string, purpose: Purpose): Promise<string> {
  const { pid, began, host } = thisProcess();
  const name = [purpose, pid, began.replaceAll(" ", "_"), shortHash(host), shortHash(randomUUID())].join(".");
  for (let attempt = 0; ; attempt++) {
    try {
      await storage.makeFolder(space);
      await (await storage.create(join(space, name))).close();
      return join(space, name);
    } catch (error) {
      // whoever emptied the space has just removed its folder, before it was seen to be there or after
      if (reasonOf(error) !== "ENOENT" || attempt === 10) throw error;
    }
  }
}

/** Leases or notices of processes that are alive. Removes both of those that are not. */
async function living(storage: Storage, space: string, purpose: Purpose): Promise<readonly string[]> {
  const names = await storage.list(space).catch((error) => (reasonOf(error) === "ENOENT" ? [] : Promise.reject(error)));
  const found: string[] = [];
  for (const name of names) {
    if (!/^(lease|notice)\./.test(name)) continue;
    const path = join(space, name);
    if (!(await counts(storage, path, name))) await giveUp(storage, path);
    else if (name.startsWith(purpose)) found.push(path);
  }
  return found;
}

async function counts(storage: Storage, path: string, name: string): Promise<boolean> {
  const [, pid, began = "", host] = name.split(".");
  if (host === shortHash(thisProcess().host)) return isAlive({ pid: Number(pid), began: began.replaceAll("_", " ") });
  try {
    return Date.parse(timestamp()) - (await storage.stat(path)).changedMs < strangerMs;
  } catch (error) {
    return reasonOf(error) !== "ENOENT"; // given up meanwhile; where nobody knows, it counts
  }
}

function shortHash(text: string): string {
  return sha256(text).slice(0, 8);
}
