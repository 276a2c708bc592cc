// Small TensorFlow checkpoints of both versions, and tables with whatever a test wants them to hold, under checksums that
// fit: what a reader makes of lies behind a checksum is seen only with one that fits.

import { type MessageWriter, writeMessage } from "../../src/protobuf.ts";
import { maskedCrc32c } from "../../src/weights/crc32c.ts";

export interface WrittenTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** TensorFlow's number of the element type. */
  readonly type: number;
  /** Row-major. */
  readonly bytes: Uint8Array;
}

export type WrittenRecord = readonly [key: Uint8Array, value: Uint8Array];

export interface TableOptions {
  /** Records per block. */
  readonly perBlock?: number;
  /** How a block says it is compressed. */
  readonly compression?: number;
  /** Changes the content of a block before its checksum is computed; the last block is the index. */
  readonly change?: (block: Uint8Array, index: number) => Uint8Array;
}

export function writeTable(records: readonly WrittenRecord[], options: TableOptions = {}): Uint8Array {
  const { perBlock = 3, compression = 0, change = (block) => block } = options;
  const parts: Uint8Array[] = [];
  let end = 0;
  let blocks = 0;
  const put = (entries: readonly WrittenRecord[]): Uint8Array => {
    const content = Buffer.concat([change(writeBlock(entries), blocks++), Uint8Array.of(compression)]);
    const handle = Uint8Array.of(...varint(end), ...varint(content.length - 1));
    parts.push(content, uint32(maskedCrc32c(content)));
    end += content.length + 4;
    return handle;
  };
  const index: WrittenRecord[] = [];
  for (let at = 0; at < records.length; at += perBlock) {
    const part = records.slice(at, at + perBlock);
    index.push([part.at(-1)![0], put(part)]);
  }
  const about = put([]);
  return withFooter(parts, about, put(index));
}

/** @param about - handle of the block that describes the table */
export function withFooter(parts: readonly Uint8Array[], about: Uint8Array, index: Uint8Array): Uint8Array {
  const handles = Buffer.concat([about, index]);
  const magic = Uint8Array.of(0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb);
  return new Uint8Array(Buffer.concat([...parts, handles, new Uint8Array(40 - handles.length), magic]));
}

/** Every second key is written whole, so that there is a place to begin at. */
export function writeBlock(entries: readonly WrittenRecord[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const restarts: number[] = [];
  let end = 0;
  entries.forEach(([key, value], i) => {
    const before = i % 2 === 0 ? new Uint8Array(0) : entries[i - 1]![0];
    let shared = 0;
    while (shared < Math.min(before.length, key.length) && before[shared] === key[shared]) shared++;
    if (i % 2 === 0) restarts.push(end);
    const part = entryOf(shared, key.subarray(shared), value);
    parts.push(part);
    end += part.length;
  });
  return Buffer.concat([...parts, ...restarts.map(uint32), uint32(restarts.length)]);
}

export function entryOf(shared: number, rest: Uint8Array, value: Uint8Array): Uint8Array {
  return Buffer.concat([
    Uint8Array.of(...varint(shared), ...varint(rest.length), ...varint(value.length)),
    rest,
    value,
  ]);
}

/** Records of a V1 checkpoint; tensors in rising order of their names. */
export function slicesOf(tensors: readonly WrittenTensor[]): readonly WrittenRecord[] {
  const meta = writeMessage((m) =>
    m.message(1, (meta) => {
      for (const { name, shape, type } of tensors)
        meta.message(1, (tensor) => {
          tensor.text(1, name);
          tensor.message(2, shapeWriter(shape));
          tensor.int(3, type);
          tensor.message(4, sliceWriter(shape));
        });
      meta.message(2, (versions) => versions.int(1, 1));
    }),
  );
  const records = tensors.map(({ name, shape, type, bytes }): WrittenRecord => {
    const value = writeMessage((m) =>
      m.message(2, (slice) => {
        slice.text(1, name);
        slice.message(2, sliceWriter(shape));
        slice.message(3, (numbers) => writeNumbers(numbers, type, bytes));
      }),
    );
    return [keyOf(`\0${name}`), value];
  });
  return [[keyOf(""), meta], ...records];
}

/** Records of a V2 index, and its only shard; tensors in rising order of their names. */
export function bundleOf(tensors: readonly WrittenTensor[]): { index: readonly WrittenRecord[]; shard: Uint8Array } {
  let end = 0;
  const entries = tensors.map(({ name, shape, type, bytes }): WrittenRecord => {
    const place = writeMessage((entry) => {
      entry.int(1, type);
      entry.message(2, shapeWriter(shape));
      entry.int(4, end);
      entry.int(5, bytes.length);
    });
    end += bytes.length;
    const sum = [Uint8Array.of(6 * 8 + 5), uint32(maskedCrc32c(bytes))]; // field 6, of four bytes
    return [keyOf(name), Buffer.concat([place, ...sum])];
  });
  const header = writeMessage((m) => {
    m.int(1, 1);
    m.message(3, (version) => version.int(1, 1));
  });
  return { index: [[keyOf(""), header], ...entries], shard: Buffer.concat(tensors.map(({ bytes }) => bytes)) };
}

export function keyOf(name: string): Uint8Array {
  return new TextEncoder().encode(name);
}

export function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** A whole number of any size, seven bits a byte. */
export function varint(value: number | bigint): readonly number[] {
  const rest = BigInt(value);
  return rest < 0x80n ? [Number(rest)] : [Number(rest & 0x7fn) | 0x80, ...varint(rest >> 7n)];
}

function shapeWriter(shape: readonly number[]) {
  return (message: MessageWriter) => {
    for (const size of shape) message.message(2, (dimension) => dimension.int(1, size));
  };
}

/** All of it: an axis without a length. */
function sliceWriter(shape: readonly number[]) {
  return (message: MessageWriter) => {
    for (const _ of shape) message.message(1, () => {});
  };
}

function writeNumbers(numbers: MessageWriter, type: number, bytes: Uint8Array): void {
  const own = bytes.slice().buffer;
  if (type === 1) numbers.bytes(5, bytes);
  else if (type === 2) numbers.bytes(6, bytes);
  else if (type === 9) numbers.packedInts(10, Array.from(new BigInt64Array(own), Number));
  else numbers.packedInts(13, Array.from(new Uint16Array(own)));
}
