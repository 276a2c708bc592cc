// CRC-32 as zip archives, PNG and gzip have it: reflected, polynomial 0xedb88320. Node's own where there is one, which is
// from 20.15 and 22.2 on, else by table.

import zlib from "node:zlib";

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  return sum;
});

/** @param before - the sum of the bytes that come before these, where they come in parts */
export const crc32: (bytes: Uint8Array, before?: number) => number =
  (zlib.crc32 as typeof zlib.crc32 | undefined) ?? crc32ByTable;

export function crc32ByTable(bytes: Uint8Array, before = 0): number {
  let sum = ~before;
  for (const byte of bytes) sum = (sum >>> 8) ^ table[(sum ^ byte) & 0xff]!;
  return ~sum >>> 0;
}
