// Numbers of ONNX tensors as typed arrays, and the other way round.

import type { DataType, OnnxTensor } from "./schema.ts";

/** Arrays whose element type ONNX has under the name beside it; bits of float16 have none of their own. */
type Values = Float32Array | Int8Array | Uint8Array | Int32Array | BigInt64Array;

/** A copy of the numbers of a float32 tensor, which may lie at any byte of a file. */
export function floatsOf({ name, dataType, bytes }: OnnxTensor): Float32Array {
  if (dataType !== "float32") throw new Error(`internal: "${name}" is ${dataType}, not float32`);
  return new Float32Array(new Uint8Array(bytes).buffer);
}

/** A tensor that shares its memory with `values`. */
export function tensorOf(name: string, shape: readonly number[], values: Values): OnnxTensor {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, dataType: dataTypeOf(values), shape, bytes };
}

function dataTypeOf(values: Values): DataType {
  if (values instanceof Float32Array) return "float32";
  if (values instanceof Int8Array) return "int8";
  if (values instanceof Uint8Array) return "uint8";
  return values instanceof Int32Array ? "int32" : "int64";
}
