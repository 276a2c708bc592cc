// The table of a TensorFlow checkpoint: records sorted by key, in LevelDB's format, which holds all of a V1 checkpoint and
// the index of a V2 checkpoint. Every block is held against its checksum. Reading is strict, as files come from strangers:
// blocks may not overlap, keys must rise, and keys are bounded, since one of a few bytes can repeat most of a long one.
// Compressed blocks are refused; TensorFlow's own Saver writes none.
//
// Format: github.com/google/leveldb, doc/table_format.md; TensorFlow's copy is in tensorflow/core/lib/io.

import { fail } from "../errors.ts";
import { type Cursor, type Damaged, readVarint, take } from "../protobuf.ts";
import { maskedCrc32c } from "./crc32c.ts";

export interface TableRecord {
  readonly key: Uint8Array;
  /** A view into the file. */
  readonly value: Uint8Array;
}

/** Where a block lies. */
interface Handle {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Two handles, padded, and what tells that this is a table. */
const footerBytes = 48;
const magic = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];

/** Behind each block: how it is compressed, and the sum of all that. */
const trailerBytes = 5;
const [stored, snappy] = [0, 1] as const;

/** A checkpoint of Inception-v4 with everything its training adds has some 3000 records with names of some 60 bytes. */
const mostRecords = 2 ** 16;
const mostKeyBytes = 2 ** 24;

/**
 * All records in rising order of their keys. The first, whose key is empty, says what the others are.
 *
 * @param source - what messages call the file
 * @throws weights/damaged, weights/checkpoint-not-read
 */
export function readTable(file: Uint8Array, source: string): readonly [first: TableRecord, ...others: TableRecord[]] {
  const damaged: Damaged = (reason) => fail("weights/damaged", { source, reason });
  if (!magic.every((byte, i) => file[file.length - magic.length + i] === byte) || file.length < footerBytes)
    return damaged("it does not end as a table does");
  const footer: Cursor = { bytes: file.subarray(-footerBytes, -magic.length), at: 0, damaged };
  readHandle(footer); // of the block that describes the table
  const index = readHandle(footer);

  const blocks = file.subarray(0, -footerBytes);
  const spend = spending(damaged);
  const records: TableRecord[] = [];
  let end = 0;
  for (const { value } of readEntries(readBlock(blocks, index, source), spend, damaged)) {
    const handle = readHandle({ bytes: value, at: 0, damaged });
    if (handle.offset < end) return damaged(`two blocks of it lie at byte ${handle.offset}`);
    end = handle.offset + handle.sizeBytes + trailerBytes;
    for (const record of readEntries(readBlock(blocks, handle, source), spend, damaged)) records.push(record);
  }
  records.forEach(({ key }, i) => {
    if (i > 0 && Buffer.compare(records[i - 1]!.key, key) >= 0)
      damaged(`its records ${i - 1} and ${i} are out of order`);
  });
  const [first, ...others] = records;
  if (first === undefined || first.key.length > 0) return damaged("it does not say what it holds");
  return [first, ...others];
}

function readHandle(cursor: Cursor): Handle {
  return { offset: Number(readVarint(cursor)), sizeBytes: Number(readVarint(cursor)) };
}

function readBlock(blocks: Uint8Array, { offset, sizeBytes }: Handle, source: string): Uint8Array {
  const damaged: Damaged = (reason) => fail("weights/damaged", { source, reason });
  const end = offset + sizeBytes;
  if (offset < 0 || sizeBytes < 0 || end + trailerBytes > blocks.length)
    return damaged(`a block of ${sizeBytes} bytes should be at byte ${offset}, but it has only ${blocks.length}`);
  if (uint32(blocks, end + 1) !== maskedCrc32c(blocks.subarray(offset, end + 1)))
    return damaged(`the checksum of the block at byte ${offset} does not match`);
  const compression = blocks[end]!;
  if (compression === snappy) return fail("weights/checkpoint-not-read", { source, what: "compressed with snappy" });
  if (compression !== stored) return damaged(`the block at byte ${offset} is of kind ${compression}`);
  return blocks.subarray(offset, end);
}

/**
 * Entries, each with how many bytes of its key are those of the key before; then the places where a key is whole, and
 * their number, which only searching needs.
 */
function readEntries(block: Uint8Array, spend: Spend, damaged: Damaged): readonly TableRecord[] {
  const restarts = block.length < 4 ? Number.NaN : uint32(block, block.length - 4);
  const end = block.length - 4 * (restarts + 1);
  if (!(end >= 0)) return damaged(`a block of ${block.length} bytes should have ${restarts} places to begin at`);
  const cursor: Cursor = { bytes: block.subarray(0, end), at: 0, damaged };
  const entries: TableRecord[] = [];
  let key = new Uint8Array(0);
  while (cursor.at < end) {
    const [shared, added, valueBytes] = [readVarint(cursor), readVarint(cursor), readVarint(cursor)].map(Number);
    if (shared! < 0 || shared! > key.length) return damaged(`a key repeats ${shared} of ${key.length} bytes`);
    const rest = take(cursor, added!);
    spend(shared! + rest.length);
    const whole = new Uint8Array(shared! + rest.length);
    whole.set(key.subarray(0, shared));
    whole.set(rest, shared);
    key = whole;
    entries.push({ key, value: take(cursor, valueBytes!) });
  }
  return entries;
}

/** Is told of every key; ends the reading when they become too many or too long. */
type Spend = (keyBytes: number) => void;

function spending(damaged: Damaged): Spend {
  let [records, bytes] = [0, 0];
  return (keyBytes) => {
    records++;
    bytes += keyBytes;
    if (records > mostRecords) damaged(`it has more than ${mostRecords} records`);
    if (bytes > mostKeyBytes) damaged(`its names have more than ${mostKeyBytes} bytes`);
  };
}

function uint32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
}
