// The part of ONNX which we write and read, as plain records. Field numbers are in write.ts and read.ts.

/** Element types by ONNX' own numbers. */
export const dataTypes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  bfloat16: 16,
} as const;

export type DataType = keyof typeof dataTypes;

/** Bytes of one element; strings have no fixed size and are not supported as tensors. */
export const dataTypeBytes: { readonly [K in DataType]: number } = {
  float32: 4,
  uint8: 1,
  int8: 1,
  int32: 4,
  int64: 8,
  string: 0,
  bool: 1,
  float16: 2,
  float64: 8,
  bfloat16: 2,
};

/** A number is an axis of that length, a text names one whose length is known when the model runs. */
export type Dimension = number | string;

export interface OnnxValue {
  readonly name: string;
  readonly dataType: DataType;
  readonly shape: readonly Dimension[];
}

export interface OnnxTensor {
  readonly name: string;
  readonly dataType: DataType;
  readonly shape: readonly number[];
  /** Little endian, row-major. */
  readonly bytes: Uint8Array;
}

export type OnnxAttribute =
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "ints"; readonly value: readonly number[] }
  | { readonly kind: "floats"; readonly value: readonly number[] }
  | { readonly kind: "tensor"; readonly value: OnnxTensor };

export interface OnnxNode {
  readonly op: string;
  /** Names of values; empty for an input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxModel {
  readonly irVersion: number;
  /** Of the default domain. */
  readonly opset: number;
  readonly producer: { readonly name: string; readonly version: string };
  readonly metadata: Readonly<Record<string, string>>;
  readonly graph: {
    readonly name: string;
    readonly nodes: readonly OnnxNode[];
    readonly inputs: readonly OnnxValue[];
    readonly outputs: readonly OnnxValue[];
    readonly initializers: readonly OnnxTensor[];
  };
}
