// A weights file as named float32 tensors, whatever format and precision it was written in. Tells the formats apart by
// content and hands each to its reader; names stay those of the file, and what they mean is pretrained's business.

import { fileURLToPath } from "node:url";
import { fail } from "../errors.ts";
import { toFloat32 } from "./element-types.ts";
import { type FileKind, fileKind } from "./file-kind.ts";
import { readKerasArchive, readKerasHdf5 } from "./keras.ts";
import { readPytorch } from "./pytorch.ts";
import { readSafetensors } from "./safetensors.ts";
import { checkpointPath, readTensorflow } from "./tensorflow.ts";
import { readGzip, readTar } from "./tensorflow-archive.ts";
import type { NamedTensor, NamedWeights, WeightsFile, WeightsReader } from "./named-weights.ts";
import { readWhole } from "./whole-file.ts";

/** Formats without a reader are refused by name. */
const readers: { readonly [K in FileKind]?: WeightsReader } = {
  safetensors: readSafetensorsFile,
  tensorflow: readTensorflow,
  tar: readTar,
  gzip: readGzip,
  hdf5: (file) => readKerasHdf5(file),
  zip: (file) => readKerasArchive(file),
  pytorch: readPytorch,
};

/** Path of the small network that comes with the package (see assets/README.md). */
export function embeddedSmall(): string {
  return fileURLToPath(new URL("../../assets/inception-v4-small.safetensors", import.meta.url));
}

/**
 * Reads a weights file, or the bytes of one. Halves and doubles become float32; float32 in row-major order stays where
 * it is, as views into the file's bytes. Counters of batches (`num_batches_tracked`) are left out.
 *
 * @throws weights/not-found, weights/too-large, weights/other-format, weights/damaged, weights/element-type, and what a
 * format has of its own
 */
export async function readWeights(file: Uint8Array | string): Promise<NamedWeights> {
  return readOpened(openFile(file));
}

/** The same for a file that is open already. */
export async function readOpened(file: WeightsFile): Promise<NamedWeights> {
  const kind = fileKind(file.bytes);
  const read = readers[kind];
  return read === undefined ? fail("weights/other-format", { source: file.source, kind }) : read(file);
}

/** @throws weights/not-found, weights/too-large, weights/checkpoint-part */
export function openFile(file: Uint8Array | string): WeightsFile {
  if (typeof file !== "string") return { bytes: file, source: "the weights", path: undefined };
  const path = checkpointPath(file);
  return { bytes: readWhole(path), source: path, path };
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
