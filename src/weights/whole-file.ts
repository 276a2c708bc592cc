// A file of weights in one piece.

import { readFileSync, statSync } from "node:fs";
import { fail } from "../errors.ts";

/** Node reads no larger file in one piece; the network at width 1 is a tenth of it. */
const largestFileBytes = 2 ** 31 - 1;

/** @throws weights/not-found, weights/too-large */
export function readWhole(path: string): Uint8Array {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile()) return fail("weights/not-found", { path, isFolder: stats !== undefined });
  if (stats.size > largestFileBytes) return fail("weights/too-large", { path, sizeBytes: stats.size });
  return readFileSync(path);
}
