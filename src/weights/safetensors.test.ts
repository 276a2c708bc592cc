import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ReinceptionError } from "../errors.ts";
import { type ElementType, elementSizes } from "./element-types.ts";
import { readSafetensors, type StoredTensor, writeSafetensors } from "./safetensors.ts";

const types = Object.keys(elementSizes) as ElementType[];
const tensor: fc.Arbitrary<StoredTensor> = fc
  .tuple(fc.constantFrom(...types), fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }))
  .chain(([dtype, shape]) => {
    const length = shape.reduce((size, axis) => size * axis, elementSizes[dtype]);
    return fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => ({ dtype, shape, bytes }));
  });
const name = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("__proto__", "12", "constructor", 'a"b\\'));
const tensors = fc
  .uniqueArray(fc.tuple(name, tensor), { selector: ([name]) => name, maxLength: 6 })
  .map((entries) => new Map(entries.filter(([name]) => name !== "__metadata__")));
const metadata = fc.dictionary(name, fc.string({ unit: "grapheme" }));

const sample = new Map<string, StoredTensor>([
  ["b", { dtype: "F32", shape: [2], bytes: new Uint8Array([0, 0, 128, 63, 0, 0, 0, 64]) }],
  ["a", { dtype: "F16", shape: [1, 3], bytes: new Uint8Array([0, 60, 0, 64, 0, 66]) }],
  ["steps", { dtype: "I64", shape: [], bytes: new Uint8Array([7, 0, 0, 0, 0, 0, 0, 0]) }],
]);

/** A file with this header, whatever it says, over `dataBytes` zeros. */
function fileWith(header: string | Uint8Array, dataBytes: number, headerBytes?: bigint): Uint8Array {
  const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + text.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, headerBytes ?? BigInt(text.length), true);
  file.set(text, 8);
  return file;
}

const entry = (begin: number, end: number, shape = `[${end - begin}]`) =>
  `{"dtype":"U8","shape":${shape},"data_offsets":[${begin},${end}]}`;

describe("safetensors", () => {
  test("what is written is read again", () => {
    fc.assert(
      fc.property(tensors, metadata, (tensors, metadata) => {
        const read = readSafetensors(writeSafetensors(tensors, metadata), "file");
        const sorted = (map: ReadonlyMap<string, StoredTensor>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
        expect(sorted(read.tensors)).toEqual(sorted(tensors));
        expect(Object.entries(read.metadata).sort()).toEqual(Object.entries(metadata).sort());
      }),
    );
  });

  test("the order in which tensors and metadata are given does not change the file", () => {
    fc.assert(
      fc.property(tensors, metadata, (tensors, metadata) => {
        const file = writeSafetensors(tensors, metadata);
        const reversed = Object.fromEntries(Object.entries(metadata).reverse());
        expect(writeSafetensors(new Map([...tensors].reverse()), reversed)).toEqual(file);
      }),
    );
  });

  test("the bytes are those of the reference implementation", () => {
    const header =
      '{"__metadata__":{"format":"pt"},"steps":{"dtype":"I64","shape":[],"data_offsets":[0,8]},' +
      '"b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]},"a":{"dtype":"F16","shape":[1,3],"data_offsets":[16,22]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    const expected = fileWith(padded, 22);
    expected.set([7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 64, 0, 60, 0, 64, 0, 66], 8 + padded.length);
    expect(writeSafetensors(sample, { format: "pt" })).toEqual(expected);
  });

  test("tensors are views into the file, wherever it lies", () => {
    const file = writeSafetensors(sample);
    const shifted = new Uint8Array(file.length + 3).subarray(3);
    shifted.set(file);
    for (const { bytes } of readSafetensors(shifted, "file").tensors.values())
      expect(bytes.buffer).toBe(shifted.buffer);
    expect(readSafetensors(shifted, "file")).toEqual(readSafetensors(file, "file"));
  });

  test("a name may be anything, and blanks may follow the header", () => {
    const file = fileWith(`{ "__proto__" : ${entry(0, 2)} , "\\u0041" : ${entry(2, 3)}}   `, 3);
    expect([...readSafetensors(file, "file").tensors.keys()]).toEqual(["__proto__", "A"]);
  });
});

describe("a safetensors file is refused", () => {
  const cases: readonly (readonly [why: string, file: Uint8Array, message: RegExp])[] = [
    ["empty", new Uint8Array(0), /0 bytes long/],
    ["shorter than its length", new Uint8Array(7), /7 bytes long/],
    ["header beyond the end", fileWith("{}", 0, 3n), /header should be 3 bytes/],
    ["header of 2^64 - 1 bytes", fileWith("{}", 0, 2n ** 64n - 1n), /header should be/],
    ["no header", fileWith("", 4), /does not begin with/],
    ["header is a list", fileWith("[]", 0), /does not begin with/],
    ["blank before the header", fileWith(" {}", 0), /does not begin with/],
    ["not JSON", fileWith("{]", 0), /not JSON/],
    ["not UTF-8", fileWith(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), 0), /not UTF-8/],
    ["a name twice", fileWith(`{"a":${entry(0, 0)},"a":${entry(0, 0)}}`, 0), /"a" occurs twice/],
    [
      "a name twice, spelt differently",
      fileWith(`{"a":${entry(0, 0)},"\\u0061"\n:${entry(0, 0)}}`, 0),
      /"a" occurs twice/,
    ],
    ["a hole", fileWith(`{"a":${entry(0, 1)},"b":${entry(2, 3)}}`, 3), /bytes 1 to 2/],
    ["a hole at the start", fileWith(`{"a":${entry(1, 3)}}`, 3), /bytes 0 to 1/],
    ["an overlap", fileWith(`{"a":${entry(0, 2)},"b":${entry(1, 3)}}`, 3), /bytes 1 to 2/],
    ["two tensors in one place", fileWith(`{"a":${entry(0, 2)},"b":${entry(0, 2)}}`, 2), /bytes 0 to 2/],
    ["data cut off", fileWith(`{"a":${entry(0, 9)}}`, 8), /ends within the tensor "a"/],
    ["data left over", fileWith(`{"a":${entry(0, 9)}}`, 10), /1 bytes at its end/],
    [
      "a shape of another size",
      fileWith(`{"a":${entry(0, 6, "[2,2]")}}`, 6),
      /"a" has 6 bytes where its shape needs 4/,
    ],
    ["a shape beyond all numbers", fileWith(`{"a":${entry(0, 6, "[9007199254740991,9007199254740991]")}}`, 6), /needs/],
    ["a negative axis", fileWith(`{"a":${entry(0, 6, "[-2,-3]")}}`, 6), /"a" has no shape/],
    ["half an axis", fileWith(`{"a":${entry(0, 6, "[0.5,12]")}}`, 6), /"a" has no shape/],
    ["places that run backwards", fileWith(`{"a":${entry(6, 0, "[6]")}}`, 6), /"a" has -6 bytes/],
    ["no places", fileWith('{"a":{"dtype":"U8","shape":[0]}}', 0), /"a" has no place/],
    ["metadata that is no text", fileWith('{"__metadata__":{"a":1}}', 0), /metadata is not text/],
    ["metadata that is a list", fileWith('{"__metadata__":["a"]}', 0), /metadata is not text/],
    ["an entry that is no object", fileWith('{"a":null}', 0), /"a" is not described/],
    ["lists within lists", fileWith('{"a":{"shape":[[]]}}', 0), /lists within lists/],
    ["an unknown element type", fileWith('{"a":{"dtype":"F4","shape":[],"data_offsets":[0,1]}}', 1), /type F4/],
    [
      "an inherited element type",
      fileWith('{"a":{"dtype":"toString","shape":[],"data_offsets":[0,1]}}', 1),
      /toString/,
    ],
  ];
  test.each(cases)("%s", (_, file, message) => {
    expect(() => readSafetensors(file, "some.safetensors")).toThrow(message);
    expect(() => readSafetensors(file, "some.safetensors")).toThrow(/^weights\/(damaged|element-type): /);
  });

  test("a header longer than any reader takes", () => {
    const file = new Uint8Array(33_600_010).fill(0x20);
    new DataView(file.buffer).setBigUint64(0, 33_600_001n, true);
    file[8] = 0x7b;
    expect(() => readSafetensors(file, "file")).toThrow(/header is 33600001 bytes long/);
  });

  test("whatever is changed in a file, it is read within its own size or refused as damaged", () => {
    const valid = writeSafetensors(sample, { format: "pt", note: 'say "no"' });
    const position = fc.nat(valid.length - 1);
    const numbers = fc.constantFrom("0", "-1", "7", "1e308", "4294967296", "9007199254740993", "null", '"', "{", "]");
    const inHeader = fc.tuple(fc.nat(40), numbers).map(([at, text]) => {
      const header = new TextDecoder().decode(valid.subarray(8, valid.length - 22));
      let seen = 0;
      return fileWith(
        header.replace(/\d+/g, (digits) => (seen++ === at % 12 ? text : digits)),
        22,
      );
    });
    const mutants = fc.oneof(
      position.map((length) => valid.slice(0, length)),
      fc.array(fc.tuple(position, fc.nat(255)), { minLength: 1, maxLength: 4 }).map((changes) => {
        const file = valid.slice();
        for (const [at, byte] of changes) file[at] = byte;
        return file;
      }),
      fc.tuple(position, fc.uint8Array({ maxLength: 9 })).map(([at, extra]) => {
        return Uint8Array.of(...valid.subarray(0, at), ...extra, ...valid.subarray(at));
      }),
      fc.uint8Array({ maxLength: 64 }),
      inHeader,
    );
    let refused = 0;
    fc.assert(
      fc.property(mutants, (file) => {
        try {
          const { tensors } = readSafetensors(file, "file");
          const total = [...tensors.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
          expect(total).toBeLessThanOrEqual(file.length);
          for (const { bytes } of tensors.values()) expect(bytes.buffer).toBe(file.buffer);
        } catch (error) {
          if (!(error instanceof ReinceptionError)) throw error;
          expect(error.code).toMatch(/^weights\/(damaged|element-type)$/);
          refused++;
        }
      }),
      { numRuns: 10_000 },
    );
    expect(refused).toBeGreaterThan(1000);
  });
});
