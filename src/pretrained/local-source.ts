// A file on this machine, or on a disk of the network, that answers as a server would: so that a folder can be a mirror.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { fail } from "../errors.ts";
import type { Answer } from "./http.ts";

/**
 * Answers with 206 where bytes from `from` on are wanted of a file that has not changed, else with all of it.
 *
 * @throws weights/download
 */
export async function readLocal(
  address: URL,
  { from, validator }: { from: number; validator: string | null },
): Promise<Answer> {
  const path = fileURLToPath(address);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isFile())
    return fail("weights/download", { url: path, reason: "there is no such file" });
  const { size, mtimeMs } = found;
  const etag = `"${size}-${mtimeMs}"`;
  const start = etag === validator ? from : 0;
  const range = start > 0 ? { "content-range": `bytes ${start}-${size - 1}/${size}` } : {};
  const headers = { etag, "content-length": String(size - start), ...range };
  return { status: start > 0 ? 206 : 200, headers, passed: [], body: createReadStream(path, { start }) };
}
