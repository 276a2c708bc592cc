// The stream that torch.save wrote until torch 1.5: five pickles in a row (magic number, version, machine, what was saved,
// keys of storages), then the storages in the order of the keys. Every byte of the file belongs to one of them.

import { fail } from "../errors.ts";
import { elementSizes } from "./element-types.ts";
import { isDictionary, isSequence, type Pickled, type Storage } from "./pickle-values.ts";
import type { TorchContent } from "./pytorch-zip.ts";
import { readTorchPickle, type TorchPickle } from "./torch-names.ts";

const magicNumber = 0x1950a86a20f9469cfc6cn;
const version = 1001;

/** @throws weights/damaged, weights/byte-order, weights/foreign-object */
export function openTorchStream(file: Uint8Array, source: string): TorchContent {
  const damaged = (reason: string): never => fail("weights/damaged", { source, reason });
  let at = 0;
  const next = (): TorchPickle => {
    const pickle = readTorchPickle(file, at, source);
    at = pickle.end;
    return pickle;
  };
  if (next().value !== magicNumber) return damaged("it does not begin with torch's number");
  if (next().value !== version) return damaged(`it is not of version ${version}`);
  const machine = next().value;
  if (!isDictionary(machine)) return damaged("it does not say what machine wrote it");
  if (machine.get("little_endian") !== true) return fail("weights/byte-order", { source });
  const { value, storages } = next();
  const keys = next().value;

  const found = new Map<string, Uint8Array>();
  for (const storage of inOrder(keys, storages) ?? damaged("its list of storages is not that of its pickle")) {
    const bytes = storageBytes(file, at, storage) ?? damaged(`it ends within or before storage "${storage.key}"`);
    found.set(storage.key, bytes);
    at = bytes.byteOffset + bytes.length - file.byteOffset;
  }
  if (at !== file.length) return damaged(`${file.length - at} bytes at its end belong to no storage`);
  return {
    value,
    async read({ key }) {
      return found.get(key) ?? damaged(`it has no storage "${key}"`);
    },
  };
}

/** Each storage once; `undefined` where the keys are others than those that the pickle refers to. */
function inOrder(keys: Pickled, storages: ReadonlyMap<string, Storage>): readonly Storage[] | undefined {
  if (!isSequence(keys) || keys.length !== storages.size) return undefined;
  const ordered = new Set(keys.flatMap((key) => storages.get(key as string) ?? []));
  return ordered.size === storages.size ? [...ordered] : undefined;
}

/** The count of elements as int64, then the elements. */
function storageBytes(file: Uint8Array, at: number, { dtype, elements }: Storage): Uint8Array | undefined {
  const start = at + 8;
  const end = start + elements * elementSizes[dtype];
  if (end > file.length) return undefined;
  const count = new DataView(file.buffer, file.byteOffset + at, 8).getBigInt64(0, true);
  return count === BigInt(elements) ? file.subarray(start, end) : undefined;
}
