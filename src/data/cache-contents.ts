// What lies in the trunk cache: its spaces, their shards, how large they are and when they were last used. Goes by names,
// sizes and times; opens nothing. Whatever is in the folder and was not put there by us is not seen.

import { join } from "node:path";
import { manifestEnding, rowsEnding } from "./cache-shard.ts";
import { type Storage, unfinishedEnding } from "./storage.ts";
import { byBytes, reasonOf } from "./walk.ts";

export interface StoredSpace {
  readonly folder: string;
  readonly shards: readonly StoredShard[];
  /** Of everything in it. */
  readonly sizeBytes: number;
  /** When it was last opened, in milliseconds since 1970; 0 if nobody knows. */
  readonly usedMs: number;
}

export interface StoredShard {
  /** Space in which it lies. */
  readonly folder: string;
  /** Without ending; of an unfinished shard, the only file there is. */
  readonly path: string;
  /** Its files, in the order in which they are to be removed. */
  readonly files: readonly string[];
  readonly sizeBytes: number;
  /** When one of its rows was last asked for, in milliseconds since 1970. */
  readonly usedMs: number;
  /** Whether it has a manifest. One without is being written, or was left by a process that was killed. */
  readonly finished: boolean;
}

interface StoredFile {
  readonly sizeBytes: number;
  readonly changedMs: number;
}

/** All spaces below a folder, in the order of their names; none where there is no such folder. */
export async function listSpaces(storage: Storage, folder: string): Promise<readonly StoredSpace[]> {
  const names = (await listed(storage, folder)).filter((name) => /^[0-9a-f]{64}$/.test(name)).sort(byBytes);
  const spaces: StoredSpace[] = [];
  for (const name of names) spaces.push(await lookInto(storage, join(folder, name)));
  return spaces;
}

/** What a space holds; nothing where there is no such folder. */
export async function lookInto(storage: Storage, folder: string): Promise<StoredSpace> {
  const files = new Map<string, StoredFile>();
  for (const name of [...(await listed(storage, folder))].sort(byBytes)) {
    const file = await storage.stat(join(folder, name)).catch(() => undefined);
    if (file !== undefined) files.set(name, file);
  }
  const shards = [...files.keys()].flatMap((name) => shardAt(folder, name, files) ?? []);
  return { folder, shards, sizeBytes: sizeOf([...files.values()]), usedMs: files.get("used")?.changedMs ?? 0 };
}

export function sizeOf(parts: readonly { readonly sizeBytes: number }[]): number {
  return parts.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
}

/** The shard that a file stands for: a manifest with its rows, or alone what has none. */
function shardAt(folder: string, name: string, files: ReadonlyMap<string, StoredFile>): StoredShard | undefined {
  const { sizeBytes, changedMs: usedMs } = files.get(name)!;
  const path = join(folder, name);
  if (name.endsWith(manifestEnding)) {
    const stem = name.slice(0, -manifestEnding.length);
    const rowBytes = files.get(stem + rowsEnding)?.sizeBytes ?? 0;
    const both = [path, join(folder, stem + rowsEnding)]; // without its manifest nobody reads the rows
    return { folder, path: join(folder, stem), files: both, sizeBytes: sizeBytes + rowBytes, usedMs, finished: true };
  }
  const lone = name.endsWith(rowsEnding) && !files.has(name.slice(0, -rowsEnding.length) + manifestEnding);
  if (!lone && !name.endsWith(unfinishedEnding)) return undefined;
  return { folder, path, files: [path], sizeBytes, usedMs, finished: false };
}

async function listed(storage: Storage, folder: string): Promise<readonly string[]> {
  return storage.list(folder).catch((error) => (reasonOf(error) === "ENOENT" ? [] : Promise.reject(error)));
}
