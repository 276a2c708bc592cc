// A weights file as named float32 tensors, whatever precision it was written in. Knows one format, safetensors, and can
// tell the others apart well enough to say what to do; what the tensors mean is models/match-weights' business.

import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fail } from "../errors.ts";
import { toFloat32 } from "./element-types.ts";
import { fileKind } from "./file-kind.ts";
import { readSafetensors } from "./safetensors.ts";

export { inputFormatOf } from "./network-card.ts";

/** Row-major. */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface NamedWeights {
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Node reads no larger file in one piece; the network at width 1 is a tenth of it. */
const largestFileBytes = 2 ** 31 - 1;

/** Path of the small network that comes with the package (see assets/README.md). */
export function embeddedSmall(): string {
  return fileURLToPath(new URL("../../assets/inception-v4-small.safetensors", import.meta.url));
}

/**
 * Reads a weights file, or the bytes of one. Halves and doubles become float32; float32 stays where it is, as views
 * into the file's bytes. Counters of batches (`num_batches_tracked`) are left out.
 *
 * @throws weights/not-found, weights/too-large, weights/other-format, weights/damaged, weights/element-type
 */
export function readWeights(file: Uint8Array | string): NamedWeights {
  const source = typeof file === "string" ? file : "the weights";
  const bytes = typeof file === "string" ? readWhole(file) : file;
  const kind = fileKind(bytes);
  if (kind !== "safetensors") return fail("weights/other-format", { source, kind });
  const { tensors, metadata } = readSafetensors(bytes, source);
  const named = new Map<string, NamedTensor>();
  for (const [name, { dtype, shape, bytes }] of tensors) {
    if (name.endsWith("num_batches_tracked")) continue;
    const convert = toFloat32[dtype];
    if (convert === undefined) return fail("weights/element-type", { name, dtype });
    named.set(name, { shape, values: convert(bytes) });
  }
  return { tensors: named, metadata };
}

function readWhole(path: string): Uint8Array {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile()) return fail("weights/not-found", { path, isFolder: stats !== undefined });
  if (stats.size > largestFileBytes) return fail("weights/too-large", { path, sizeBytes: stats.size });
  return readFileSync(path);
}
