// The rows of all runs in a folder. A run is read once and again only when something in its folder has come or gone; what is
// under way is asked each time. So a list of a thousand runs costs a look at a thousand folders and no more.

import { type Dirent, promises as fs } from "node:fs";
import { join } from "node:path";
import { timestamp } from "../clock.ts";
import { processOf, type RunSummary, runSummary } from "../index.ts";
import type { RunRow } from "./api.ts";
import { progressOf } from "./run-progress.ts";

export interface RunIndex {
  /** All of them, in no order. */
  rows(): Promise<readonly RunRow[]>;
  /** One of them; undefined where there is no such run. */
  row(name: string): Promise<RunRow | undefined>;
  /** Path of the folder of a run; undefined where it has no folder directly in the one of all runs. */
  folderOf(name: string): Promise<string | undefined>;
}

interface Known {
  readonly changedMs: number;
  readonly readMs: number;
  readonly summary: RunSummary | undefined;
  /** A process has been at work here and has not said that it ended. */
  readonly locked: boolean;
}

/** A folder that changed so shortly before it was read may change again without its time telling. */
const unsureMs = 2000;

/** @param root - real path of the folder of runs, which need not be there yet */
export function runIndex(root: string): RunIndex {
  const known = new Map<string, Known>();

  async function look(name: string): Promise<Known | undefined> {
    const path = join(root, name);
    const found = await fs.lstat(path).catch(() => undefined);
    if (found === undefined || !found.isDirectory()) return undefined; // links may lead out
    const before = known.get(name);
    if (before !== undefined && before.changedMs === found.mtimeMs && before.readMs - before.changedMs > unsureMs)
      return before;
    const readMs = Date.parse(timestamp());
    const locked = await fs.access(join(path, "lock")).then(
      () => true,
      () => false,
    );
    const now = { changedMs: found.mtimeMs, readMs, summary: await runSummary(path), locked };
    known.set(name, now);
    return now;
  }

  async function row(name: string): Promise<RunRow | undefined> {
    if (!isName(name)) return undefined;
    const found = await look(name);
    if (found === undefined) known.delete(name);
    if (found === undefined || (found.summary === undefined && !found.locked)) return undefined;
    const path = join(root, name);
    const running = found.locked && (await processOf(path)) !== undefined;
    if (found.summary === undefined && !running) return undefined;
    return rowOf(found.summary ?? gettingReady(name), running ? await progressOf(path) : null, running);
  }

  return {
    async rows() {
      const entries = await fs.readdir(root, { withFileTypes: true }).catch((): Dirent[] => []);
      const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
      const there = new Set(names);
      for (const name of known.keys()) if (!there.has(name)) known.delete(name);
      const rows = await Promise.all(names.map(row));
      return rows.filter((one) => one !== undefined);
    },
    row,
    async folderOf(name) {
      if (!isName(name)) return undefined;
      const path = join(root, name);
      const found = await fs.lstat(path).catch(() => undefined);
      return found?.isDirectory() ? path : undefined;
    },
  };
}

/** Whether a text is the name of a folder directly in another one. */
export function isName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && name.length <= 255 && !/[/\\\0]/.test(name);
}

function rowOf(summary: Omit<RunSummary, "path">, progress: RunRow["progress"], running: boolean): RunRow {
  const { name, startedAt, strategy, classes, accuracy, accuracyInterval, heldOutImages, model } = summary;
  const state = running ? "running" : summary.state === "unfinished" ? "interrupted" : summary.state;
  const about = { name, startedAt, strategy, classes, accuracy, accuracyInterval, heldOutImages };
  return { ...about, state, progress, refitOf: null, hasModel: model !== null };
}

/** A run that reads its pictures and has not written down yet what it is. */
export function gettingReady(name: string): Omit<RunSummary, "path"> {
  const unknown = { strategy: null, startedAt: null, classes: [], accuracy: null, accuracyInterval: null };
  return { name, state: "unfinished", ...unknown, heldOutImages: null, model: null };
}
