// The only door to onnxruntime-node: a program or a model file becomes something that runs. The engine is loaded when it is
// first needed. run() blocks the thread it is called on, so whoever must stay responsive works in another process.

import { createRequire } from "node:module";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { fail } from "../errors.ts";
import type { Program } from "../ir/program.ts";
import { elementCount, type Shape } from "../ir/tensor-type.ts";
import { toOnnx } from "../onnx/lower.ts";
import { writeModel } from "../onnx/write.ts";

/** Numbers of a tensor: float32, the bits of float16, or uint8. */
export type TensorData = Float32Array | Uint16Array | Uint8Array;

export type SessionDtype = "float32" | "float16" | "uint8";

export interface SessionValue {
  readonly name: string;
  readonly dtype: SessionDtype;
  /** -1 for an axis of any length. */
  readonly shape: Shape;
}

/** Numbers with the length of each axis: for an input of which more than the batch is open. */
export interface ShapedData {
  readonly data: TensorData;
  readonly shape: Shape;
}

export interface Session {
  readonly inputs: readonly SessionValue[];
  readonly outputs: readonly SessionValue[];
  /**
   * Runs once. Inputs are not copied and must not change meanwhile; outputs are new arrays.
   *
   * @param feeds - row-major numbers by the names of the inputs; where no shape is said, the length of the batch axis
   *   follows from them
   * @throws internal: when an input is missing or of another length
   */
  run(feeds: Readonly<Record<string, TensorData | ShapedData>>): Promise<Record<string, TensorData>>;
  release(): Promise<void>;
}

export interface SessionOptions {
  /** Threads of the engine, at least 1. */
  readonly threads: number;
}

/** Opens a program; parameters in `constants` are fixed, all others are inputs. */
export async function openProgram(
  program: Program,
  {
    constants,
    ...options
  }: SessionOptions & { readonly constants: ReadonlyMap<string, Float32Array>; readonly matrixConvolutions?: boolean },
): Promise<Session> {
  const { matrixConvolutions = false, ...session } = options;
  return open(writeModel(toOnnx(program, { constants, matrixConvolutions })), session, (reason) => {
    throw new Error(`internal: the engine does not take a program of ours: ${reason}`);
  });
}

/**
 * Opens an ONNX model.
 *
 * @throws onnx/not-opened when the engine refuses it
 */
export async function openModel(bytes: Uint8Array, options: SessionOptions): Promise<Session> {
  return open(bytes, options, (reason) => fail("onnx/not-opened", { reason }));
}

async function open(
  bytes: Uint8Array,
  { threads }: SessionOptions,
  refused: (reason: string) => never,
): Promise<Session> {
  const ort = await import("onnxruntime-node");
  const opening = ort.InferenceSession.create(bytes, {
    executionProviders: ["cpu"],
    executionMode: "sequential",
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    // numbers below 1e-38 change nothing but make every operation that meets them slow; threads that wait by spinning
    // take the cores from decoding and from the update
    extra: { session: { set_denormal_as_zero: "1", intra_op: { allow_spinning: "0" } } },
  });
  const session = await opening.catch((error: Error) => refused(error.message));
  const inputs = session.inputMetadata.map(sessionValue);
  const outputs = session.outputMetadata.map(sessionValue);
  return {
    inputs,
    outputs,
    async run(feeds) {
      const tensors: Record<string, Tensor> = {};
      for (const input of inputs) {
        const { data, shape } = shaped(input, feeds[input.name] ?? internal(`nothing is fed to "${input.name}"`));
        tensors[input.name] = new ort.Tensor(input.dtype, data as Float32Array, shape as number[]) as Tensor;
      }
      const results = await session.run(tensors);
      return Object.fromEntries(outputs.map(({ name }) => [name, dataOf(results[name]!)]));
    },
    release: () => session.release(),
  };
}

/** Version of onnxruntime-node, without loading it. */
export function engineVersion(): string {
  const { version } = createRequire(import.meta.url)("onnxruntime-node/package.json") as { version: string };
  return `onnxruntime ${version} cpu`;
}

function sessionValue(metadata: InferenceSession.ValueMetadata): SessionValue {
  if (!metadata.isTensor) return internal(`"${metadata.name}" is no tensor`);
  const shape = metadata.shape.map((axis) => (typeof axis === "number" && axis >= 0 ? axis : -1));
  return { name: metadata.name, dtype: metadata.type as SessionDtype, shape };
}

function shaped(input: SessionValue, fed: TensorData | ShapedData): ShapedData {
  if (!("data" in fed)) return { data: fed, shape: shapeFor(input, fed.length) };
  const { name, shape } = input;
  const fits =
    fed.shape.length === shape.length &&
    shape.every((axis, i) => axis === -1 || axis === fed.shape[i]) &&
    elementCount(fed.shape) === fed.data.length;
  return fits ? fed : internal(`"${name}" takes [${shape}], not ${fed.data.length} numbers as [${fed.shape}]`);
}

function shapeFor({ name, shape }: SessionValue, length: number): Shape {
  const fixed = elementCount(shape.filter((axis) => axis !== -1));
  const batch = length / fixed;
  const filled = shape.map((axis) => (axis === -1 ? batch : axis));
  const fits = Number.isInteger(batch) && elementCount(filled) === length;
  return fits ? filled : internal(`"${name}" takes [${shape}], not ${length} numbers`);
}

/** Bits of float16 stay bits where the platform has a Float16Array, which the engine's package would then return. */
function dataOf({ type, data }: Tensor): TensorData {
  const { buffer, byteOffset, length } = data as Uint16Array;
  return type === "float16" ? new Uint16Array(buffer, byteOffset, length) : (data as TensorData);
}

function internal(what: string): never {
  throw new Error(`internal: ${what}`);
}
