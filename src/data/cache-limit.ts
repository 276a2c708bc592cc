// How large the trunk cache may become: what was asked for, else what the environment says, else what the disk allows.

import { fail } from "../errors.ts";
import { bytesOf, checkOption } from "../option-values.ts";
import { listSpaces, sizeOf } from "./cache-contents.ts";
import type { Storage } from "./storage.ts";

/** Where nobody says more. */
const largestDefaultBytes = 50e9;

/**
 * The limit in bytes: that of the option, else `$REINCEPTION_CACHE_LIMIT`; undefined where neither says one.
 *
 * @throws options/value, options/environment
 */
export function cacheLimitOf(
  asked: number | string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): number | undefined {
  if (asked !== undefined) return bytesOf(checkOption("cacheLimit", asked));
  const { REINCEPTION_CACHE_LIMIT: value } = environment;
  if (!value) return undefined;
  const details = { name: "REINCEPTION_CACHE_LIMIT", value, needed: "a size such as 500MB or 20GB", example: "20GB" };
  return bytesOf(value) ?? fail("options/environment", details);
}

/**
 * The limit that holds where none is given: 50 GB, or half of what the disk has for the cache if that is less. What the
 * cache takes already counts as free.
 *
 * @param folder - holds all spaces; is there
 */
export async function defaultLimit(storage: Storage, folder: string): Promise<number> {
  const kept = sizeOf(await listSpaces(storage, folder));
  return Math.min(largestDefaultBytes, Math.floor((kept + (await storage.freeBytes(folder))) / 2));
}
