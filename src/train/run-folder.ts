// The folder of a run: what is in it, and how files get there whole or not at all.

import { type FileHandle, mkdir, open, readdir, readFile, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nowMs } from "../clock.ts";
import { fail } from "../errors.ts";
import { type WholeContent, writeWhole } from "../write-whole.ts";
import type { LabelCheck } from "./check-labels.ts";
import type { RunConfig } from "./config.ts";
import type { RunEvent } from "./events.ts";
import type { Report } from "./report.ts";
import { lockRun } from "./run-lock.ts";

/** run.json: what was asked for, resolved, and what it was asked of. */
export interface RunRecord {
  readonly version: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly startedAt: string;
  readonly config: RunConfig;
  readonly classes: readonly string[];
  readonly dataFingerprint: string;
  /** Of the base's parameters as they were loaded. */
  readonly weightsHash: string;
  /** The file behind the name of published weights; `null` for others. */
  /** Folder of the run whose head was fitted anew, absolute; absent where this is a run of its own. */
  readonly refitOf?: string;
  readonly weightsFile: { readonly path: string; readonly sizeBytes: number; readonly sha256: string } | null;
}

export interface RunFolder {
  readonly path: string;
  /** Where checkpoints lie. */
  readonly checkpoints: string;
  /** Where trials lie. */
  readonly trials: string;
  writeJson(
    name:
      | "run.json"
      | "report.json"
      | "advice.json"
      | "labels.json"
      | "golden.json"
      | "audit.json"
      | "label-check.json",
    value: unknown,
  ): Promise<void>;
  /** Line by line, so that a long list is never in memory as one text. */
  writeLines(name: "images.jsonl", lines: Iterable<string>): Promise<void>;
  writeBytes(name: "model.onnx" | "answers.safetensors", bytes: Uint8Array): Promise<void>;
  /** Adds a line to events.jsonl. */
  log(event: RunEvent): Promise<void>;
  /** Says in progress.json how far it is, once a second at most; whoever looks at the run from outside reads it there. */
  show(progress: RunEvent & { type: "progress" }): Promise<void>;
  /** Puts events.jsonl on the disk and returns its length in bytes. */
  syncEvents(): Promise<number>;
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
  const inside = await readdir(path);
  if (inside.includes("run.json")) fail("run/already-there", { path });
  if (inside.length > 0) fail("run/folder-in-use", { path });
  const unlock = await lockRun(path);
  const { folder, isEmpty } = openFolder(path, await open(join(path, eventsName), "a"), 0);
  return {
    ...folder,
    async close() {
      await folder.close();
      if (isEmpty()) await rm(join(path, eventsName));
      await unlock();
      if (isEmpty() && made) await rmdir(path);
    },
  };
}

/**
 * Opens the folder of an interrupted run. Events behind `eventsBytes` belong to no checkpoint and are dropped: they will
 * come again.
 *
 * @throws `run/in-use` while a process is at work in it
 */
export async function openRunFolder(path: string): Promise<RunFolder & { dropEvents(from: number): Promise<void> }> {
  await readRunRecord(path);
  const unlock = await lockRun(path);
  const events = await open(join(path, eventsName), "a");
  const opened = openFolder(path, events, (await stat(join(path, eventsName))).size);
  return {
    ...opened.folder,
    dropEvents: opened.dropEvents,
    async close() {
      await opened.folder.close();
      await unlock();
    },
  };
}

const eventsName = "events.jsonl";
const progressName = "progress.json";
const progressEveryMs = 1000;

function openFolder(path: string, events: FileHandle, length: number) {
  let eventsBytes = length;
  let empty = true;
  let shownMs = Number.NEGATIVE_INFINITY;
  const write = (name: string, content: WholeContent) => {
    empty = false;
    return writeWhole(join(path, name), content);
  };
  const folder: RunFolder = {
    path,
    checkpoints: join(path, "checkpoints"),
    trials: join(path, "trials"),
    writeJson: (name, value) => write(name, `${JSON.stringify(value, null, 2)}\n`),
    writeLines: (name, lines) => write(name, lines),
    writeBytes: (name, bytes) => write(name, bytes),
    async log(event) {
      empty = false;
      const line = Buffer.from(`${JSON.stringify(event)}\n`);
      await events.appendFile(line);
      eventsBytes += line.length;
    },
    async show(progress) {
      if (nowMs() - shownMs < progressEveryMs) return;
      shownMs = nowMs();
      // not worth a run's end: the next one may find a place again
      await writeFile(join(path, progressName), JSON.stringify(progress)).catch(() => {});
    },
    async syncEvents() {
      await events.sync();
      return eventsBytes;
    },
    async close() {
      await rm(join(path, progressName), { force: true });
      await events.close();
    },
  };
  const dropEvents = async (from: number) => {
    await events.truncate(from);
    eventsBytes = from;
  };
  return { folder, dropEvents, isEmpty: () => empty };
}

/** @throws `run/not-a-run` when the folder holds no finished run */
export async function readReport(path: string): Promise<Report> {
  return JSON.parse(await readRunFile(path, "report.json")) as Report;
}

export async function readRunRecord(path: string): Promise<RunRecord> {
  return JSON.parse(await readRunFile(path, "run.json")) as RunRecord;
}

/** What a run has found out about its labels; undefined where it has not looked at them yet. */
export async function readLabelCheck(path: string): Promise<LabelCheck | undefined> {
  const text = await readFile(join(path, "label-check.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as LabelCheck);
}

async function readRunFile(path: string, name: string): Promise<string> {
  try {
    return await readFile(join(path, name), "utf8");
  } catch {
    return fail("run/not-a-run", { path, missing: name });
  }
}
