// The folder of a run: what is in it, and how files get there whole or not at all.

import { mkdir, open, readdir, readFile, rename, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "../errors.ts";
import type { RunConfig } from "./config.ts";
import type { RunEvent } from "./events.ts";
import type { Report } from "./report.ts";

/** run.json: what was asked for, resolved, and what it was asked of. */
export interface RunRecord {
  readonly version: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly startedAt: string;
  readonly config: RunConfig;
  readonly classes: readonly string[];
  readonly dataFingerprint: string;
  readonly weightsHash: string;
}

export interface RunFolder {
  readonly path: string;
  writeJson(name: "run.json" | "report.json" | "labels.json" | "golden.json", value: unknown): Promise<void>;
  writeModel(bytes: Uint8Array): Promise<void>;
  /** Adds a line to events.jsonl. */
  log(event: RunEvent): Promise<void>;
  /** Leaves nothing behind when nothing was written: the same folder can be given again. */
  close(): Promise<void>;
}

/**
 * Makes the folder of a new run.
 *
 * @throws `run/folder-in-use` when there is something in it
 */
export async function createRunFolder(path: string): Promise<RunFolder> {
  const made = (await mkdir(path, { recursive: true })) !== undefined;
  if ((await readdir(path)).length > 0) fail("run/folder-in-use", { path });
  const events = await open(join(path, "events.jsonl"), "a");
  let empty = true;
  const write = (name: string, content: string | Uint8Array) => {
    empty = false;
    return writeWhole(join(path, name), content);
  };
  return {
    path,
    writeJson: (name, value) => write(name, `${JSON.stringify(value, null, 2)}\n`),
    writeModel: (bytes) => write("model.onnx", bytes),
    log: (event) => {
      empty = false;
      return events.appendFile(`${JSON.stringify(event)}\n`);
    },
    async close() {
      await events.close();
      if (!empty) return;
      await rm(join(path, "events.jsonl"));
      if (made) await rmdir(path);
    },
  };
}

/** Writes beside the target and moves it there, so that a reader sees the old file or the new one, never a part. */
async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, "w");
  await file.writeFile(content);
  await file.sync();
  await file.close();
  await rename(temporary, path);
}

/** @throws `run/not-a-run` when the folder holds no finished run */
export async function readReport(path: string): Promise<Report> {
  return JSON.parse(await readRunFile(path, "report.json")) as Report;
}

export async function readRunRecord(path: string): Promise<RunRecord> {
  return JSON.parse(await readRunFile(path, "run.json")) as RunRecord;
}

async function readRunFile(path: string, name: string): Promise<string> {
  try {
    return await readFile(join(path, name), "utf8");
  } catch {
    return fail("run/not-a-run", { path, missing: name });
  }
}
