// Writes one shard of the trunk cache: rows as they come into an unfinished file, and at the end the final name and the
// manifest. Rows of an unfinished shard can be read back by the run that writes it, by no other.

import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import { encodeManifest, manifestEnding, rowsEnding } from "./cache-shard.ts";
import { type Storage, type StoredFile, unfinishedEnding, writeWhole } from "./storage.ts";

export interface ShardWriter {
  readonly name: string;
  /** Keys of the rows so far. */
  readonly rows: readonly string[];
  readonly file: StoredFile;
  /** Adds a row behind the others. */
  append(rowKey: string, bytes: Uint8Array): Promise<void>;
  /** Puts the rows on the disk under their final name, then the manifest. Returns the hash of the rows. */
  finish(): Promise<string>;
  /** Leaves nothing behind, as far as the disk lets us. */
  discard(): Promise<void>;
}

/** Begins a shard. Its name is unique, so two runs never write to one file. */
export async function beginShard(storage: Storage, folder: string, rowBytes: number): Promise<ShardWriter> {
  const name = randomUUID();
  const path = join(folder, name + rowsEnding);
  const unfinished = path + unfinishedEnding;
  const file = await storage.create(unfinished);
  const digest = createHash("sha256");
  const rows: string[] = [];
  return {
    name,
    file,
    rows,
    append: async (rowKey, bytes) => {
      await file.write(bytes, rows.length * rowBytes);
      digest.update(bytes);
      rows.push(rowKey);
    },
    finish: async () => {
      await file.sync();
      await file.close();
      await storage.rename(unfinished, path);
      const sha256 = digest.digest("hex");
      const manifest = encodeManifest({ shard: name, rowBytes, sha256, rows });
      await writeWhole(storage, join(folder, name + manifestEnding), manifest);
      return sha256;
    },
    discard: async () => {
      await file.close().catch(() => undefined);
      for (const left of [join(folder, name + manifestEnding), path, unfinished]) {
        await storage.remove(left).catch(() => undefined);
      }
    },
  };
}
