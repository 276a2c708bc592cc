import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ReinceptionError } from "../errors.ts";
import { type MessageReader, type MessageWriter, readMessage, writeMessage } from "./protobuf.ts";

/** Bytes as they are written in the documents of protocol buffers: "08 96 01". */
function hex(text: string): Uint8Array {
  return Uint8Array.from(text.split(" ").filter(Boolean), (byte) => Number.parseInt(byte, 16));
}

/** The error that a call ends with. */
function complaint(call: () => unknown): ReinceptionError {
  try {
    call();
  } catch (error) {
    if (error instanceof ReinceptionError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const sevenZeros = "80 80 80 80 80 80 80";
const eightOnes = "ff ff ff ff ff ff ff ff";

/** What is written, and how it lies: protobuf.dev/programming-guides/encoding, and whole numbers around the bounds. */
const known: readonly [name: string, write: (m: MessageWriter) => void, bytes: string][] = [
  ["a whole number", (m) => m.int(1, 150), "08 96 01"],
  ["a text", (m) => m.text(2, "testing"), "12 07 74 65 73 74 69 6e 67"],
  ["a text beyond ASCII", (m) => m.text(2, "é🐦"), "12 06 c3 a9 f0 9f 90 a6"],
  ["a message in a message", (m) => m.message(3, (inner) => inner.int(1, 150)), "1a 03 08 96 01"],
  ["packed numbers", (m) => m.packedInts(6, [3, 270, 86942]), "32 06 03 8e 02 9e a7 05"],
  ["a number of fixed size", (m) => m.float(5, 1), "2d 00 00 80 3f"],
  ["bytes", (m) => m.bytes(9, hex("00 ff")), "4a 02 00 ff"],
  ["an empty message", (m) => m.message(7, () => {}), "3a 00"],
  ["a field above 15", (m) => m.int(20, 7), "a0 01 07"],
  ["zero", (m) => m.int(1, 0), "08 00"],
  ["127", (m) => m.int(1, 127), "08 7f"],
  ["128", (m) => m.int(1, 128), "08 80 01"],
  ["2^53", (m) => m.int(1, 2 ** 53), `08 ${sevenZeros} 10`],
  ["-2^53", (m) => m.int(1, -(2 ** 53)), `08 ${sevenZeros} f0 ff 01`],
  ["-1", (m) => m.int(1, -1), `08 ${eightOnes} ff 01`],
  ["-2", (m) => m.int(1, -2), "08 fe ff ff ff ff ff ff ff ff 01"],
];

describe("the wire format", () => {
  test.each(known)("%s", (_, write, bytes) => expect(writeMessage(write)).toEqual(hex(bytes)));

  test("fields lie in the order in which they are said", () => {
    const write = (m: MessageWriter) => {
      m.int(2, 1);
      m.message(1, (inner) => inner.text(1, "a"));
      m.int(2, 3);
    };
    expect(writeMessage(write)).toEqual(hex("10 01 0a 03 0a 01 61 10 03"));
  });

  test.each([2 ** 53 + 2, -(2 ** 53) - 2, Number.POSITIVE_INFINITY, Number.NaN, 0.5])("%s is no int", (value) => {
    expect(() => writeMessage((m) => m.int(1, value))).toThrow(`internal: ${value} is not written as an integer`);
  });
});

const wholeNumber = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.constantFrom(2 ** 53, -(2 ** 53), 0, 127, 128, -1));

describe("what is written is read", () => {
  test("whole numbers: one, packed, and one by one", () => {
    const claim = (values: readonly number[]) => {
      const message = readMessage(
        writeMessage((m) => {
          m.packedInts(1, values);
          for (const value of values) m.int(2, value);
        }),
      );
      expect(message.ints(1)).toEqual(values);
      expect(message.ints(2)).toEqual(values);
      expect(message.longs(1)).toEqual(BigInt64Array.from(values, BigInt));
      expect(message.int(2)).toBe(values.at(-1));
    };
    fc.assert(fc.property(fc.array(wholeNumber, { minLength: 1 }), claim), { numRuns: 500 });
  });

  test("texts, bytes, floats and messages, each under its number", () => {
    const fields = fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 29 - 1 }), { minLength: 4, maxLength: 4 });
    const texts = fc.array(fc.string({ unit: "binary" }));
    const floats = fc.array(fc.float());
    const claim = ([a, b, c, d]: number[], text: string[], float: number[], data: Uint8Array) => {
      const message = readMessage(
        writeMessage((m) => {
          for (const value of text) m.text(a!, value);
          for (const value of float) m.float(b!, value);
          m.bytes(c!, data);
          for (const value of text) m.message(d!, (inner) => inner.text(a!, value));
        }),
      );
      expect(message.texts(a!)).toEqual(text);
      expect(message.text(a!)).toBe(text.at(-1) ?? "");
      expect(message.floats(b!)).toEqual(float);
      expect(message.fixed(b!)).toEqual(new Uint8Array(Float32Array.from(float).buffer));
      expect(message.bytes(c!)).toEqual(data);
      expect(message.messages(d!).map((inner) => inner.text(a!))).toEqual(text);
      expect(message.message(d!)?.text(a!)).toBe(text.at(-1));
    };
    fc.assert(fc.property(fields, texts, floats, fc.uint8Array(), claim), { numRuns: 300 });
  });

  test("numbers beyond 2^53 as longs", () => {
    const message = readMessage(hex(`08 ${eightOnes} 7f 08 ${sevenZeros} 80 80 01 08 81 ${sevenZeros} 10`));
    expect(message.longs(1)).toEqual(BigInt64Array.of(2n ** 63n - 1n, -(2n ** 63n), 2n ** 60n + 1n));
  });

  test("floats packed and one by one, in one list", () => {
    expect(readMessage(hex("3d 00 00 80 3f 3a 08 00 00 00 40 00 00 40 c0 3d 00 00 00 3f")).floats(7)).toEqual([
      1, 2, -3, 0.5,
    ]);
  });

  test("floats in a Buffer, whose slices are views", () => {
    expect(readMessage(Buffer.from(hex("08 01 3d 00 00 80 3f"))).floats(7)).toEqual([1]);
  });

  test("numbers longer than they need to be", () => {
    expect(readMessage(hex("08 81 80 80 80 80 00")).int(1)).toBe(1);
  });

  test("the last of several, where one is asked for", () => {
    const message = readMessage(hex("08 01 12 01 61 08 02 12 01 62"));
    expect([message.int(1), message.text(2), message.bytes(2)]).toEqual([2, "b", hex("62")]);
  });

  test("nothing where nothing stands", () => {
    const message = readMessage(hex(""));
    expect([message.int(1), message.text(1), message.bytes(1), message.message(1)]).toEqual([
      0,
      "",
      undefined,
      undefined,
    ]);
    expect([message.ints(1), message.floats(1), message.texts(1), message.messages(1)]).toEqual([[], [], [], []]);
    expect([message.longs(1).length, message.fixed(1).length]).toEqual([0, 0]);
  });

  test("bytes without a copy", () => {
    const whole = hex("08 01 12 02 61 62");
    const view = readMessage(whole).bytes(2)!;
    expect([view.buffer === whole.buffer, view.byteOffset, view.length]).toEqual([true, 4, 2]);
  });

  test("a message that nobody asks for may hold anything", () => {
    const message = readMessage(hex("0a 02 ff ff 10 05"));
    expect(message.int(2)).toBe(5);
    expect(complaint(() => message.message(1)).code).toBe("onnx/damaged");
  });
});

const most = 2 ** 18;

describe("a small file does not take much memory", () => {
  const fields = (count: number) => Uint8Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? 8 : 1));

  test(`${most} fields are read, one more is not`, () => {
    expect(readMessage(fields(most)).int(1)).toBe(1);
    expect(complaint(() => readMessage(fields(most + 1))).message).toContain(`more than ${most} fields`);
  });

  test("fields of messages inside count too", () => {
    const half = fields(most / 2);
    const twice = writeMessage((m) => {
      m.bytes(1, half);
      m.bytes(1, half.subarray(0, half.length - 4));
    });
    const thrice = writeMessage((m) => {
      for (let i = 0; i < 3; i++) m.bytes(1, half);
    });
    expect(readMessage(twice).messages(1)).toHaveLength(2);
    expect(complaint(() => readMessage(thrice).messages(1)).message).toContain(`more than ${most} fields`);
  });

  test("so do elements of lists, but not those of data", () => {
    const list = (length: number) => readMessage(writeMessage((m) => m.bytes(1, new Uint8Array(length))));
    expect(list(most - 1).ints(1)).toHaveLength(most - 1);
    expect(complaint(() => list(most).ints(1)).code).toBe("onnx/damaged");
    expect(complaint(() => list(4 * most).floats(1)).code).toBe("onnx/damaged");
    expect(list(4 * most).longs(1)).toHaveLength(4 * most);
    expect(list(4 * most).fixed(1)).toHaveLength(4 * most);
  });
});

const askInt = (m: MessageReader) => m.int(1);

/** Bytes, what is asked of them, and what is said. */
const damages: readonly [bytes: string, ask: (m: MessageReader) => unknown, what: string][] = [
  ["08", askInt, "it ends inside a number"],
  ["08 80", askInt, "it ends inside a number"],
  ["88", askInt, "it ends inside a number"],
  [`08 ${eightOnes} ff ff 01`, askInt, "a number of more than ten bytes at byte 11"],
  ["12 05 61 62", askInt, "5 bytes are announced at byte 2, but it ends before"],
  [`12 ${eightOnes} ff 01`, askInt, "-1 bytes are announced at byte 11, but it ends before"],
  [`12 ${eightOnes} 7f 61`, askInt, "bytes are announced at byte 10, but it ends before"],
  ["0d 00 00 80", askInt, "4 bytes are announced at byte 1, but it ends before"],
  ["09 00 00 00 00 00 00 00", askInt, "8 bytes are announced at byte 1, but it ends before"],
  ["0b", askInt, "wire type 3 at byte 1"],
  ["0c", askInt, "wire type 4 at byte 1"],
  ["08 00 0e 00", askInt, "wire type 6 at byte 3"],
  ["0f 00", askInt, "wire type 7 at byte 1"],
  ["00 00", askInt, "a field without a number at byte 1"],
  [`${eightOnes} ff 01`, askInt, "a field without a number at byte 10"],
  ["0a 01 61", askInt, "field 1 is of another kind"],
  ["08 01", (m) => m.text(1), "field 1 is of another kind"],
  ["08 01", (m) => m.message(1), "field 1 is of another kind"],
  ["08 01", (m) => m.floats(1), "field 1 is of another kind"],
  ["0d 00 00 80 3f", (m) => m.ints(1), "field 1 is of another kind"],
  ["0a 05 00 00 80 3f 00", (m) => m.floats(1), "5 bytes of numbers of four bytes"],
  ["0a 02 01 80", (m) => m.ints(1), "it ends inside a number"],
];

describe("damage is said", () => {
  test.each(damages)("%s", (bytes, ask, what) => {
    const { code, message } = complaint(() => ask(readMessage(hex(bytes))));
    expect(code).toBe("onnx/damaged");
    expect(message).toContain(what);
  });

  test("any bytes are a message, or damaged", () => {
    const tags = fc.constantFrom(0x08, 0x09, 0x0a, 0x0d, 0x12, 0x80, 0x01, 0xff);
    const bytes = fc.array(fc.oneof(tags, fc.nat({ max: 255 })), { maxLength: 60 }).map((all) => Uint8Array.from(all));
    const asks: readonly ((m: MessageReader) => unknown)[] = [
      (m) => m.int(1),
      (m) => m.ints(1),
      (m) => m.longs(1),
      (m) => m.floats(1),
      (m) => m.fixed(1),
      (m) => m.texts(1),
      (m) => m.bytes(1),
      (m) => m.messages(1).map((inner) => inner.texts(1)),
    ];
    const seen = { read: 0, damaged: 0 };
    const claim = (whole: Uint8Array, ask: (m: MessageReader) => unknown) => {
      try {
        ask(readMessage(whole));
        seen.read++;
      } catch (error) {
        expect((error as ReinceptionError).code).toBe("onnx/damaged");
        seen.damaged++;
      }
    };
    fc.assert(fc.property(bytes, fc.constantFrom(...asks), claim), { numRuns: 3000 });
    expect(Math.min(seen.read, seen.damaged)).toBeGreaterThan(100);
  });
});
