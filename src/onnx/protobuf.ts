// Protocol buffers' wire format, as far as ONNX needs it. The same message gives the same bytes; large arrays are copied
// once when a message is written, and not at all when it is read. Knows nothing of ONNX.

import { fail } from "../errors.ts";

/** Writes the fields of one message in the order in which they are said. */
export interface MessageWriter {
  /** A whole number of at most 2^53 in magnitude. */
  int(field: number, value: number): void;
  float(field: number, value: number): void;
  text(field: number, value: string): void;
  bytes(field: number, value: Uint8Array): void;
  packedInts(field: number, values: readonly number[]): void;
  message(field: number, write: (inner: MessageWriter) => void): void;
}

const [varint, fixed64, delimited, fixed32] = [0, 1, 2, 5] as const;

export function writeMessage(write: (message: MessageWriter) => void): Uint8Array {
  const { chunks, length } = collect(write);
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function collect(write: (message: MessageWriter) => void): { chunks: readonly Uint8Array[]; length: number } {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const put = (chunk: Uint8Array) => {
    chunks.push(chunk);
    length += chunk.length;
  };
  const tag = (field: number, wireType: number) => put(varintBytes(field * 8 + wireType));
  const bytes = (field: number, value: Uint8Array) => {
    tag(field, delimited);
    put(varintBytes(value.length));
    put(value);
  };
  write({
    int(field, value) {
      tag(field, varint);
      put(varintBytes(value));
    },
    float(field, value) {
      tag(field, fixed32);
      put(new Uint8Array(new Float32Array([value]).buffer));
    },
    text: (field, value) => bytes(field, new TextEncoder().encode(value)),
    bytes,
    packedInts: (field, values) => bytes(field, Uint8Array.from(values.flatMap((value) => [...varintBytes(value)]))),
    message(field, writeInner) {
      const inner = collect(writeInner);
      tag(field, delimited);
      put(varintBytes(inner.length));
      for (const chunk of inner.chunks) chunks.push(chunk);
      length += inner.length;
    },
  });
  return { chunks, length };
}

/** Seven bits a byte, lowest first; negative numbers as their 64-bit two's complement. */
function varintBytes(value: number): Uint8Array {
  if (!Number.isInteger(value) || Math.abs(value) > 2 ** 53)
    throw new Error(`internal: ${value} is not written as an integer`);
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

/** What one message holds, by the numbers of its fields. Where one value is asked for and several stand, the last counts. */
export interface MessageReader {
  /** 0 where the field is missing; exact up to 2^53, which no length or index of ours exceeds. */
  int(field: number): number;
  /** Packed or one by one. */
  ints(field: number): readonly number[];
  /** The same, exact and without a limit on how many: for data. */
  longs(field: number): BigInt64Array;
  floats(field: number): readonly number[];
  /** Numbers of fixed size as they lie there, packed or one by one. */
  fixed(field: number): Uint8Array;
  /** Empty where the field is missing. */
  text(field: number): string;
  texts(field: number): readonly string[];
  /** A view on what was read. */
  bytes(field: number): Uint8Array | undefined;
  message(field: number): MessageReader | undefined;
  messages(field: number): readonly MessageReader[];
}

/**
 * Most fields and list elements of a file, all messages together. A field of two bytes takes some hundred in memory, so
 * without a limit a file of nothing else could take a hundred times its size.
 */
const mostFields = 2 ** 18;

/**
 * Reads a message. The messages in it are read when they are asked for, so one that nobody asks for may hold anything.
 *
 * @throws onnx/damaged when a length, a tag or the kind of a field does not fit, or when there are too many fields
 */
export function readMessage(bytes: Uint8Array): MessageReader {
  let left = mostFields;
  const spend = (count: number) => {
    left -= count;
    if (left < 0) damaged(`more than ${mostFields} fields`);
  };

  function open(message: Uint8Array): MessageReader {
    const fields = readFields(message, spend);
    const all = (number: number) => fields.filter((field) => field.number === number);
    const only = (number: number, kinds: readonly Field["kind"][]) =>
      all(number).map(({ kind, bytes }) =>
        kinds.includes(kind) ? bytes : damaged(`field ${number} is of another kind`),
      );
    const parts = (number: number) => only(number, ["bytes"]);
    const texts = (number: number) => parts(number).map((part) => decoder.decode(part));
    const messages = (number: number) => parts(number).map(open);
    const longs = (number: number) => varintsIn(joined(only(number, ["int", "bytes"])));
    const fixed = (number: number) => joined(only(number, ["fixed", "bytes"]));
    const listed = <T>(numbers: Iterable<T> & { readonly length: number }) => {
      spend(numbers.length);
      return [...numbers];
    };
    return {
      int: (number) => Number(varintsIn(only(number, ["int"]).at(-1) ?? new Uint8Array(1))[0]),
      ints: (number) => listed(longs(number)).map(Number),
      longs,
      floats: (number) => listed(float32s(fixed(number))),
      fixed,
      text: (number) => texts(number).at(-1) ?? "",
      texts,
      bytes: (number) => parts(number).at(-1),
      message: (number) => messages(number).at(-1),
      messages,
    };
  }
  return open(bytes);
}

// a byte order mark at the beginning of a name is part of it
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A field as it lies in a message: its number, what kind of value it holds, and the bytes of that value. */
interface Field {
  readonly number: number;
  readonly kind: "int" | "bytes" | "fixed";
  readonly bytes: Uint8Array;
}

function readFields(bytes: Uint8Array, spend: (count: number) => void): readonly Field[] {
  const fields: Field[] = [];
  const reader = { bytes, at: 0 };
  while (reader.at < bytes.length) {
    spend(1);
    const tag = Number(readVarint(reader));
    const [number, wireType] = [Math.floor(tag / 8), tag % 8];
    if (number <= 0) return damaged(`a field without a number at byte ${reader.at}`);
    if (wireType === varint) {
      const start = reader.at;
      readVarint(reader);
      fields.push({ number, kind: "int", bytes: bytes.subarray(start, reader.at) });
    } else if (wireType === delimited) {
      fields.push({ number, kind: "bytes", bytes: take(reader, Number(readVarint(reader))) });
    } else if (wireType === fixed32) fields.push({ number, kind: "fixed", bytes: take(reader, 4) });
    else if (wireType === fixed64) fields.push({ number, kind: "fixed", bytes: take(reader, 8) });
    else return damaged(`wire type ${wireType} at byte ${reader.at}`);
  }
  return fields;
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

function varintsIn(bytes: Uint8Array): BigInt64Array {
  const values = new BigInt64Array(bytes.reduce((count, byte) => (byte < 0x80 ? count + 1 : count), 0));
  const reader = { bytes, at: 0 };
  for (let i = 0; reader.at < bytes.length; i++) values[i] = BigInt(readVarint(reader));
  return values;
}

/** Signed 64 bits; a number where it has at most four bytes, which nearly all have. */
function readVarint(reader: Reader): number | bigint {
  let low = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = reader.bytes[reader.at++];
    if (byte === undefined) return damaged("it ends inside a number");
    low += (byte & 0x7f) << shift;
    if (byte < 0x80) return low;
  }
  let value = BigInt(low);
  for (let shift = 28n; shift < 70n; shift += 7n) {
    const byte = reader.bytes[reader.at++];
    if (byte === undefined) return damaged("it ends inside a number");
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asIntN(64, value);
  }
  return damaged(`a number of more than ten bytes at byte ${reader.at}`);
}

function take(reader: Reader, length: number): Uint8Array {
  const end = reader.at + length;
  if (length < 0 || end > reader.bytes.length)
    return damaged(`${length} bytes are announced at byte ${reader.at}, but it ends before`);
  const part = reader.bytes.subarray(reader.at, end);
  reader.at = end;
  return part;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Copied, because they need not begin at a multiple of four; by a new array, because a Buffer's slice copies nothing. */
function float32s(bytes: Uint8Array): Float32Array {
  if (bytes.length % 4 !== 0) return damaged(`${bytes.length} bytes of numbers of four bytes`);
  return new Float32Array(new Uint8Array(bytes).buffer);
}

export function damaged(what: string): never {
  return fail("onnx/damaged", { what });
}
