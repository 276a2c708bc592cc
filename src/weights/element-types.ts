// The element types of tensors in files, and how each becomes float32. Integers, booleans and 8-bit floats are carried
// but not converted: no weights of this network are written in them.

import { decodeFloat16 } from "../float16.ts";

/** As safetensors names them, with bytes per element. */
export const elementSizes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
  C64: 8,
} as const;

export type ElementType = keyof typeof elementSizes;

/** Little-endian bytes to numbers; `undefined` for types that are not converted. */
export const toFloat32: { readonly [K in ElementType]?: (bytes: Uint8Array) => Float32Array } = {
  F32: (bytes) => {
    const { buffer, byteOffset, length } = aligned(bytes, 4);
    return new Float32Array(buffer, byteOffset, length / 4);
  },
  F16: (bytes) => decodeFloat16(shorts(bytes)),
  BF16: (bytes) => new Float32Array(Uint32Array.from(shorts(bytes), (bits) => bits << 16).buffer),
  F64: (bytes) => {
    const { buffer, byteOffset, length } = aligned(bytes, 8);
    return Float32Array.from(new Float64Array(buffer, byteOffset, length / 8));
  },
};

function shorts(bytes: Uint8Array): Uint16Array {
  const { buffer, byteOffset, length } = aligned(bytes, 2);
  return new Uint16Array(buffer, byteOffset, length / 2);
}

/** The bytes themselves where a view of wider elements can stand on them, else a copy. */
function aligned(bytes: Uint8Array, size: number): Uint8Array {
  return bytes.byteOffset % size === 0 ? bytes : Uint8Array.from(bytes);
}
