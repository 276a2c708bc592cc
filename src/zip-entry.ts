// One entry of a zip, read by its place alone: a thread that reads pictures need not hold the directory of 100,000 others.
// Memory is bounded by what the directory stated. PKWARE, "APPNOTE.TXT", 4.3.7.

import { promisify } from "node:util";
import { constants, inflateRaw } from "node:zlib";
import { crc32 } from "./crc32.ts";
import type { ReadAt } from "./tar.ts";

/** Where an entry lies and how it is packed: enough to read it later without the directory. Plain data. */
export interface ZipPlace {
  /** Of its own header in the archive. */
  readonly offset: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  /** 0 as it is, 8 deflated; others are not read. */
  readonly method: number;
  readonly crc32: number;
}

const inflate = promisify<Uint8Array, object, Buffer>(inflateRaw);

/**
 * The bytes of an entry by its place. Memory is bounded by what the directory stated.
 *
 * @throws Error with a reason in words when what lies there is another, or damaged
 */
export async function readZipped(read: ReadAt, place: ZipPlace): Promise<Uint8Array> {
  const { packedBytes, sizeBytes, method } = place;
  if (packedBytes > sizeBytes + sizeBytes / 100 + 1024)
    throw new Error("it is larger packed than it says to be unpacked");
  const packed = await read(await dataOffset(read, place), packedBytes);
  if (packed.length < packedBytes) throw new Error("the archive ends in it");
  const bytes = method === 0 ? packed : await inflate(packed, { maxOutputLength: Math.max(sizeBytes, 1) });
  if (bytes.length !== sizeBytes) throw new Error(`it has ${bytes.length} bytes where ${sizeBytes} were stated`);
  if (crc32(bytes) !== place.crc32) throw new Error("its checksum is another than was stated");
  return bytes;
}

/** The first bytes of an entry, of which little more is read than that; whatever is damaged gives fewer. */
export async function headOfZipped(read: ReadAt, place: ZipPlace, length: number): Promise<Uint8Array> {
  const packed = await read(await dataOffset(read, place), Math.min(place.packedBytes, 1024 + length));
  if (place.method === 0) return packed.subarray(0, length);
  const bytes = await inflate(packed, { finishFlush: constants.Z_SYNC_FLUSH });
  return bytes.subarray(0, length);
}

/** An entry's own header repeats its name and has extra fields of another length than the directory's. */
async function dataOffset(read: ReadAt, { offset, method }: ZipPlace): Promise<number> {
  if (method !== 0 && method !== 8) throw new Error(`it is packed by method ${method}`);
  const header = await read(offset, 30);
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  if (header.length < 30 || view.getUint32(0, true) !== 0x04034b50)
    throw new Error("its header is not where it should be");
  return offset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
}
