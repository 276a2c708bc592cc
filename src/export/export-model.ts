// A model in another format, in a folder of its own. Writes over nothing, and a file is there whole or not at all.

import { mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileStorage, writeWhole } from "../data/storage.ts";
import { fail } from "../errors.ts";
import type { RunEvent, Stopping } from "../train/events.ts";
import { readGolden } from "../train/golden.ts";
import { readModelBytes } from "../train/locate-model.ts";
import { readModelFile } from "../train/model-file.ts";
import type { ExportedFile, ExportSettings } from "./exporter.ts";
import { type ExportFormat, exporters } from "./exporters.ts";
import type { Comparison } from "./gate.ts";

export interface ExportInput extends ExportSettings {
  /** Absolute path of a run's folder or of a model.onnx. */
  readonly model: string;
  readonly format: ExportFormat;
  /** Absolute path of the folder to write; it is made, or empty. */
  readonly out: string;
}

/** A file that has been written. */
export interface WrittenFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** What whoever takes it should know, in words. */
  readonly note?: string;
  /** Beside the model it was made of, where it computes otherwise. */
  readonly comparison?: Comparison;
}

/** What an export says while it goes on: how far it is, and each file. */
export type ExportEvent = RunEvent | WrittenFile;

export interface Export {
  readonly format: ExportFormat;
  readonly out: string;
  readonly files: readonly WrittenFile[];
}

/**
 * Exports a model; each file is an event when it is there.
 *
 * @throws export/folder-in-use, model/..., onnx/...
 */
export async function* exportModelFiles(
  { model: path, format, out, ...settings }: ExportInput,
  stopping: Stopping,
): AsyncGenerator<ExportEvent, Export> {
  const located = await readModelBytes(path);
  const found = readModelFile(located.path, located.bytes);
  if (await isTaken(out)) fail("export/folder-in-use", { path: out });
  const golden = await readGolden(located.path);
  const making = exporters[format]({ ...located, ...found, golden }, settings, stopping);
  const made = "then" in making ? await making : yield* making;
  if (made.length > 0) await mkdir(out, { recursive: true });
  const files: WrittenFile[] = [];
  for (const file of made) {
    if (stopping()) break;
    files.push(await write(out, file));
    yield files.at(-1)!;
  }
  return { format, out, files };
}

async function write(folder: string, { name, content, ...more }: ExportedFile): Promise<WrittenFile> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeWhole(fileStorage, path, bytes);
  return { name, sizeBytes: bytes.length, ...more };
}

/** A file, or a folder with something in it. */
async function isTaken(path: string): Promise<boolean> {
  return readdir(path).then(
    (names) => names.length > 0,
    (error: NodeJS.ErrnoException) => error.code !== "ENOENT",
  );
}
