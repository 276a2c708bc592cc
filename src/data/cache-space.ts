// Where the trunk cache lies, how a space is named, and which of its shards can be trusted. What is certainly damaged is
// removed; what merely cannot be opened is left alone and not used.

import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { decodeManifest, manifestEnding, rowsEnding, sha256 } from "./cache-shard.ts";
import { type Storage, unfinishedEnding, writeWhole } from "./storage.ts";
import { byBytes, reasonOf } from "./walk.ts";

/** A finished shard: its manifest is whole and its size is right. */
export interface Shard {
  /** Without ending. */
  readonly path: string;
  readonly rows: readonly string[];
  readonly sha256: string;
  /** Whether its content has been compared with its hash. */
  checked: boolean;
}

const dayMs = 86_400_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** What is kept between runs: `$REINCEPTION_CACHE`, else `$XDG_CACHE_HOME/reinception`, else `~/.cache/reinception`. */
export function cacheRoot({ REINCEPTION_CACHE: own, XDG_CACHE_HOME: shared }: Environment = process.env): string {
  if (own) return own;
  return join(shared && isAbsolute(shared) ? shared : join(homedir(), ".cache"), "reinception");
}

/** The folder of kept trunk outputs. */
export function cacheFolder(environment: Environment = process.env): string {
  return join(cacheRoot(environment), "trunk");
}

/** The name of a space: SHA-256 of its record with sorted keys, so that the order of the keys does not matter. */
export function spaceKey(space: Readonly<Record<string, string>>): string {
  return sha256(JSON.stringify(Object.entries(space).sort(([left], [right]) => byBytes(left, right))));
}

/** Notes that the space is in use, and for people what it is. Returns the time by the clock of that disk. */
export async function markUsed(
  storage: Storage,
  folder: string,
  space: Readonly<Record<string, string>>,
): Promise<number> {
  const path = join(folder, "used");
  await storage.makeFolder(folder);
  await writeWhole(storage, path, new TextEncoder().encode(`${JSON.stringify(space, null, 2)}\n`));
  return (await storage.stat(path)).changedMs;
}

/** The shards of a folder. Removes what killed runs left unfinished more than a day ago; younger may be in the making. */
export async function loadShards(
  storage: Storage,
  folder: string,
  rowBytes: number,
  nowMs: number,
): Promise<readonly Shard[]> {
  const names = [...(await storage.list(folder))].sort(byBytes);
  const manifests = new Set(names.filter((name) => name.endsWith(manifestEnding)));
  const shards: Shard[] = [];
  for (const name of manifests) {
    const shard = await loadShard(storage, folder, name.slice(0, -manifestEnding.length), rowBytes);
    if (shard !== undefined) shards.push(shard);
  }
  for (const name of names) {
    const lone = name.endsWith(rowsEnding) && !manifests.has(name.slice(0, -rowsEnding.length) + manifestEnding);
    if (lone || name.endsWith(unfinishedEnding)) await removeOld(storage, join(folder, name), nowMs);
  }
  return shards;
}

/** Removes a shard. The manifest goes first: without it nobody reads the rows. */
export async function dropShard(storage: Storage, path: string): Promise<void> {
  for (const ending of [manifestEnding, rowsEnding]) await storage.remove(path + ending).catch(() => undefined);
}

/** A shard by its manifest; removes it when it is certainly damaged. */
async function loadShard(storage: Storage, folder: string, name: string, rowBytes: number): Promise<Shard | undefined> {
  const path = join(folder, name);
  try {
    const manifest = decodeManifest(await storage.readFile(path + manifestEnding), name, rowBytes);
    if (manifest !== undefined && (await sizeOf(storage, path + rowsEnding)) === manifest.rows.length * rowBytes) {
      return { path, rows: manifest.rows, sha256: manifest.sha256, checked: false };
    }
  } catch {
    return undefined;
  }
  await dropShard(storage, path);
  return undefined;
}

/** Undefined if there is no such file. */
async function sizeOf(storage: Storage, path: string): Promise<number | undefined> {
  try {
    return (await storage.stat(path)).sizeBytes;
  } catch (error) {
    if (reasonOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function removeOld(storage: Storage, path: string, nowMs: number): Promise<void> {
  const found = await storage.stat(path).catch(() => undefined);
  if (found !== undefined && nowMs - found.changedMs > dayMs) await storage.remove(path).catch(() => undefined);
}
