// TensorFlow checkpoints inside .tar and .tar.gz, as they are published. Only the files of the checkpoint are read, into
// memory and never to disk; names in archives are compared and nothing else.

import { fail } from "../errors.ts";
import { indexTar, indexTarBytes, type TarEntry } from "../tar.ts";
import { fileKind } from "./file-kind.ts";
import { inflateForward } from "./forward-inflate.ts";
import type { NamedWeights, WeightsFile } from "./named-weights.ts";
import { readCheckpoint } from "./tensorflow.ts";

/** @throws weights/no-checkpoint, weights/several-checkpoints, weights/damaged, and what a checkpoint itself may be */
export async function readTar({ bytes, source }: WeightsFile): Promise<NamedWeights> {
  const entries = await sound(source, indexTarBytes(bytes));
  const { table, shards } = chooseCheckpoint(entries, source);
  const read = ({ offset, sizeBytes }: TarEntry) => bytes.subarray(offset, offset + sizeBytes);
  return readMembers(table, new Map([table, ...shards].map((entry) => [entry.name, read(entry)])), source);
}

/**
 * The same, inflated twice: once to see what is in it, once to read the checkpoint, so that nothing else takes memory.
 *
 * @throws weights/no-checkpoint, weights/several-checkpoints, weights/damaged, and what a checkpoint itself may be
 */
export async function readGzip({ bytes, source }: WeightsFile): Promise<NamedWeights> {
  const entries = await sound(source, indexPacked(bytes));
  const { table, shards } = chooseCheckpoint(entries, source);
  return readMembers(table, await sound(source, readPacked(bytes, [table, ...shards])), source);
}

function readMembers(table: TarEntry, members: ReadonlyMap<string, Uint8Array>, source: string): NamedWeights {
  const inside = `${source}: ${table.name}`;
  return readCheckpoint(members.get(table.name)!, inside, (ending) => {
    const shard = table.name.replace(/\.index$/, ending);
    return members.get(shard) ?? fail("weights/checkpoint-part", { source: inside, part: shard });
  });
}

/** The one table among the files, and the shards that stand beside it. */
function chooseCheckpoint(entries: readonly TarEntry[], source: string) {
  // macOS puts a "._name" beside each file, which holds what its file system knows of it.
  const files = entries.filter(({ name }) => !/(?:^|\/)\._[^/]*$/.test(name));
  const tables = files.filter(({ name }) => /\.index$|\.ckpt(?:-\d+)?$/.test(name));
  const [table, ...others] = tables;
  const names = (of: readonly TarEntry[]) => of.map(({ name }) => name);
  if (table === undefined) return fail("weights/no-checkpoint", { source, names: names(files) });
  if (others.length > 0) return fail("weights/several-checkpoints", { source, names: names(tables) });
  const prefix = table.name.replace(/\.index$/, ".data-");
  return { table, shards: prefix === table.name ? [] : files.filter(({ name }) => name.startsWith(prefix)) };
}

/** Nothing where something other than a tar is packed. */
async function indexPacked(packed: Uint8Array): Promise<readonly TarEntry[]> {
  const { read, close } = inflateForward(packed);
  try {
    const first = await read(0, 512);
    if (fileKind(first) !== "tar") return [];
    return await indexTar((offset, length) => (offset === 0 ? Promise.resolve(first) : read(offset, length)), Infinity);
  } finally {
    close();
  }
}

async function readPacked(packed: Uint8Array, wanted: readonly TarEntry[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const { read, close } = inflateForward(packed);
  try {
    const members = new Map<string, Uint8Array>();
    for (const { name, offset, sizeBytes } of [...wanted].sort((a, b) => a.offset - b.offset))
      members.set(name, await read(offset, sizeBytes));
    return members;
  } finally {
    close();
  }
}

/** What an archive says in words about itself becomes an error that names it. */
async function sound<T>(source: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    const { message } = error as Error;
    if (message.startsWith("internal:")) throw error;
    return fail("weights/damaged", { source, reason: message });
  }
}
