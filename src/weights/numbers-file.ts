// Named float32 numbers in a safetensors file of our own, where nothing but their names and order matters.

import { toFloat32 } from "./element-types.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";

export type NamedNumbers = ReadonlyMap<string, Float32Array>;

/** The bytes of the file; every tensor has one axis. */
export function writeNumbers(numbers: NamedNumbers, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const stored = [...numbers].map(([name, { buffer, byteOffset, byteLength, length }]) => {
    return [name, { dtype: "F32", shape: [length], bytes: new Uint8Array(buffer, byteOffset, byteLength) }] as const;
  });
  return writeSafetensors(new Map(stored), metadata);
}

/**
 * Reads what `writeNumbers` has written.
 *
 * @param source - what messages call the file
 * @throws weights/damaged
 */
export function readNumbers(
  file: Uint8Array,
  source: string,
): { readonly numbers: Map<string, Float32Array<ArrayBuffer>>; readonly metadata: Readonly<Record<string, string>> } {
  const { tensors, metadata } = readSafetensors(file, source);
  return { metadata, numbers: new Map([...tensors].map(([name, { bytes }]) => [name, toFloat32.F32!(bytes).slice()])) };
}
