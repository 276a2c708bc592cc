// A TensorFlow checkpoint as named tensors, and which files are one. V1 is a single file; V2 is `<prefix>.index` with
// `<prefix>.data-00000-of-00001` beside it, and users name it by the prefix, as TensorFlow does, or by any of its files.

import { existsSync } from "node:fs";
import { basename } from "node:path";
import { fail } from "../errors.ts";
import type { NamedWeights, WeightsFile } from "./named-weights.ts";
import { type FindShard, readBundle } from "./tensorflow-bundle.ts";
import { readSlices } from "./tensorflow-slices.ts";
import { readTable } from "./tensorflow-table.ts";
import { readWhole } from "./whole-file.ts";

/** How the files of a checkpoint end: shards, and the graph, which says nothing about its numbers. */
const otherEnding = /\.(?:data-\d{5}-of-\d{5}|meta)$/;

/**
 * The file to read where a checkpoint is named by its prefix, a shard or the graph; any other path as it is.
 *
 * @throws weights/checkpoint-part where a shard is there without its index
 */
export function checkpointPath(path: string): string {
  const index = `${path.replace(otherEnding, "")}.index`;
  if (existsSync(path) && !otherEnding.test(path)) return path;
  if (existsSync(index)) return index;
  if (existsSync(path) && !path.endsWith(".meta"))
    return fail("weights/checkpoint-part", { source: path, part: basename(index) });
  return path;
}

/** @throws weights/damaged, weights/checkpoint-not-read, weights/object-checkpoint, weights/checkpoint-part */
export async function readTensorflow({ bytes, source, path }: WeightsFile): Promise<NamedWeights> {
  const prefix = path?.replace(/\.index$/, "");
  return readCheckpoint(bytes, source, (ending) => {
    const shard = `${prefix ?? "<name>"}${ending}`;
    if (prefix === undefined || !existsSync(shard))
      return fail("weights/checkpoint-part", { source, part: basename(shard) });
    return readWhole(shard);
  });
}

/**
 * Reads the table of a checkpoint of either version.
 *
 * @throws weights/damaged, weights/checkpoint-not-read, weights/object-checkpoint, weights/checkpoint-part
 */
export function readCheckpoint(table: Uint8Array, source: string, findShard: FindShard): NamedWeights {
  const [first, ...others] = readTable(table, source);
  // Field 1 of V1's first message is a message itself, that of V2's a number.
  const tensors =
    first.value[0] === 0x0a ? readSlices(first, others, source) : readBundle(first, others, source, findShard);
  return { format: "tensorflow", tensors, metadata: {} };
}
