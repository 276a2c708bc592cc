// The rows of all runs in a folder. A run is read once and again only when something in its folder has come or gone; what is
// under way is asked each time. So a list of a thousand runs costs a look at a thousand folders and no more.

import { type Dirent, promises as fs, lstatSync, type Stats } from "node:fs";
import { basename, join } from "node:path";
import { setImmediate as othersTurn } from "node:timers/promises";
import { nowMs, timestamp } from "../clock.ts";
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
  /** Undefined where the folder holds no run. */
  readonly summary: RunSummary | undefined;
  /** Of the run while no process is at work in it. */
  readonly resting: RunRow | undefined;
  /** A process has been at work here and has not said that it ended. */
  readonly locked: boolean;
}

/** A folder that changed so shortly before it was read may change again without its time telling. */
const unsureMs = 2000;
/** So long it is looked at folders before others have their turn. */
const turnMs = 2;

/** @param root - real path of the folder of runs, which need not be there yet */
export function runIndex(root: string): RunIndex {
  const known = new Map<string, Known>();
  const reading = new Map<string, Promise<Known>>();

  /** What is known of a folder, if that still holds; its changes are seen by its time alone. */
  function stillKnown(name: string): { readonly changedMs: number; readonly known: Known | undefined } | undefined {
    // a thousand such looks take milliseconds, but if they wait for threads, ten times as many
    const found = looked(join(root, name));
    if (found === undefined || !found.isDirectory()) return undefined; // links may lead out
    const before = known.get(name);
    const holds = before?.changedMs === found.mtimeMs && before.readMs - before.changedMs > unsureMs;
    return { changedMs: found.mtimeMs, known: holds ? before : undefined };
  }

  /** Two who ask at once wait for one reading. */
  function readOnce(name: string, changedMs: number): Promise<Known> {
    const now = reading.get(name) ?? read(name, changedMs).finally(() => reading.delete(name));
    reading.set(name, now);
    return now;
  }

  async function read(name: string, changedMs: number): Promise<Known> {
    const path = join(root, name);
    const readMs = Date.parse(timestamp());
    const [summary, locked] = await Promise.all([runSummary(path), isThere(join(path, "lock"))]);
    const now = { changedMs, readMs, summary, locked, resting: summary && rowOf(summary, null, false) };
    known.set(name, now);
    return now;
  }

  /** At once where nothing has to be read. */
  function row(name: string): RunRow | undefined | Promise<RunRow | undefined> {
    if (!isName(name)) return undefined;
    const found = stillKnown(name);
    if (found === undefined) {
      known.delete(name);
      return undefined;
    }
    if (found.known !== undefined && !found.known.locked) return found.known.resting;
    return readRow(name, found.known ?? readOnce(name, found.changedMs));
  }

  async function readRow(name: string, now: Known | Promise<Known>): Promise<RunRow | undefined> {
    const { summary, resting, locked } = await now;
    const path = join(root, name);
    if (!locked || (await processOf(path)) === undefined) return resting;
    return rowOf(summary ?? gettingReady(name), await progressOf(path), true);
  }

  return {
    row: async (name) => row(name),
    async rows() {
      const entries = await fs.readdir(root, { withFileTypes: true }).catch((): Dirent[] => []);
      const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
      const there = new Set(names);
      for (const name of known.keys()) if (!there.has(name)) known.delete(name);
      const rows = [];
      let sinceMs = nowMs();
      for (const name of names) {
        rows.push(row(name));
        if (nowMs() - sinceMs < turnMs) continue;
        await othersTurn();
        sinceMs = nowMs();
      }
      return (await Promise.all(rows)).filter((one) => one !== undefined);
    },
    async folderOf(name) {
      return isName(name) && stillKnown(name) !== undefined ? join(root, name) : undefined;
    },
  };
}

function looked(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

async function isThere(path: string): Promise<boolean> {
  return fs.access(path).then(
    () => true,
    () => false,
  );
}

/** Whether a text is the name of a folder directly in another one. */
export function isName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && name.length <= 255 && !/[/\\\0]/.test(name);
}

function rowOf(summary: Omit<RunSummary, "path">, progress: RunRow["progress"], running: boolean): RunRow {
  const { name, startedAt, strategy, classes, accuracy, accuracyInterval, heldOutImages, model, refitOf } = summary;
  const state = running ? "running" : summary.state === "unfinished" ? "interrupted" : summary.state;
  const about = { name, startedAt, strategy, classes, accuracy, accuracyInterval, heldOutImages };
  return { ...about, state, progress, refitOf: refitOf && basename(refitOf), hasModel: model !== null };
}

/** A run that reads its pictures and has not written down yet what it is. */
export function gettingReady(name: string): Omit<RunSummary, "path"> {
  const unknown = { strategy: null, startedAt: null, classes: [], accuracy: null, accuracyInterval: null };
  return { name, state: "unfinished", ...unknown, heldOutImages: null, model: null, refitOf: null };
}
