// Facts of pictures, kept on disk by their content, so that a picture is tried and looked at once and not before every
// run. The same files as those of the trunk cache, and the same promise: what is damaged is absent. Since facts are
// quickly found out anew, a disk that takes none is no error.

import { join } from "node:path";
import { ReinceptionError } from "../errors.ts";
import { cacheRoot } from "./cache-space.ts";
import { decoderVersion } from "./decode.ts";
import { factsVersion, type PictureFacts } from "./picture-facts.ts";
import { openTrunkCache, type TrunkCache } from "./trunk-cache.ts";

export interface FactsCache {
  /** Facts of those of these contents which are known. */
  read(hashes: readonly string[]): Promise<ReadonlyMap<string, PictureFacts>>;
  keep(hash: string, facts: PictureFacts): Promise<void>;
  close(): Promise<void>;
}

/** JSON, filled up with blanks. Facts that are longer are not kept. */
const rowBytes = 896;

/** Rows which are in memory at a time. */
const rowsAtOnce = 4096;

/** The folder of kept facts. They stand beside the trunk cache, for its limit is about far larger things. */
export function factsFolder(): string {
  return join(cacheRoot(), "facts");
}

/** @param folder - `factsFolder()` but for tests */
export async function openFactsCache(folder: string): Promise<FactsCache> {
  const space = { what: "facts of pictures", version: String(factsVersion), decoder: decoderVersion };
  let cache = await unlessRefused(() => openTrunkCache({ folder, space, rowBytes }));
  return {
    read: async (hashes) => (cache === undefined ? new Map() : readRows(cache, hashes)),
    async keep(hash, facts) {
      const row = Buffer.from(JSON.stringify(facts));
      if (cache === undefined || row.length > rowBytes) return;
      const open = cache;
      const kept = await unlessRefused(async () => {
        await open.append(hash, Buffer.concat([row], rowBytes).fill(" ", row.length));
        return open;
      });
      cache = kept;
    },
    async close() {
      const open = cache;
      if (open !== undefined) await unlessRefused(() => open.close());
    },
  };
}

async function readRows(cache: TrunkCache, hashes: readonly string[]): Promise<ReadonlyMap<string, PictureFacts>> {
  const facts = new Map<string, PictureFacts>();
  const kept = [...new Set(hashes)].filter((hash) => cache.has(hash));
  for (let from = 0; from < kept.length; from += rowsAtOnce) {
    const some = kept.slice(from, from + rowsAtOnce);
    const rows = Buffer.alloc(some.length * rowBytes);
    const absent = new Set(await cache.read(some, rows));
    for (const [i, hash] of some.entries()) {
      const row = rows.toString("utf8", i * rowBytes, (i + 1) * rowBytes);
      if (!absent.has(i)) facts.set(hash, JSON.parse(row) as PictureFacts);
    }
  }
  return facts;
}

/** What the disk answers, or nothing where it refuses. */
async function unlessRefused<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ReinceptionError && error.code === "cache/not-written") return undefined;
    throw error;
  }
}
