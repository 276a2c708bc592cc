// Files as torch.save writes them, and files as it never would: pickles put together opcode by opcode, the stream and the
// zip archive around them. Writes what it is told, however wrong.

import { deflateRawSync } from "node:zlib";

/** Bytes of a pickle: opcodes as characters or numbers, and what stands behind them. */
export type Piece = number | string | Uint8Array | readonly Piece[];

export function bytesOf(...pieces: readonly Piece[]): Uint8Array {
  const flat = (piece: Piece): readonly Uint8Array[] => {
    if (typeof piece === "number") return [Uint8Array.of(piece)];
    if (typeof piece === "string") return [Buffer.from(piece, "latin1")];
    return piece instanceof Uint8Array ? [piece] : piece.flatMap(flat);
  };
  return new Uint8Array(Buffer.concat(flat(pieces)));
}

/** Little-endian. */
export function numberBytes(value: number | bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 255n));
}

/** Protocol 2, around the opcodes of one value. */
export function pickled(...value: readonly Piece[]): Uint8Array {
  return bytesOf(0x80, 2, value, ".");
}

export function integer(value: number | bigint): Piece {
  return ["\x8a", 8, numberBytes(value, 8)];
}

export function text(value: string): Piece {
  const bytes = Buffer.from(value);
  return ["X", numberBytes(bytes.length, 4), bytes];
}

/** What Python would import; module and name. */
export function global(module: string, name: string): Piece {
  return `c${module}\n${name}\n`;
}

export function tuple(...items: readonly Piece[]): Piece {
  return ["(", items, "t"];
}

export function dictionary(...entries: readonly (readonly [key: Piece, value: Piece])[]): Piece {
  return ["}(", entries, "u"];
}

export function called(callee: Piece, ...args: readonly Piece[]): Piece {
  return [callee, tuple(...args), "R"];
}

export interface StorageId {
  readonly key?: string;
  readonly elements: number | bigint;
  /** `FloatStorage`, ... */
  readonly type?: string;
  readonly view?: Piece;
}

/** A reference to a storage; with `view` (None is "N") as streams have it. */
export function storage({ key = "0", elements, type = "FloatStorage", view }: StorageId): Piece {
  const id = [text("storage"), global("torch", type), text(key), text("cpu"), integer(elements)];
  return [tuple(...id, ...(view === undefined ? [] : [view])), "Q"];
}

type Counts = readonly (number | bigint)[];

export function tensor(from: Piece, offset: number | bigint, shape: Counts, strides: Counts): Piece {
  const hooks = called(global("collections", "OrderedDict"));
  const [shapeOf, stridesOf] = [tuple(...shape.map(integer)), tuple(...strides.map(integer))];
  const rebuild = global("torch._utils", "_rebuild_tensor_v2");
  return called(rebuild, from, integer(offset), shapeOf, stridesOf, "\x89", hooks);
}

/** The stream of torch 0.1.10 to 1.5. */
export function torchStream(pickle: Uint8Array, storages: Readonly<Record<string, StoredBytes>> = {}): Uint8Array {
  const sizes = dictionary([text("short"), integer(2)], [text("int"), integer(4)], [text("long"), integer(4)]);
  const machine = dictionary(
    [text("protocol_version"), integer(1001)],
    [text("little_endian"), "\x88"],
    [text("type_sizes"), sizes],
  );
  const entries = Object.entries(storages);
  const keys = ["](", entries.map(([key]) => text(key)), "e"];
  const stored = entries.map(([, { bytes, elements }]) => [numberBytes(elements, 8), bytes]);
  return bytesOf(
    pickled("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"),
    pickled("M", numberBytes(1001, 2)),
    pickled(machine),
    pickle,
    pickled(keys),
    stored,
  );
}

export interface StoredBytes {
  readonly bytes: Uint8Array;
  readonly elements: number | bigint;
}

/** The archive of torch 1.6 and later, with one entry for each storage. */
export function torchZip(pickle: Uint8Array, storages: Readonly<Record<string, Uint8Array>> = {}): Uint8Array {
  const data = Object.entries(storages).map(([key, bytes]): [string, Uint8Array] => [`model/data/${key}`, bytes]);
  const entries: Record<string, Uint8Array> = { "model/data.pkl": pickle, "model/byteorder": bytesOf("little") };
  return zipOf({ ...entries, ...Object.fromEntries(data), "model/version": bytesOf("3\n") });
}

/** Checksums are left at zero, and not looked at by readers of torch's files either. */
export function zipOf(entries: Readonly<Record<string, Uint8Array>>, packed = false): Uint8Array {
  const files: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [name, bytes] of Object.entries(entries)) {
    const body = packed ? deflateRawSync(bytes) : bytes;
    const sizes = [numberBytes(0, 8), numberBytes(body.length, 4), numberBytes(bytes.length, 4)];
    const head = bytesOf(20, 0, 0, 8, packed ? 8 : 0, 0, sizes, numberBytes(name.length, 2), 0, 0);
    const file = Buffer.concat([bytesOf("PK\x03\x04"), head, bytesOf(name), body]);
    directory.push(bytesOf("PK\x01\x02", 20, 0, head, numberBytes(0, 10), numberBytes(at, 4), name));
    files.push(file);
    at += file.length;
  }
  const listed = Buffer.concat(directory);
  const counts = [numberBytes(directory.length, 2), numberBytes(directory.length, 2)];
  const end = bytesOf("PK\x05\x06", numberBytes(0, 4), counts, numberBytes(listed.length, 4), numberBytes(at, 4), 0, 0);
  return Uint8Array.from(Buffer.concat([...files, listed, end]));
}
