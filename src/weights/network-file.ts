// A weights file as named float32 tensors, whatever format and precision it was written in. Tells the formats apart by
// content and hands each to its reader; names stay those of the file, and what they mean is pretrained's business.

import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fail } from "../errors.ts";
import { toFloat32 } from "./element-types.ts";
import { type FileKind, fileKind } from "./file-kind.ts";
import { readPytorch } from "./pytorch.ts";
import { readSafetensors } from "./safetensors.ts";

export { inputFormatOf } from "./network-card.ts";

/** Row-major. */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Whose format a file is in, and so whose names its tensors have. */
export type WeightsFormat = "safetensors" | "pytorch" | "tensorflow" | "keras";

export interface NamedWeights {
  readonly format: WeightsFormat;
  /** By the file's own names, in its own order of axes. */
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A file as its reader gets it. */
export interface WeightsFile {
  readonly bytes: Uint8Array;
  /** What messages call it: its path, or "the weights". */
  readonly source: string;
  /** Where it lies, for formats of several files; `undefined` for bytes that come from elsewhere. */
  readonly path: string | undefined;
}

/** Reads a format that has been recognised; every length, offset and count is bounded by the file. */
export type WeightsReader = (file: WeightsFile) => Promise<NamedWeights>;

/** Formats without a reader are refused by name. */
const readers: { readonly [K in FileKind]?: WeightsReader } = {
  safetensors: readSafetensorsFile,
  pytorch: readPytorch,
};

/** Node reads no larger file in one piece; the network at width 1 is a tenth of it. */
const largestFileBytes = 2 ** 31 - 1;

/** Path of the small network that comes with the package (see assets/README.md). */
export function embeddedSmall(): string {
  return fileURLToPath(new URL("../../assets/inception-v4-small.safetensors", import.meta.url));
}

/**
 * Reads a weights file, or the bytes of one. Halves and doubles become float32; float32 in row-major order stays where
 * it is, as views into the file's bytes. Counters of batches (`num_batches_tracked`) are left out.
 *
 * @throws weights/not-found, weights/too-large, weights/other-format, weights/damaged, weights/element-type, and what
 * the reader of the format says
 */
export async function readWeights(file: Uint8Array | string): Promise<NamedWeights> {
  const opened = openFile(file);
  const kind = fileKind(opened.bytes);
  const read = readers[kind];
  return read === undefined ? fail("weights/other-format", { source: opened.source, kind }) : read(opened);
}

/** @throws weights/not-found, weights/too-large */
export function openFile(file: Uint8Array | string): WeightsFile {
  if (typeof file !== "string") return { bytes: file, source: "the weights", path: undefined };
  return { bytes: readWhole(file), source: file, path: file };
}

async function readSafetensorsFile({ bytes, source }: WeightsFile): Promise<NamedWeights> {
  const { tensors, metadata } = readSafetensors(bytes, source);
  const named = new Map<string, NamedTensor>();
  for (const [name, { dtype, shape, bytes }] of tensors) {
    if (name.endsWith("num_batches_tracked")) continue;
    const convert = toFloat32[dtype];
    if (convert === undefined) return fail("weights/element-type", { name, dtype });
    named.set(name, { shape, values: convert(bytes) });
  }
  return { format: "safetensors", tensors: named, metadata };
}

function readWhole(path: string): Uint8Array {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile()) return fail("weights/not-found", { path, isFolder: stats !== undefined });
  if (stats.size > largestFileBytes) return fail("weights/too-large", { path, sizeBytes: stats.size });
  return readFileSync(path);
}
