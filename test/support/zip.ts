// Zip archives for tests, with entries as large as they say or not.

import { deflateRawSync } from "node:zlib";
import { crc32ByTable } from "../../src/crc32.ts";

export interface WrittenEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly packed?: boolean;
  /** What lies in the archive, where it is not `bytes`. */
  readonly held?: Uint8Array;
  /** Where the archive lies about the size. */
  readonly statedBytes?: number;
  /** Where it lies about the checksum. */
  readonly statedSum?: number;
  readonly encrypted?: boolean;
}

export function writtenZip(entries: readonly WrittenEntry[]): Uint8Array {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { name, bytes, packed = false, statedBytes = bytes.length, statedSum = crc32ByTable(bytes) } = entry;
    const held = entry.held ?? (packed ? deflateRawSync(bytes) : Buffer.from(bytes));
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(entry.encrypted === true ? 1 : 0, 2);
    fields.writeUInt16LE(packed ? 8 : 0, 4);
    fields.writeUInt32LE(statedSum, 10);
    fields.writeUInt32LE(held.length, 14);
    fields.writeUInt32LE(statedBytes, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), fields, Buffer.from(name), held]);
    const rest = Buffer.alloc(14); // comment, disk and attributes: none
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), fields, rest, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...locals, listed, end]));
}
