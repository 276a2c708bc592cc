// Keeps the trunk cache below its limit: takes out the shards that nobody has asked for the longest. Never touches what a
// living run uses, even if the cache then stays above the limit. Knows nothing of what is in a shard.

import { dirname, join } from "node:path";
import { listSpaces, lookInto, type StoredShard, sizeOf } from "./cache-contents.ts";
import { giveUp, whileUnused } from "./cache-lease.ts";
import type { Storage } from "./storage.ts";

export interface RoomOptions {
  readonly storage: Storage;
  /** Holds all spaces. */
  readonly folder: string;
  readonly limitBytes: number;
  /** What is going to be written. */
  readonly neededBytes: number;
  /** Leases of the caller: what else lies in its spaces may go, as long as nobody else uses them. */
  readonly leases: ReadonlySet<string>;
  /** Shards, by their paths, which the caller is going to read. */
  readonly wanted: ReadonlySet<string>;
}

/** Makes room for what is going to be written, as far as there is anything that nobody uses. */
export async function makeRoom({ storage, folder, limitBytes, ...options }: RoomOptions): Promise<void> {
  const { neededBytes, leases, wanted } = options;
  const spaces = await listSpaces(storage, folder);
  const ownSpaces = new Set([...leases].map((lease) => dirname(lease)));
  let excessBytes = sizeOf(spaces) + neededBytes - limitBytes;
  let left = spaces
    .flatMap(({ shards }) => shards)
    .filter((shard) => !wanted.has(shard.path) && (shard.finished || !ownSpaces.has(shard.folder)));
  for (;;) {
    const chosen = leastRecentlyUsed(left, excessBytes);
    if (chosen.length === 0) return;
    const inUse = new Set<string>();
    for (const space of new Set(chosen.map((shard) => shard.folder))) {
      const going = chosen.filter((shard) => shard.folder === space);
      // a disk that lets nothing go will say so when it is written to
      if (await takeOut(storage, space, going, leases).catch(() => false)) excessBytes -= sizeOf(going);
      else inUse.add(space);
    }
    left = left.filter((shard) => !chosen.includes(shard) && !inUse.has(shard.folder));
  }
}

/** As few shards as it takes to free so many bytes, those first which have not been used for longest. */
export function leastRecentlyUsed(shards: readonly StoredShard[], bytes: number): readonly StoredShard[] {
  const chosen: StoredShard[] = [];
  let leftBytes = bytes;
  for (const shard of shards.toSorted((one, other) => one.usedMs - other.usedMs)) {
    if (leftBytes <= 0) break;
    chosen.push(shard);
    leftBytes -= shard.sizeBytes;
  }
  return chosen;
}

/**
 * Takes shards out of a space, and with the last of them its folder.
 *
 * @param own - leases that do not count, since they are the caller's
 * @returns false, and nothing has happened, when somebody else uses the space
 */
export async function takeOut(
  storage: Storage,
  space: string,
  shards: readonly StoredShard[],
  own: ReadonlySet<string> = new Set(),
): Promise<boolean> {
  const done = await whileUnused(storage, space, own, async () => {
    for (const path of shards.flatMap(({ files }) => files)) await storage.remove(path);
  });
  if (!done || [...own].some((lease) => dirname(lease) === space)) return done;
  if ((await lookInto(storage, space)).shards.length > 0) return done;
  // whoever opens the space at this moment has a lease in it, so that the folder stays
  await whileUnused(storage, space, own, () => giveUp(storage, join(space, "used")));
  await storage.removeFolder(space).catch(() => undefined);
  return done;
}
