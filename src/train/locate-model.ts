// Where a model lies that was named by its run or by its file, and its bytes.

import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "../errors.ts";

export interface LocatedModel {
  /** Absolute path of the file. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads the model of a run's folder, or a model file.
 *
 * @throws model/not-found
 */
export async function readModelBytes(path: string): Promise<LocatedModel> {
  const file = (await isFolder(path)) ? join(path, "model.onnx") : path;
  return { path: file, bytes: await readFile(file).catch(() => fail("model/not-found", { path: file })) };
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}
