// What a user can do about the trunk cache: see what it holds, have it checked, have it cleared. Nothing that a living run
// uses is ever removed, unless it is damaged: then no run would use it either.

import { basename, dirname, join } from "node:path";
import { timestamp } from "../clock.ts";
import { fail } from "../errors.ts";
import { checkOption } from "../option-values.ts";
import { listSpaces, type StoredShard, type StoredSpace, sizeOf } from "./cache-contents.ts";
import { takeOut } from "./cache-eviction.ts";
import { isUsed } from "./cache-lease.ts";
import { cacheLimitOf, defaultLimit } from "./cache-limit.ts";
import { decodeManifest, hashRows, manifestEnding, rowsEnding } from "./cache-shard.ts";
import { cacheFolder, dropShard } from "./cache-space.ts";
import { fileStorage as storage } from "./storage.ts";
import { byBytes, reasonOf } from "./walk.ts";

export interface CacheInfo {
  readonly folder: string;
  readonly sizeBytes: number;
  readonly limitBytes: number;
  /** The last used first. */
  readonly spaces: readonly CacheSpace[];
}

/** Outputs of one frozen part, for pictures prepared in one way. */
export interface CacheSpace {
  /** Name of its folder. */
  readonly name: string;
  /** What its rows depend on besides the pictures, by name. Empty where it cannot be read. */
  readonly about: Readonly<Record<string, string>>;
  readonly rows: number;
  readonly shards: number;
  readonly sizeBytes: number;
  /** As in 2026-01-31T12:00:00.000Z; null if nobody knows. */
  readonly usedAt: string | null;
  /** Whether a run is using it. */
  readonly inUse: boolean;
}

export interface CacheVerification {
  readonly folder: string;
  /** What was looked at. */
  readonly shards: number;
  readonly rows: number;
  readonly sizeBytes: number;
  /** Shards that no run can use. They have been removed, but for what cannot even be opened. */
  readonly damaged: readonly { readonly path: string; readonly reason: string }[];
}

export interface CacheClearing {
  readonly folder: string;
  readonly removedShards: number;
  readonly removedBytes: number;
  readonly leftBytes: number;
  /** Spaces that were left as they are because a run uses them. */
  readonly spacesInUse: number;
}

export interface CacheInfoOptions {
  /** Bytes, or text such as "20GB". */
  readonly cacheLimit?: number | string | undefined;
}

export interface ClearCacheOptions {
  /** Only what nothing has asked for in so many days. */
  readonly olderThan?: number | undefined;
}

/** What the cache holds, space by space. Opens manifests only, so it is quick. */
export async function cacheInfo({ cacheLimit }: CacheInfoOptions = {}): Promise<CacheInfo> {
  const folder = cacheFolder();
  const stored = await listSpaces(storage, folder);
  const spaces: CacheSpace[] = [];
  for (const space of stored) spaces.push(await describe(space));
  const limitBytes = cacheLimitOf(cacheLimit) ?? (await defaultLimit(storage, await existing(folder)));
  spaces.sort((one, other) => byBytes(other.usedAt ?? "", one.usedAt ?? ""));
  return { folder, sizeBytes: sizeOf(stored), limitBytes, spaces };
}

/** Reads every shard and removes those that are not as they were written; the next run computes them anew. */
export async function verifyCache(): Promise<CacheVerification> {
  const folder = cacheFolder();
  const damaged: CacheVerification["damaged"][number][] = [];
  let [shards, rows, sizeBytes] = [0, 0, 0];
  for (const space of await listSpaces(storage, folder))
    for (const shard of space.shards.filter(({ finished }) => finished)) {
      const found = await examine(shard);
      if (found === "gone") continue;
      shards += 1;
      sizeBytes += shard.sizeBytes;
      if (typeof found === "number") rows += found;
      else {
        damaged.push({ path: shard.path + rowsEnding, reason: found.reason });
        if (found.damaged) await dropShard(storage, shard.path);
      }
    }
  return { folder, shards, rows, sizeBytes, damaged };
}

/**
 * Removes what no run uses.
 *
 * @throws options/value, cache/not-removed
 */
export async function clearCache({ olderThan = 0 }: ClearCacheOptions = {}): Promise<CacheClearing> {
  const folder = cacheFolder();
  checkOption("olderThan", olderThan);
  const before = await listSpaces(storage, folder);
  const latestMs = olderThan > 0 ? Date.parse(timestamp()) - olderThan * 86_400_000 : Number.POSITIVE_INFINITY;
  let [removedShards, spacesInUse] = [0, 0];
  for (const space of before) {
    const going = space.shards.filter(({ usedMs }) => usedMs < latestMs);
    if (going.length < space.shards.length && going.length === 0) continue;
    const done = await takeOut(storage, space.folder, going).catch((error) =>
      fail("cache/not-removed", { path: folder, reason: reasonOf(error) }),
    );
    if (done) removedShards += going.filter(({ finished }) => finished).length;
    else spacesInUse += 1;
  }
  const leftBytes = sizeOf(await listSpaces(storage, folder));
  return { folder, removedShards, removedBytes: sizeOf(before) - leftBytes, leftBytes, spacesInUse };
}

async function describe(space: StoredSpace): Promise<CacheSpace> {
  const { folder, sizeBytes, usedMs } = space;
  const shards = space.shards.filter(({ finished }) => finished);
  let rows = 0;
  for (const { path } of shards) rows += (await manifestOf(path).catch(() => undefined))?.rows.length ?? 0;
  return {
    name: basename(folder),
    about: await aboutSpace(folder),
    ...{ rows, shards: shards.length, sizeBytes },
    usedAt: usedMs === 0 ? null : new Date(usedMs).toISOString(),
    inUse: await isUsed(storage, folder),
  };
}

async function aboutSpace(folder: string): Promise<Readonly<Record<string, string>>> {
  try {
    return JSON.parse(new TextDecoder().decode(await storage.readFile(join(folder, "used")))) as Record<string, string>;
  } catch {
    return {};
  }
}

async function manifestOf(path: string) {
  return decodeManifest(await storage.readFile(path + manifestEnding), basename(path));
}

type Trouble = { readonly reason: string; readonly damaged: boolean };

/** How many rows a shard has, or what is wrong with it; "gone" if somebody else has removed it meanwhile. */
async function examine({ path }: StoredShard): Promise<number | "gone" | Trouble> {
  const damaged = (reason: string) => ({ reason, damaged: true });
  try {
    const manifest = await manifestOf(path);
    if (manifest === undefined) return damaged("its manifest is not as it was written");
    const sizeBytes = manifest.rows.length * manifest.rowBytes;
    if ((await storage.stat(path + rowsEnding)).sizeBytes !== sizeBytes) return damaged("it has another length");
    const file = await storage.open(path + rowsEnding);
    const hash = await hashRows(file, sizeBytes).finally(() => file.close());
    return hash === manifest.sha256 ? manifest.rows.length : damaged("its rows are not as they were written");
  } catch (error) {
    if (reasonOf(error) !== "ENOENT") return { reason: `it cannot be read (${reasonOf(error)})`, damaged: false };
    const manifest = await storage.stat(path + manifestEnding).catch(() => undefined);
    return manifest === undefined ? "gone" : damaged("its rows are gone");
  }
}

/** The folder, or the nearest one around it that is there: the disk is the same. */
async function existing(folder: string): Promise<string> {
  for (let path = folder; ; path = dirname(path)) {
    const found = await storage.stat(path).catch(() => undefined);
    if (found !== undefined || path === dirname(path)) return path;
  }
}
