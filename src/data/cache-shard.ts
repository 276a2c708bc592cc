// The files of the trunk cache. A shard `<name>.rows` is rows of equal length, nothing else; its manifest `<name>.json`
// says which rows they are and what they hash to:
//
//   SHA-256 of what follows, in hexadecimal
//   {"shard":"<name>","rowBytes":6144,"sha256":"...","rows":["<row key>", ...]}
//
// The manifest is written after the shard is on the disk under its final name, and a shard without one is never read.

import { createHash } from "node:crypto";
import type { StoredFile } from "./storage.ts";

export const rowsEnding = ".rows";
export const manifestEnding = ".json";

/** A hash and the end of its line. */
const headLength = 65;

export interface Manifest {
  /** Name of the shard, without ending: a manifest does not fit another shard. */
  readonly shard: string;
  readonly rowBytes: number;
  /** SHA-256 of the shard's bytes, in hexadecimal. */
  readonly sha256: string;
  /** Row keys in the order of the rows. */
  readonly rows: readonly string[];
}

export function encodeManifest(manifest: Manifest): Uint8Array {
  const { shard, rowBytes, sha256: rowsHash, rows } = manifest;
  const body = JSON.stringify({ shard, rowBytes, sha256: rowsHash, rows });
  return Buffer.from(`${sha256(body)}\n${body}`);
}

/**
 * The manifest of this shard; undefined if the bytes are anything but what `encodeManifest` wrote for it.
 *
 * @param rowBytes - length of its rows, where it is known beforehand
 */
export function decodeManifest(bytes: Uint8Array, shard: string, rowBytes?: number): Manifest | undefined {
  const head = Buffer.from(bytes.subarray(0, headLength)).toString("latin1");
  const body = bytes.subarray(headLength);
  if (head !== `${sha256(body)}\n`) return undefined;
  const manifest = JSON.parse(new TextDecoder().decode(body)) as Manifest;
  return manifest.shard === shard && manifest.rowBytes === (rowBytes ?? manifest.rowBytes) ? manifest : undefined;
}

/** SHA-256 of the first `sizeBytes` of a file. */
export async function hashRows(file: StoredFile, sizeBytes: number): Promise<string> {
  const digest = createHash("sha256");
  const chunk = new Uint8Array(Math.min(sizeBytes, 1 << 20));
  for (let position = 0; position < sizeBytes; position += chunk.length) {
    const part = chunk.subarray(0, Math.min(chunk.length, sizeBytes - position));
    await file.read(part, position);
    digest.update(part);
  }
  return digest.digest("hex");
}

/** In hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
