// What a reader of a format is given, and what it gives: named float32 tensors.

/** Row-major. */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Whose format a file is in, and so whose names its tensors have. */
export type WeightsFormat = "safetensors" | "pytorch" | "tensorflow" | "keras" | "onnx";

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
