import { describe, expect, test } from "vitest";
import {
  entryOf,
  keyOf,
  type TableOptions,
  uint32,
  varint,
  type WrittenRecord,
  withFooter,
  writeBlock,
  writeTable,
} from "../../test/support/checkpoint-writer.ts";
import { maskedCrc32c } from "./crc32c.ts";
import { readTable } from "./tensorflow-table.ts";

const names = ["", "a", "a/b", "a/bc", "a/bd/e", "b", "ba", "z"];
const records = names.map((name, i): WrittenRecord => [keyOf(name), new Uint8Array(i * i).fill(i)]);

function read(file: Uint8Array) {
  return readTable(file, "some.ckpt").map(({ key, value }) => [new TextDecoder().decode(key), value] as const);
}

/** One block under a checksum that fits, and the handle of it. */
function blockAt(offset: number, content: Uint8Array): { parts: readonly Uint8Array[]; handle: Uint8Array } {
  const whole = new Uint8Array(Buffer.concat([content, new Uint8Array(1)]));
  const handle = Uint8Array.of(...varint(offset), ...varint(content.length));
  return { parts: [whole, uint32(maskedCrc32c(whole))], handle };
}

/** A table of one data block, with an index that says what is given of it. */
function tableWith(content: Uint8Array, indexed: (handle: Uint8Array) => readonly WrittenRecord[]): Uint8Array {
  const data = blockAt(0, content);
  const index = blockAt(content.length + 5, writeBlock(indexed(data.handle)));
  return withFooter([...data.parts, ...index.parts], Uint8Array.of(0, 0), index.handle);
}

const tableOf = (content: Uint8Array) => tableWith(content, (handle) => [[keyOf("zz"), handle]]);
const ends = (...entries: readonly Uint8Array[]) => Buffer.concat([...entries, uint32(0), uint32(1)]);
const nothing = new Uint8Array(0);

describe("a table", () => {
  test.each([1, 2, 3, 100])("gives its records where %s are in a block", (perBlock) => {
    expect(read(writeTable(records, { perBlock }))).toEqual(records.map(([, value], i) => [names[i], value]));
  });

  test("gives views into the file", () => {
    const file = writeTable(records);
    for (const { value } of readTable(file, "some.ckpt")) expect(value.buffer).toBe(file.buffer);
  });
});

const wild = [2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 62n, 2n ** 63n, 2n ** 64n - 1n];

describe("a table is refused", () => {
  test("wherever one of its bytes that matter is another", () => {
    const file = writeTable(records, { perBlock: 4 });
    const about = file.length - 48 - (4 + 1 + 4 + 4); // the block that describes the table is never read
    let refused = 0;
    for (let at = 0; at < file.length - 8; at++) {
      const flipped = file.slice();
      flipped[at]! ^= 0x10;
      try {
        expect(read(flipped)).toEqual(read(file));
      } catch (error) {
        expect((error as Error).message).toMatch(/^weights\/(damaged|checkpoint-not-read): "some\.ckpt"/);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(about - 80);
  });

  test.each(wild.flatMap((number) => [[number, 4n] as const, [4n, number] as const, [number, number] as const]))(
    "with a block of %s and %s",
    (offset, sizeBytes) => {
      const handle = Uint8Array.of(...varint(offset), ...varint(sizeBytes));
      const wildIndex = withFooter([new Uint8Array(100)], Uint8Array.of(0, 0), handle);
      expect(() => read(wildIndex)).toThrow(/^weights\/damaged: .* a block of .* bytes should be at byte/);
      const wildBlock = tableWith(writeBlock(records), () => [[keyOf("zz"), handle]]);
      expect(() => read(wildBlock)).toThrow(/^weights\/damaged: .* (a block of|two blocks)/);
    },
  );

  const tables: readonly (readonly [why: string, file: Uint8Array, message: RegExp])[] = [
    ["empty", nothing, /does not end as a table/],
    ["of its last bytes only", writeTable(records).slice(-8), /does not end as a table/],
    ["cut off", writeTable(records).slice(0, -1), /does not end as a table/],
    ["without records", writeTable([]), /does not say what it holds/],
    ["without a first record", writeTable(records.slice(1)), /does not say what it holds/],
    ["that falls", writeTable([records[0]!, records[2]!, records[1]!]), /records 1 and 2 are out of order/],
    ["with one key twice", writeTable([records[0]!, records[1]!, records[1]!]), /records 1 and 2 are out of order/],
    [
      "with one block twice",
      tableWith(writeBlock(records), (handle) => ["y", "z"].map((key) => [keyOf(key), handle])),
      /two blocks of it lie at byte 0/,
    ],
    ["that repeats more than there is", tableOf(ends(entryOf(1, keyOf("a"), nothing))), /repeats 1 of 0 bytes/],
    ["with a key beyond its block", tableOf(ends(Uint8Array.of(0, 99, 0))), /99 bytes are announced/],
    ["with a value beyond its block", tableOf(ends(Uint8Array.of(0, 0, 99))), /99 bytes are announced/],
    ["with lengths below zero", tableOf(ends(Uint8Array.of(0, 0, ...varint(2n ** 64n - 1n)))), /-1 bytes are/],
    ["with a number without end", tableOf(ends(new Uint8Array(30).fill(0xff))), /more than ten bytes/],
    ["with too many places to begin", tableOf(uint32(7)), /should have 7 places to begin/],
    ["with a block of three bytes", tableOf(new Uint8Array(3)), /a block of 3 bytes/],
  ];
  test.each(tables)("%s", (_, file, message) => {
    expect(() => read(file)).toThrow(message);
    expect(() => read(file)).toThrow(/^weights\/damaged: "some\.ckpt" is damaged: /);
  });

  test.each<[TableOptions, RegExp]>([
    [{ compression: 1 }, /^weights\/checkpoint-not-read: .*compressed with snappy/],
    [{ compression: 2 }, /^weights\/damaged: .*of kind 2/],
  ])("that is compressed: %o", (options, message) => {
    expect(() => read(writeTable(records, options))).toThrow(message);
  });

  test("before its keys take more memory than any checkpoint's", () => {
    // each key is one byte longer than the key before, in an entry of four bytes or five
    const growing = Array.from({ length: 6000 }, (_, i) => entryOf(i, Uint8Array.of(0x61), nothing));
    expect(() => read(tableOf(ends(...growing)))).toThrow(/names have more than 16777216 bytes/);
    const many = Array.from({ length: 70_000 }, (_, i) => entryOf(0, uint32(i), nothing));
    expect(() => read(tableOf(ends(...many)))).toThrow(/more than 65536 records/);
  });
});
