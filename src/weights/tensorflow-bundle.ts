// A V2 checkpoint of TensorFlow: an index that says of each tensor where it lies in which shard, and the shards beside it.
// Every tensor is held against its checksum. Checkpoints of objects (tf.train.Checkpoint, Keras' save_weights without .h5)
// are refused, as their names are the program's and say nothing of the network; so are tensors divided among machines.
//
// tensorflow/core/protobuf/tensor_bundle.proto; core/util/tensor_bundle.

import { fail } from "../errors.ts";
import { type Damaged, type MessageReader, readMessage } from "../protobuf.ts";
import { maskedCrc32c } from "./crc32c.ts";
import type { NamedTensor } from "./named-weights.ts";
import type { TableRecord } from "./tensorflow-table.ts";
import { floatTypeOf, shapeOf, tensorOf } from "./tensorflow-types.ts";

/**
 * The bytes of a shard, by the end of its name: `.data-00000-of-00001`.
 *
 * @throws weights/checkpoint-part when it is not there
 */
export type FindShard = (ending: string) => Uint8Array;

/**
 * Floating-point tensors by name, as views into the shards where they lie aligned.
 *
 * @param first - the record that describes the bundle
 * @throws weights/damaged, weights/object-checkpoint, weights/checkpoint-not-read, weights/checkpoint-part
 */
export function readBundle(
  first: TableRecord,
  others: readonly TableRecord[],
  source: string,
  findShard: FindShard,
): ReadonlyMap<string, NamedTensor> {
  const damaged: Damaged = (reason) => fail("weights/damaged", { source, reason });
  const header = readMessage(first.value, damaged);
  if (header.int(2) !== 0)
    return fail("weights/checkpoint-not-read", { source, what: "of a machine with its highest bytes first" });
  const entries = others.map(({ key, value }) => ({
    name: decoder.decode(key),
    message: readMessage(value, damaged),
  }));
  if (entries.some(({ name }) => name.endsWith("/.ATTRIBUTES/VARIABLE_VALUE")))
    return fail("weights/object-checkpoint", { source });

  const readTensor = tensorReader(header.int(1), findShard, damaged);
  return new Map(
    entries.flatMap(({ name, message }) => {
      const type = floatTypeOf(message.int(1));
      if (type === undefined) return [];
      if (message.messages(7).length > 0)
        return fail("weights/checkpoint-not-read", { source, what: `with "${name}" in several pieces` });
      const bytes = readTensor(name, message);
      return [[name, tensorOf(name, shapeOf(message.message(2)), type, bytes, source)]];
    }),
  );
}

type ReadTensor = (name: string, entry: MessageReader) => Uint8Array;

/** Reads tensors where their entries say; those of a shard have no more bytes together than it has, as none lie twice. */
function tensorReader(shards: number, findShard: FindShard, damaged: Damaged): ReadTensor {
  const opened = new Map<number, { readonly bytes: Uint8Array; left: number }>();
  const open = (shard: number) => {
    const known = opened.get(shard);
    if (known !== undefined) return known;
    const bytes = findShard(`.data-${fiveDigits(shard)}-of-${fiveDigits(shards)}`);
    const found = { bytes, left: bytes.length };
    opened.set(shard, found);
    return found;
  };
  return (name, entry) => {
    const [shard, offset, sizeBytes] = [entry.int(3), entry.int(4), entry.int(5)];
    if (shard < 0 || shard >= shards) return damaged(`"${name}" lies in part ${shard} of ${shards}`);
    const found = open(shard);
    found.left -= Math.max(sizeBytes, 0);
    if (offset < 0 || sizeBytes < 0 || offset + sizeBytes > found.bytes.length || found.left < 0)
      return damaged(`"${name}" should have ${sizeBytes} bytes at byte ${offset} of ${found.bytes.length}`);
    const bytes = found.bytes.subarray(offset, offset + sizeBytes);
    if (maskedCrc32c(bytes) !== uint32(entry.fixed(6))) return damaged(`the checksum of "${name}" does not match`);
    return bytes;
  };
}

function fiveDigits(number: number): string {
  return String(number).padStart(5, "0");
}

/** Little-endian; `undefined` where there are not four bytes. */
function uint32(bytes: Uint8Array): number | undefined {
  return bytes.length === 4 ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) : undefined;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
