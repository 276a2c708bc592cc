// Outputs of a frozen trunk, kept on disk: a second run with the same trunk starts at once. A space is everything that
// such an output depends on besides the picture; another space is another folder, never "probably compatible". Rows that
// are damaged are dropped and count as absent, so the worst a cache can do is to be empty. Decides nothing about what is
// worth keeping, and never shrinks by itself (cache-eviction.ts does that): the time of a shard's manifest tells when one
// of its rows was last asked for, that of the file `used` when the space was last opened.

import { join } from "node:path";
import { fail } from "../errors.ts";
import { hashRows, manifestEnding, rowsEnding } from "./cache-shard.ts";
import { giveUp, takeLease } from "./cache-lease.ts";
import { dropShard, loadShards, markUsed, type Shard, spaceKey } from "./cache-space.ts";
import { beginShard, type ShardWriter } from "./cache-writer.ts";
import { fileStorage, type Storage, type StoredFile } from "./storage.ts";
import { reasonOf } from "./walk.ts";

export interface TrunkCacheOptions {
  /** Holds all spaces. `cacheFolder()` if the user names none. */
  readonly folder: string;
  /** What a row depends on besides its picture: hash of the weights, boundary, input format, versions, dtype. */
  readonly space: Readonly<Record<string, string>>;
  /** Every row of a space has this length. */
  readonly rowBytes: number;
  /** A shard is finished when it has reached this size. */
  readonly shardBytes?: number;
  readonly storage?: Storage;
}

export interface TrunkCache {
  /** Path of the file by which others see that the space is in use. */
  readonly lease: string;
  /** Whether the row can be read, as far as is known without having checked its shard. */
  has(rowKey: string): boolean;
  /**
   * Keeps a row; one that is there already stays. Other runs see it after `flush`. `bytes` must not change before the
   * promise is fulfilled.
   *
   * @throws cache/not-written when the disk does not take it; then the rows since the last `flush` are absent
   */
  append(rowKey: string, bytes: Uint8Array): Promise<void>;
  /** Puts all rows so far on the disk. */
  flush(): Promise<void>;
  /**
   * Reads rows one behind the other into `into`. Each shard is checked against its hash before its first row is read.
   *
   * @returns the positions in `rowKeys` of rows that are absent; what `into` holds there means nothing
   */
  read(rowKeys: readonly string[], into: Uint8Array): Promise<readonly number[]>;
  /**
   * Checks every shard that holds one of these rows now and drops those that are damaged, so that later reads find no
   * surprise.
   *
   * @returns the paths of the others, which from now on count as just used
   */
  verify(rowKeys: Iterable<string>): Promise<readonly string[]>;
  /** Flushes, and lets go of all files and of the space. */
  close(): Promise<void>;
}

/** Where a row lies: in a finished shard, or in the one being written. */
interface Row {
  readonly shard: Shard | ShardWriter;
  readonly position: number;
}

const defaultShardBytes = 64 * 2 ** 20;

/**
 * Opens a space and makes it if it is new.
 *
 * Reads the manifests; shards are checked for their size here and for their content when first read. Unfinished files
 * that are older than a day, left by runs that were killed, are removed.
 *
 * @throws cache/not-written when the folder cannot be made or written to
 */
export async function openTrunkCache(options: TrunkCacheOptions): Promise<TrunkCache> {
  const { rowBytes, shardBytes = defaultShardBytes, storage = fileStorage } = options;
  const space = { ...options.space, rowBytes: String(rowBytes) };
  const folder = join(options.folder, spaceKey(space));
  const index = new Map<string, Row>();
  let writer: ShardWriter | undefined;
  let busy: Promise<void> = Promise.resolve();
  const lease = await writing(() => takeLease(storage, folder), rowBytes);
  try {
    const nowMs = await writing(() => markUsed(storage, folder, space), rowBytes);
    for (const shard of await loadShards(storage, folder, rowBytes, nowMs)) enter(shard);
  } catch (error) {
    await giveUp(storage, lease);
    throw error;
  }

  return {
    lease,
    has: (rowKey) => index.has(rowKey),
    append: (rowKey, bytes) => inTurn(() => append(rowKey, bytes)),
    flush: () => inTurn(flush),
    read: (rowKeys, into) => inTurn(() => read(rowKeys, into)),
    verify: (rowKeys) => inTurn(() => verify(rowKeys)),
    close: () => inTurn(() => flush().finally(() => giveUp(storage, lease))),
  };

  /** One after the other, in the order of the calls: a shard is never read while it gets its final name. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = busy.then(work);
    busy = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  function enter(shard: Shard): void {
    for (const [position, rowKey] of shard.rows.entries()) {
      if (!index.has(rowKey)) index.set(rowKey, { shard, position });
    }
  }

  function forget(shard: Shard | ShardWriter): void {
    for (const rowKey of shard.rows) if (index.get(rowKey)?.shard === shard) index.delete(rowKey);
  }

  async function append(rowKey: string, bytes: Uint8Array): Promise<void> {
    if (bytes.length !== rowBytes) throw new Error(`internal: a row of ${bytes.length} bytes instead of ${rowBytes}`);
    if (index.has(rowKey)) return;
    await writing(async () => {
      writer ??= await beginShard(storage, folder, rowBytes);
      const position = writer.rows.length;
      await writer.append(rowKey, bytes);
      index.set(rowKey, { shard: writer, position });
    }, rowBytes);
    if (writer!.rows.length * rowBytes >= shardBytes) await flush();
  }

  async function flush(): Promise<void> {
    if (writer === undefined) return;
    const finished = writer;
    const sha256 = await writing(() => finished.finish(), finished.rows.length * rowBytes);
    forget(finished);
    enter({ path: join(folder, finished.name), rows: finished.rows, sha256, checked: true });
    writer = undefined;
  }

  /** Turns what the disk answers into an error with a way out; the shard being written is given up. */
  async function writing<Result>(work: () => Promise<Result>, sizeBytes: number): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      const broken = writer;
      writer = undefined;
      if (broken !== undefined) forget(broken);
      await broken?.discard();
      fail("cache/not-written", { path: folder, reason: reasonOf(error), sizeBytes });
    }
  }

  async function read(rowKeys: readonly string[], into: Uint8Array): Promise<readonly number[]> {
    if (into.length < rowKeys.length * rowBytes) throw new Error("internal: no room for the rows");
    const absent: number[] = [];
    const wanted = new Map<Shard | ShardWriter, number[]>();
    for (const [i, rowKey] of rowKeys.entries()) {
      const shard = index.get(rowKey)?.shard;
      if (shard === undefined) absent.push(i);
      else if (wanted.has(shard)) wanted.get(shard)!.push(i);
      else wanted.set(shard, [i]);
    }
    for (const [shard, positions] of wanted) {
      const whole = await usingShard(shard, async (file) => {
        for (const i of positions) {
          const target = into.subarray(i * rowBytes, (i + 1) * rowBytes);
          await file.read(target, index.get(rowKeys[i]!)!.position * rowBytes);
        }
      });
      if (!whole) absent.push(...positions);
    }
    return absent.sort((left, right) => left - right);
  }

  async function verify(rowKeys: Iterable<string>): Promise<readonly string[]> {
    const shards = new Set<Shard>();
    for (const rowKey of rowKeys) {
      const shard = index.get(rowKey)?.shard;
      if (shard !== undefined && "path" in shard) shards.add(shard);
    }
    const whole: string[] = [];
    for (const shard of shards) {
      if (!(await usingShard(shard, async () => {}))) continue;
      await storage.touch(shard.path + manifestEnding).catch(() => undefined);
      whole.push(shard.path);
    }
    return whole;
  }

  /** Does something with a shard. False, and its rows are absent, if it is damaged or cannot be read. */
  async function usingShard(shard: Shard | ShardWriter, work: (file: StoredFile) => Promise<void>): Promise<boolean> {
    const using = "file" in shard ? work(shard.file).then(() => true) : usingFinished(shard, work);
    if (await using.catch(() => false)) return true;
    forget(shard);
    if (shard === writer) {
      writer = undefined;
      await shard.discard();
    }
    return false;
  }

  async function usingFinished(shard: Shard, work: (file: StoredFile) => Promise<void>): Promise<boolean> {
    const file = await storage.open(shard.path + rowsEnding);
    try {
      shard.checked ||= (await hashRows(file, shard.rows.length * rowBytes)) === shard.sha256;
      if (shard.checked) await work(file);
    } finally {
      await file.close();
    }
    if (!shard.checked) await dropShard(storage, shard.path);
    return shard.checked;
  }
}
