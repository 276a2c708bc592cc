// Rows of a trunk cache that say themselves whether they are right, and a process that writes them until it is killed:
//
//   node --import tsx test/support/kept-rows.ts FOLDER FIRST
//
// puts in rows FIRST, FIRST + 1 and so on, and prints after each flush how many are safe.

import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Storage } from "../../src/data/storage.ts";
import { openTrunkCache, type TrunkCache } from "../../src/data/trunk-cache.ts";

export const keptRowBytes = 8;

interface Options {
  readonly storage?: Storage;
  readonly shardBytes?: number;
  /** Another weights, another space. */
  readonly weights?: string;
}

export function openKept(folder: string, { weights = "abc", ...options }: Options = {}): Promise<TrunkCache> {
  return openTrunkCache({ folder, space: { weights, boundary: "mixed_7b" }, rowBytes: keptRowBytes, ...options });
}

/** Row number `i` is filled with its number. */
export function keptRow(i: number): Uint8Array {
  return new Uint8Array(keptRowBytes).fill(i);
}

/** Rows `first` to `end` - 1, as far as they are there; whatever is there and not as it was written is an error. */
export async function keptBetween(cache: TrunkCache, first: number, end: number): Promise<readonly number[]> {
  const numbers = Array.from({ length: end - first }, (_, i) => first + i);
  const into = new Uint8Array(numbers.length * keptRowBytes);
  const absent = new Set(await cache.read(numbers.map(String), into));
  return numbers.filter((number, i) => {
    if (absent.has(i)) return false;
    const found = into.subarray(i * keptRowBytes, (i + 1) * keptRowBytes);
    if (found.some((value) => value !== number % 256)) throw new Error(`row ${number} is ${found}`);
    return true;
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [folder = "", first = "0"] = process.argv.slice(2);
  const cache = await openKept(folder, { shardBytes: 5 * keptRowBytes });
  for (let i = Number(first); ; i++) {
    await cache.append(String(i), keptRow(i));
    if ((i + 1) % 5 === 0) writeSync(1, `${i + 1}\n`);
  }
}
