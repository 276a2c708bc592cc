import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  bundleOf,
  keyOf,
  slicesOf,
  type WrittenRecord,
  type WrittenTensor,
  writeTable,
} from "../../test/support/checkpoint-writer.ts";
import { whole } from "../../test/support/numbers.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { ReinceptionError } from "../errors.ts";
import { encodeFloat16 } from "../float16.ts";
import { type MessageWriter, writeMessage } from "../protobuf.ts";
import { type Stream, stream } from "../random.ts";
import { readWeights } from "./network-file.ts";
import { readCheckpoint } from "./tensorflow.ts";

const folder = temporaryFolder();
const numbers = Float32Array.of(0, -1.5, 3.140625, 65280, 2 ** -14, 0.5);
const bytesOf = (view: ArrayBufferView) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

/** One of each type that is read, a scalar, and a counter. In rising order, as checkpoints have them. */
const tensors: readonly WrittenTensor[] = [
  { name: "a/bfloat16", shape: [6], type: 14, bytes: bytesOf(bfloat16(numbers)) },
  { name: "a/double", shape: [3, 2], type: 2, bytes: bytesOf(Float64Array.from(numbers)) },
  { name: "a/float", shape: [1, 2, 3], type: 1, bytes: bytesOf(numbers) },
  { name: "a/half", shape: [2, 3], type: 19, bytes: bytesOf(encodeFloat16(numbers)) },
  { name: "b/scalar", shape: [], type: 1, bytes: bytesOf(numbers.slice(1, 2)) },
  { name: "global_step", shape: [], type: 9, bytes: bytesOf(BigInt64Array.of(654321n)) },
];
const [float] = tensors.filter(({ name }) => name === "a/float");
const { index, shard } = bundleOf(tensors);

const read = new Map([
  ["a/bfloat16", { shape: [6], values: numbers }],
  ["a/double", { shape: [3, 2], values: numbers }],
  ["a/float", { shape: [1, 2, 3], values: numbers }],
  ["a/half", { shape: [2, 3], values: numbers }],
  ["b/scalar", { shape: [], values: numbers.slice(1, 2) }],
]);

function bfloat16(values: Float32Array): Uint16Array {
  return Uint16Array.from(new Uint32Array(values.buffer), (bits) => bits >>> 16);
}

/** Writes the three files of a checkpoint and gives their prefix. */
function writeBundle(name: string, table = writeTable(index)): string {
  mkdirSync(join(folder, name));
  const prefix = join(folder, name, "model.ckpt-7");
  writeFileSync(`${prefix}.index`, table);
  writeFileSync(`${prefix}.data-00000-of-00001`, shard);
  writeFileSync(`${prefix}.meta`, "a graph");
  return prefix;
}

function readV1(records: readonly WrittenRecord[]) {
  return readCheckpoint(writeTable(records), "some.ckpt", () => expect.unreachable());
}

function readV2(records: readonly WrittenRecord[], data = shard) {
  return readCheckpoint(writeTable(records), "some.ckpt.index", () => data);
}

describe("a checkpoint", () => {
  test("of version 1 gives float32, whatever its numbers are, and leaves out counters", async () => {
    const found = await readWeights(writeTable(slicesOf(tensors)));
    expect(found).toEqual({ format: "tensorflow", tensors: read, metadata: {} });
  });

  test("of version 2 is named by its index, its prefix, its data or its graph", async () => {
    const prefix = writeBundle("named");
    for (const ending of [".index", "", ".data-00000-of-00001", ".meta"])
      expect(await readWeights(prefix + ending)).toEqual({ format: "tensorflow", tensors: read, metadata: {} });
  });

  test("of version 2 may lie in several parts", async () => {
    const header = writeMessage((m) => m.int(1, 2));
    const entry = (part: number, [key, value]: WrittenRecord): WrittenRecord => [
      key,
      new Uint8Array(Buffer.concat([value, writeMessage((m) => m.int(3, part))])),
    ];
    const records = [[keyOf(""), header] as const, entry(0, index[1]!), entry(1, index[2]!)];
    const asked: string[] = [];
    const found = readCheckpoint(writeTable(records), "some.ckpt.index", (ending) => {
      asked.push(ending);
      return shard;
    });
    expect([...found.tensors.keys()]).toEqual(["a/bfloat16", "a/double"]);
    expect(asked).toEqual([".data-00000-of-00002", ".data-00001-of-00002"]);
  });
});

describe("a checkpoint whose parts are apart is refused", () => {
  test("where only its index is there", async () => {
    const prefix = join(folder, "alone");
    writeFileSync(`${prefix}.index`, writeTable(index));
    const message = /^weights\/checkpoint-part: ".*alone\.index" .* "alone\.data-00000-of-00001" is needed/;
    await expect(readWeights(`${prefix}.index`)).rejects.toThrow(message);
    await expect(readWeights(prefix)).rejects.toThrow(message);
  });

  test("where only its data are there", async () => {
    const path = join(folder, "only.data-00000-of-00001");
    writeFileSync(path, shard);
    await expect(readWeights(path)).rejects.toThrow(/^weights\/checkpoint-part: .* "only\.index" is needed/);
  });

  test("where only the bytes of its index are given", async () => {
    await expect(readWeights(writeTable(index))).rejects.toThrow(/^weights\/checkpoint-part: "the weights"/);
  });

  test("and one that is not there at all is said to be so", async () => {
    for (const name of ["none", "none.data-00000-of-00001", "none.index"])
      await expect(readWeights(join(folder, name))).rejects.toThrow(/^weights\/not-found: /);
  });
});

/** Field 7 with the pieces of a tensor, or any other field. */
function withField(record: WrittenRecord, write: (m: MessageWriter) => void): WrittenRecord {
  return [record[0], new Uint8Array(Buffer.concat([record[1], writeMessage(write)]))];
}

function slice(name: string, write: (slice: MessageWriter) => void): WrittenRecord {
  return [
    keyOf(`\u0001${name}`),
    writeMessage((m) =>
      m.message(2, (inner) => {
        inner.text(1, name);
        write(inner);
      }),
    ),
  ];
}

const about = slicesOf([float!])[0]!;
const floats = slicesOf([float!])[1]!;
const [first, second] = [index[0]!, index[1]!];

describe("a checkpoint is refused", () => {
  test.each<[string, readonly WrittenRecord[], RegExp]>([
    ["without numbers in a record", [about, [keyOf("a"), nothing()]], /one of its records holds no numbers/],
    ["with numbers of no shape", [about, slice("x", () => {})], /"x" has numbers, but no shape/],
    ["with a shape of no numbers", [about, slice("a/float", () => {})], /"a\/float" has no numbers/],
    ["with too few", [about, slice("a/float", few)], /"a\/float" has 8 bytes, but its shape is \[1, 2, 3\]/],
    ["with a name twice", [about, floats, [keyOf("\u0001"), floats[1]]], /"a\/float" occurs twice/],
    ["with a negative axis", slicesOf([{ ...float!, shape: [-2, -3] }]), /its shape is \[-2, -3\]/],
    ["with an endless axis", slicesOf([{ ...float!, shape: Array<number>(60).fill(2 ** 53) }]), /its shape is/],
  ])("of version 1 %s", (_, records, message) => {
    expect(() => readV1(records)).toThrow(message);
    expect(() => readV1(records)).toThrow(/^weights\/damaged: "some\.ckpt" is damaged: /);
  });

  test("of version 1 with a tensor in pieces", () => {
    const piece = slice("a/float", (m) =>
      m.message(2, (extents) => {
        extents.message(1, () => {});
        extents.message(1, (extent) => extent.int(2, 1)); // one row of two
      }),
    );
    expect(() => readV1([about, piece])).toThrow(/^weights\/checkpoint-not-read: .*with "a\/float" in several pieces/);
  });

  test.each<[string, readonly WrittenRecord[], RegExp]>([
    ["in a part that there is not", [first, withField(second, (m) => m.int(3, 1))], /lies in part 1 of 1/],
    ["in a part below zero", [first, withField(second, (m) => m.int(3, -1))], /lies in part -1 of 1/],
    ["behind the end", [first, withField(second, (m) => m.int(4, 2 ** 53))], /12 bytes at byte 9007199254740992 of/],
    ["before the beginning", [first, withField(second, (m) => m.int(4, -1))], /12 bytes at byte -1 of/],
    ["longer than its part", [first, withField(second, (m) => m.int(5, 2 ** 40))], /1099511627776 bytes at byte 0/],
    ["of a length below zero", [first, withField(second, (m) => m.int(5, -12))], /-12 bytes at byte 0/],
    ["of another length", [first, withField(second, (m) => m.int(5, 10))], /checksum of "a\/bfloat16" does not match/],
    ["of another place", [first, withField(second, (m) => m.int(4, 2))], /checksum of "a\/bfloat16" does not match/],
    ["of another type", [first, withField(second, (m) => m.int(1, 1))], /has 12 bytes, but its shape is \[6\]/],
    ["of another kind of field", [first, withField(second, (m) => m.text(4, "x"))], /field 4 is of another kind/],
  ])("of version 2 with a tensor %s", (_, records, message) => {
    expect(() => readV2(records)).toThrow(message);
    expect(() => readV2(records)).toThrow(/^weights\/damaged: "some\.ckpt\.index" is damaged: /);
  });

  test("of version 2 where one bit of its data is another", () => {
    for (let at = 0; at < shard.length - 8; at++) {
      const flipped = Uint8Array.from(shard);
      flipped[at]! ^= 4;
      expect(() => readV2(index, flipped)).toThrow(/^weights\/damaged: .* the checksum of "/);
    }
  });

  test("of version 2 with a tensor in pieces", () => {
    const records = [first, withField(second, (m) => m.message(7, () => {}))];
    expect(() => readV2(records)).toThrow(/^weights\/checkpoint-not-read: .*with "a\/bfloat16" in several pieces/);
  });

  test("of version 2 of a machine with the other order of bytes", () => {
    const records = [withField(first, (m) => m.int(2, 1)), second];
    expect(() => readV2(records)).toThrow(/^weights\/checkpoint-not-read: .*highest bytes first/);
  });

  test("of objects, with what to do", () => {
    const { index } = bundleOf([{ ...float!, name: "layer/kernel/.ATTRIBUTES/VARIABLE_VALUE" }]);
    expect(() => readV2(index)).toThrow(/^weights\/object-checkpoint: .*save_weights\("inception-v4\.weights\.h5"\)/s);
  });

  test("of thousands of tensors in the same bytes, before all are summed", () => {
    const bytes = new Uint8Array(2 ** 20);
    const same = bundleOf([{ name: "", shape: [2 ** 18], type: 1, bytes }]).index[1]![1];
    const names = Array.from({ length: 5000 }, (_, i) => keyOf(String(i).padStart(5, "0")));
    const records = [first, ...names.map((name) => [name, same] as const)];
    expect(() => readV2(records, bytes)).toThrow(/^weights\/damaged: .*"00001" should have 1048576 bytes at byte 0/);
  });
});

function nothing(): Uint8Array {
  return new Uint8Array(0);
}

function few(slice: MessageWriter): void {
  slice.message(3, (numbers) => numbers.bytes(5, new Uint8Array(8)));
}

type Change = (bytes: Uint8Array, random: Stream) => Uint8Array;

/** Numbers that lie about lengths, places and axes. */
const lies: readonly (readonly number[])[] = [
  [0],
  [0x7f],
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
];

const damage: Change = (bytes, random) => {
  const at = whole(random, 0, Math.max(0, bytes.length - 1));
  const kind = random();
  if (kind < 0.5) return Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ (1 << whole(random, 0, 7)) : byte));
  if (kind < 0.6) return bytes.slice(0, at);
  const inserted = kind < 0.9 ? lies[whole(random, 0, lies.length - 1)]! : [];
  return Uint8Array.of(...bytes.subarray(0, at), ...inserted, ...bytes.subarray(at + whole(random, 0, 2)));
};

/** A table of records of which some are changed: before they are put into blocks, within these, or as a file. */
function damagedTable(records: readonly WrittenRecord[], random: Stream): Uint8Array {
  const where = random();
  const one = whole(random, 0, records.length - 1);
  if (where < 0.5)
    return writeTable(records.map(([key, value], i) => [key, i === one ? damage(value, random) : value]));
  const blocks = Math.ceil(records.length / 3) + 2;
  const block = whole(random, 0, blocks - 1);
  if (where < 0.8) return writeTable(records, { change: (bytes, i) => (i === block ? damage(bytes, random) : bytes) });
  return damage(writeTable(records), random);
}

/** What becomes of readings: anything but an answer or one of our errors ends the test. */
function outcomes(rounds: number, reading: (round: number) => unknown) {
  const seen = { read: 0, refused: 0, behindChecksums: 0 };
  for (let round = 0; round < rounds; round++) {
    try {
      reading(round);
      seen.read++;
    } catch (error) {
      if (!(error instanceof ReinceptionError)) throw error;
      expect(error.code).toMatch(/^weights\/(damaged|checkpoint-not-read|checkpoint-part|object-checkpoint)$/);
      seen.refused++;
      if (!error.message.includes("the checksum of the block")) seen.behindChecksums++;
    }
  }
  return seen;
}

describe("whatever is changed, a checkpoint is read or refused in words", () => {
  test("version 1", () => {
    const random = stream(1, "version 1");
    const records = slicesOf(tensors);
    const seen = outcomes(10_000, () => {
      const { tensors } = readCheckpoint(damagedTable(records, random), "x", () => expect.unreachable());
      for (const { shape, values } of tensors.values())
        expect(values.length).toBe(shape.reduce((count, axis) => count * axis, 1));
    });
    expect(seen.read).toBeGreaterThan(300);
    expect(seen.behindChecksums).toBeGreaterThan(2000);
  });

  test("version 2", () => {
    const random = stream(1, "version 2");
    const seen = outcomes(10_000, () => {
      const data = random() < 0.1 ? damage(shard, random) : shard;
      const { tensors } = readCheckpoint(damagedTable(index, random), "x", () => data);
      for (const { shape, values } of tensors.values())
        expect(values.length).toBe(shape.reduce((count, axis) => count * axis, 1));
    });
    expect(seen.read).toBeGreaterThan(300);
    expect(seen.behindChecksums).toBeGreaterThan(2000);
  });

  test.each(["inception_v4.ckpt", "inception_v4-v2.ckpt.index"])("TensorFlow's own: %s", (name) => {
    const files = new URL("../../test/fixtures/files/", import.meta.url);
    const whole = new Uint8Array(readFileSync(new URL(name, files)));
    const data = readFileSync(new URL("inception_v4-v2.ckpt.data-00000-of-00001", files));
    const random = stream(1, name);
    expect(readCheckpoint(whole, name, () => data).tensors.size).toBe(608);
    const seen = outcomes(60, () => {
      const at = Math.floor(random() * whole.length);
      const table =
        random() < 0.5 ? whole.subarray(0, at) : whole.with(at, whole[at]! ^ (1 << Math.floor(random() * 8)));
      readCheckpoint(table, name, () => data);
    });
    expect(seen.refused).toBeGreaterThan(55);
  });
});
