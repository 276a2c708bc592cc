// A checkpoint is everything from which a run goes on as if it had never stopped: the parameters that have moved, the
// best of them, their averages, the optimizer's arrays, and where the run is. Chance needs no place here, since every random number is
// drawn under a name.
//
// It is a plain safetensors file `<number>-<SHA-256 of its bytes>.safetensors`: a file that is not what its name says is
// never used. It gets this name when it is whole and on the disk, and older ones go only after it has been read again.

import { join } from "node:path";
import { sha256 } from "../data/cache-shard.ts";
import { type Storage, unfinishedEnding, writeWhole } from "../data/storage.ts";
import { byBytes, reasonOf } from "../data/walk.ts";
import { fail } from "../errors.ts";
import { readNumbers, writeNumbers } from "../weights/numbers-file.ts";
import type { RunConfig } from "./config.ts";
import type { StageReport } from "./report.ts";
import type { StagePosition, StageResult } from "./stage.ts";
import type { Parameters } from "./stepper.ts";

/** Plain data. */
export interface RunState {
  readonly config: RunConfig;
  readonly dataFingerprint: string;
  /** Of the pictures of `--source`, where some are named. */
  readonly sourceFingerprint?: string;
  readonly weightsHash: string;
  /** The stage that is under way. */
  readonly stage: number;
  /** Where in it; null before its first step. */
  readonly position: StagePosition | null;
  /** Of the stages before. */
  readonly reports: readonly StageReport[];
  /** Result with which the stage began; null where nothing has been judged before. */
  readonly before: StageResult["best"] | null;
  /** Seconds by phase so far. */
  readonly seconds: Readonly<Record<string, number>>;
  /** Length of events.jsonl that belongs to this state. */
  readonly eventsBytes: number;
}

export interface Checkpoint {
  readonly state: RunState;
  /** `parameter/<name>`, `best/<name>`, `average/<name>`, `head/<name>` and `optimizer/<slot>/<name>`. */
  readonly tensors: Parameters;
}

export interface FoundCheckpoint extends Checkpoint {
  readonly number: number;
  /** Later ones that are there but not whole. */
  readonly damaged: readonly string[];
}

const stateKey = "reinception.checkpoint";
const ending = ".safetensors";
const named = /^(\d{8})-([0-9a-f]{64})\.safetensors$/;

/**
 * Writes a checkpoint and then removes all but the last `keep`.
 *
 * @throws run/checkpoint-not-written when the disk does not take it; those before it stay
 */
export async function saveCheckpoint(
  storage: Storage,
  folder: string,
  number: number,
  checkpoint: Checkpoint,
  keep: number,
): Promise<void> {
  const bytes = encode(checkpoint);
  const hash = sha256(bytes);
  const path = join(folder, `${String(number).padStart(8, "0")}-${hash}${ending}`);
  try {
    await storage.makeFolder(folder);
    await writeWhole(storage, path, bytes);
    if (sha256(await storage.readFile(path)) !== hash) throw new Error("it reads otherwise than it was written");
  } catch (error) {
    fail("run/checkpoint-not-written", { path: folder, reason: reasonOf(error), sizeBytes: bytes.length });
  }
  await dropCheckpoints(storage, folder, keep);
}

/** Removes all but the last `keep` checkpoints, and what an interrupted writing has left. */
export async function dropCheckpoints(storage: Storage, folder: string, keep: number): Promise<void> {
  const names = await storage.list(folder).catch(() => []);
  const whole = names.filter((name) => named.test(name)).sort(byBytes);
  const unfinished = names.filter((name) => name.endsWith(unfinishedEnding));
  for (const name of [...whole.slice(0, Math.max(0, whole.length - keep)), ...unfinished])
    await storage.remove(join(folder, name)).catch(() => undefined);
}

/** The last whole checkpoint of a folder; undefined where there is none. */
export async function lastCheckpoint(storage: Storage, folder: string): Promise<FoundCheckpoint | undefined> {
  const names = await storage.list(folder).catch(() => []);
  const damaged: string[] = [];
  for (const name of [...names].sort(byBytes).reverse()) {
    const [, number, hash] = named.exec(name) ?? [];
    if (number === undefined) continue;
    const bytes = await storage.readFile(join(folder, name)).catch(() => undefined);
    if (bytes !== undefined && sha256(bytes) === hash)
      return { ...decode(bytes, name), number: Number(number), damaged };
    damaged.push(name);
  }
  return undefined;
}

function encode({ state, tensors }: Checkpoint): Uint8Array {
  return writeNumbers(tensors, { [stateKey]: JSON.stringify(state) });
}

function decode(bytes: Uint8Array, source: string): Checkpoint {
  const { numbers, metadata } = readNumbers(bytes, source);
  const state = JSON.parse(metadata[stateKey] ?? "null") as RunState | null;
  if (state === null) throw new Error(`internal: the checkpoint "${source}" has no state`);
  return { state, tensors: numbers };
}
