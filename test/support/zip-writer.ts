// A zip as usual programs write one, and whatever else a test wants its headers to say.

import { crc32, deflateRawSync } from "node:zlib";

export interface ZipFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** As it is where false. */
  readonly deflated?: boolean;
  /** Where the headers lie about it. */
  readonly stated?: {
    readonly sizeBytes?: number;
    readonly crc32?: number;
    readonly method?: number;
    readonly flags?: number;
  };
}

const utf8Names = 0x800;

export function zipOf(files: readonly ZipFile[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, bytes, deflated = true, stated = {} } of files) {
    const packed = deflated ? deflateRawSync(bytes) : bytes;
    const encoded = Buffer.from(name);
    const about = Buffer.alloc(26);
    about.writeUInt16LE(20, 0);
    about.writeUInt16LE(utf8Names | (stated.flags ?? 0), 2);
    about.writeUInt16LE(stated.method ?? (deflated ? 8 : 0), 4);
    about.writeUInt32LE(stated.crc32 ?? crc32(bytes), 10);
    about.writeUInt32LE(packed.length, 14);
    about.writeUInt32LE(stated.sizeBytes ?? bytes.length, 18);
    about.writeUInt16LE(encoded.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), about, encoded, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\0"), about, rest, encoded]));
    parts.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(18);
  const listed = Buffer.concat(directory);
  for (const at of [4, 6]) end.writeUInt16LE(files.length, at);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, listed, Buffer.from("PK\x05\x06"), end]);
}
