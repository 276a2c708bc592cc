// A network as timm writes it: its tensors under its names in a .safetensors file, with a counter for every batch norm, as
// PyTorch asks for one where a state dict says its version.

import type { NamedTensor } from "./named-weights.ts";
import { type NetworkCard, writeCard } from "./network-card.ts";
import { type StoredTensor, writeSafetensors } from "./safetensors.ts";

const counterName = "num_batches_tracked";

/** The bytes of the file; what the card says stands in its metadata. */
export function writeTimmFile(tensors: ReadonlyMap<string, NamedTensor>, card: NetworkCard): Uint8Array {
  const stored = [...tensors].flatMap(([name, { shape, values }]) => {
    const tensor: StoredTensor = { dtype: "F32", shape, bytes: bytesOf(values) };
    const counter: StoredTensor = { dtype: "I64", shape: [], bytes: new Uint8Array(8) };
    const counted = name.endsWith(".running_var")
      ? [[name.replace(/running_var$/, counterName), counter] as const]
      : [];
    return [[name, tensor] as const, ...counted];
  });
  return writeSafetensors(new Map(stored), { format: "pt", ...writeCard(card) });
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
