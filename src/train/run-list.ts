// Which runs a folder holds and what came of them, from their files alone. A run that is under way, was broken off or
// cannot be read is listed as what it is.

import { readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fail } from "../errors.ts";
import type { Report } from "./report.ts";
import { readReport, readRunRecord } from "./run-folder.ts";

export interface RunSummary {
  /** Absolute. */
  readonly path: string;
  /** The folder's name. */
  readonly name: string;
  /** "unfinished" has no report: it is under way or was broken off. "damaged" has a run.json that cannot be read. */
  readonly state: "finished" | "stopped" | "unfinished" | "damaged";
  /** As in 2026-01-31T12:00:00.000Z. */
  readonly startedAt: string | null;
  readonly strategy: string | null;
  readonly classes: readonly string[];
  /** On held-out images: the test folder's where there is one, else the validation images. */
  readonly accuracy: number | null;
  readonly accuracyInterval: readonly [low: number, high: number] | null;
  readonly heldOutImages: number | null;
  readonly model: string | null;
  /** Path of the run whose head was fitted anew; null for a run that has learnt itself. */
  readonly refitOf: string | null;
}

/**
 * The runs in a folder, the latest first.
 *
 * @param folder - "runs" unless given, which need not be there yet
 * @throws run/no-folder
 */
export async function listRuns(folder?: string): Promise<readonly RunSummary[]> {
  const root = resolve(folder ?? "runs");
  const entries = await readdir(root, { withFileTypes: true }).catch(() =>
    folder === undefined ? [] : fail("run/no-folder", { path: folder }),
  );
  const folders = entries.filter((entry) => !entry.isFile()).map(({ name }) => name);
  const runs = await Promise.all(folders.map((name) => summaryOf(join(root, name), name)));
  return runs.filter((run) => run !== undefined).sort((a, b) => order(b) - order(a) || (a.name < b.name ? -1 : 1));
}

/** What became of one run; undefined where the folder holds none. */
export async function runSummary(path: string): Promise<RunSummary | undefined> {
  const absolute = resolve(path);
  return summaryOf(absolute, basename(absolute));
}

async function summaryOf(path: string, name: string): Promise<RunSummary | undefined> {
  const inside = new Set(await readdir(path).catch(() => []));
  if (!inside.has("run.json")) return undefined;
  const nothing = { path, name, strategy: null, startedAt: null, classes: [], refitOf: null };
  try {
    const { startedAt, classes, config, refitOf = null } = await readRunRecord(path);
    const about = { path, name, startedAt, classes, strategy: config.strategy.name, refitOf };
    if (!inside.has("report.json")) return { ...about, ...unknownResult, state: "unfinished" };
    const report = await readReport(path);
    const model = inside.has("model.onnx") ? join(path, "model.onnx") : null;
    return { ...about, ...resultOf(report), model, state: report.stopped ? "stopped" : "finished" };
  } catch {
    return { ...nothing, ...unknownResult, state: "damaged" };
  }
}

const unknownResult = { accuracy: null, accuracyInterval: null, heldOutImages: null, model: null };

function resultOf({ test, validation }: Report) {
  const { accuracy, accuracyInterval, images } = test ?? validation;
  return { accuracy, accuracyInterval, heldOutImages: images };
}

/** Milliseconds; runs whose start is not known come last. */
function order({ startedAt }: RunSummary): number {
  return startedAt === null ? 0 : Date.parse(startedAt) || 0;
}
