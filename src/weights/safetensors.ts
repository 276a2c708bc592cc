// Reading and writing safetensors: a length, a JSON header, the bytes of the tensors. Reading is strict, as files come
// from strangers: every byte belongs to exactly one tensor, and nothing is allocated that the file's own size does not
// cover.
//
// Format: github.com/huggingface/safetensors, README "Format". Numbers are little-endian, as on every machine Node runs
// on.

import { fail } from "../errors.ts";
import { type ElementType, elementSizes } from "./element-types.ts";
import { parseHeader } from "./safetensors-header.ts";

export interface StoredTensor {
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  /** Row-major. After reading, a view into the file. */
  readonly bytes: Uint8Array;
}

export interface Safetensors {
  /** In the order of their bytes in the file. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads a whole file. Tensors are views into `file`, not copies, and may lie at any byte offset.
 *
 * @param source - what messages call the file
 * @throws weights/damaged, weights/element-type
 */
export function readSafetensors(file: Uint8Array, source: string): Safetensors {
  const damaged = (reason: string): never => fail("weights/damaged", { source, reason });
  if (file.length < 8) return damaged(`it is ${file.length} bytes long`);
  const headerBytes = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  if (headerBytes > file.length - 8) return damaged(`its header should be ${headerBytes} bytes long, which it is not`);
  const header = parseHeader(file.subarray(8, 8 + headerBytes), source);
  const data = file.subarray(8 + headerBytes);

  let end = 0;
  const tensors = new Map<string, StoredTensor>();
  const entries = [...header.entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  for (const { name, dtype, shape, ...at } of entries) {
    if (at.begin !== end)
      return damaged(`bytes ${Math.min(at.begin, end)} to ${Math.max(at.begin, end)} belong to none or two`);
    if (at.end > data.length) return damaged(`it ends within the tensor "${name}"`);
    tensors.set(name, { dtype, shape, bytes: data.subarray(at.begin, at.end) });
    end = at.end;
  }
  if (end !== data.length) return damaged(`${data.length - end} bytes at its end belong to no tensor`);
  return { tensors, metadata: header.metadata };
}

/**
 * The bytes of a file, the same for the same tensors and metadata in whatever order they come: metadata by key, tensors
 * by falling element size and then by name, as the reference implementation writes them, so that each lies aligned.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const size = ([, { dtype }]: readonly [string, StoredTensor]) => elementSizes[dtype];
  const ordered = [...tensors].sort((a, b) => size(b) - size(a) || compare(a[0], b[0]));
  let end = 0;
  const entries = ordered.map(([name, { dtype, shape, bytes }]) => {
    const begin = end;
    end += bytes.length;
    return [name, { dtype, shape, data_offsets: [begin, end] }] as const;
  });
  const pairs = Object.entries(metadata).sort((a, b) => compare(a[0], b[0]));
  const first = pairs.length === 0 ? [] : [["__metadata__", Object.fromEntries(pairs)] as const];
  // Written entry by entry: an object would put names that look like numbers first.
  const json = [...first, ...entries].map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const header = new TextEncoder().encode(`{${json.join(",")}}`);
  const padded = Math.ceil(header.length / 8) * 8;

  const file = new Uint8Array(8 + padded + end).fill(0x20, 8 + header.length, 8 + padded);
  new DataView(file.buffer).setBigUint64(0, BigInt(padded), true);
  file.set(header, 8);
  entries.forEach(([, { data_offsets }], i) => {
    file.set(ordered[i]![1].bytes, 8 + padded + data_offsets[0]!);
  });
  return file;
}

/** By UTF-16 units, so that no locale has a say. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
