// Protocol buffers' wire format, as far as ONNX needs it. The same message gives the same bytes; large arrays are copied
// once, when everything is put together. Knows nothing of ONNX.

import { fail } from "../errors.ts";

/** Writes the fields of one message in the order in which they are said. */
export interface MessageWriter {
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
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

/** A field as it lies in a message: its number and what it holds. */
export type Field =
  | { readonly number: number; readonly kind: "int"; readonly value: number }
  | { readonly number: number; readonly kind: "bytes"; readonly value: Uint8Array }
  | { readonly number: number; readonly kind: "fixed"; readonly value: Uint8Array };

/**
 * The fields of a message, as views on its bytes.
 *
 * @throws onnx/damaged when a length or a tag does not fit; no more is read than `bytes` holds
 */
export function* readFields(bytes: Uint8Array): Generator<Field> {
  const reader = { bytes, at: 0 };
  while (reader.at < bytes.length) {
    const tag = readVarint(reader);
    const [number, wireType] = [Math.floor(tag / 8), tag % 8];
    if (number === 0) return damaged(`a field without a number at byte ${reader.at}`);
    if (wireType === varint) yield { number, kind: "int", value: readVarint(reader) };
    else if (wireType === delimited) yield { number, kind: "bytes", value: take(reader, readVarint(reader)) };
    else if (wireType === fixed32) yield { number, kind: "fixed", value: take(reader, 4) };
    else if (wireType === fixed64) yield { number, kind: "fixed", value: take(reader, 8) };
    else return damaged(`wire type ${wireType} at byte ${reader.at}`);
  }
}

/** The integers of a packed field, or the one of a plain field. */
export function intsOf(field: Field): readonly number[] {
  if (field.kind === "int") return [field.value];
  if (field.kind === "fixed") return damaged("a fixed number where integers are expected");
  const reader = { bytes: field.value, at: 0 };
  const values: number[] = [];
  while (reader.at < field.value.length) values.push(readVarint(reader));
  return values;
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

/** Signed 64 bits, as a number: exact up to 2^53, which no length or index of ours exceeds. */
function readVarint(reader: Reader): number {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = reader.bytes[reader.at++];
    if (byte === undefined) return damaged("it ends inside a number");
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return Number(BigInt.asIntN(64, value));
  }
  return damaged(`a number of more than ten bytes at byte ${reader.at}`);
}

function take(reader: Reader, length: number): Uint8Array {
  const end = reader.at + length;
  if (length < 0 || end > reader.bytes.length) return damaged(`${length} bytes are announced at byte ${reader.at}, but it ends before`);
  const part = reader.bytes.subarray(reader.at, end);
  reader.at = end;
  return part;
}

export function damaged(what: string): never {
  return fail("onnx/damaged", { what });
}
