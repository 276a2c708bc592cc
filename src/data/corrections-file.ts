// Where corrections are kept: beside each source, in `photos.corrections.jsonl` for `photos`. A change is a line more, so
// that what was said can be read again and taken back; the file is always whole, and no writer loses the lines of another.

import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { timestamp } from "../clock.ts";
import { fail } from "../errors.ts";
import { takeLock, type Unlock } from "../lock-file.ts";
import { writeWhole } from "../write-whole.ts";
import {
  type CorrectionChange,
  type Corrected,
  type CorrectedPicture,
  type Correction,
  correctionLine,
  type FileOfCorrections,
  parseCorrections,
  type Undoing,
} from "./corrections.ts";
import { sourceNames } from "./sources.ts";
import { correctionsEnding, reasonOf } from "./walk.ts";

/** What has been said of the pictures of some sources, and not been taken back. */
export interface Corrections {
  /** Absolute paths of the files that there are. */
  readonly files: readonly string[];
  /** By the SHA-256 of the picture. */
  readonly pictures: ReadonlyMap<string, Corrected>;
  /** What `undoCorrections` would take back; null where there is nothing. */
  readonly last: CorrectionChange | null;
}

export interface CorrectionOptions {
  /** The sources, as for training. */
  readonly data: string | readonly string[];
  /** With the names that they have in a run. */
  readonly pictures: readonly CorrectedPicture[];
  /** Null takes back everything that was said of these pictures. */
  readonly correction: Correction | null;
  /** Classes that there are; where they are given, a correction to another one is refused. */
  readonly classes?: readonly string[] | undefined;
}

/** Where the corrections of a source are kept. */
export function correctionsPath(source: string): string {
  return `${resolve(source)}${correctionsEnding}`;
}

/**
 * Reads what has been said of the pictures of some sources. Where two files speak of one content, the later word holds.
 *
 * @throws corrections/line
 */
export async function readCorrections(data: string | readonly string[]): Promise<Corrections> {
  const found = await Promise.all(pathsIn(data).map(correctionsPath).map(readOne));
  const there = found.filter((file) => file !== undefined);
  const pictures = new Map<string, Corrected>();
  for (const file of there)
    for (const [hash, corrected] of file.pictures)
      if ((pictures.get(hash)?.at ?? "") <= corrected.at) pictures.set(hash, corrected);
  const at = lastOf(there);
  const lasts = there.flatMap(({ changes }) => changes.slice(-1)).filter((change) => change.at === at);
  const [first] = lasts;
  const last = first === undefined ? null : { ...withoutLine(first), pictures: lasts.flatMap((one) => one.pictures) };
  return { files: there.map(({ path }) => path), pictures, last };
}

/**
 * Says something of pictures, as one change in the files of the sources that they lie in.
 *
 * @throws corrections/unknown-class, corrections/line, corrections/in-use, corrections/not-written
 */
export async function addCorrections({ data, pictures, correction, classes }: CorrectionOptions): Promise<Corrections> {
  if (correction?.kind === "class" && classes?.includes(correction.class) === false)
    fail("corrections/unknown-class", { place: "what was asked for", class: correction.class, classes });
  const at = timestamp();
  for (const [source, own] of bySource(pathsIn(data), pictures))
    await append(correctionsPath(source), () => ({ at, pictures: own, correction }));
  return readCorrections(data);
}

/**
 * Takes the last change back; where there is none, nothing happens.
 *
 * @throws corrections/line, corrections/in-use, corrections/not-written
 */
export async function undoCorrections(data: string | readonly string[]): Promise<Corrections> {
  const files = await Promise.all(pathsIn(data).map(correctionsPath).map(readOne));
  const at = lastOf(files.filter((file) => file !== undefined));
  for (const file of files)
    if (file !== undefined && at !== undefined && file.changes.at(-1)?.at === at)
      await append(file.path, ({ changes }) =>
        changes.at(-1)?.at === at ? { at: timestamp(), undo: true } : undefined,
      );
  return readCorrections(data);
}

type NamedFile = FileOfCorrections & { readonly path: string };

function pathsIn(data: string | readonly string[]): readonly string[] {
  return (typeof data === "string" ? [data] : data).map((path) => resolve(path));
}

/** When the last change was made that holds. */
function lastOf(files: readonly FileOfCorrections[]): string | undefined {
  return files
    .flatMap(({ changes }) => changes.slice(-1).map(({ at }) => at))
    .sort()
    .at(-1);
}

function withoutLine({ at, pictures, correction }: CorrectionChange): CorrectionChange {
  return { at, pictures, correction };
}

/** Pictures by the source that their names say; those that say none are of the first. */
function bySource(
  paths: readonly string[],
  pictures: readonly CorrectedPicture[],
): ReadonlyMap<string, readonly CorrectedPicture[]> {
  const names = sourceNames(paths);
  const found = new Map<string, CorrectedPicture[]>();
  for (const { hash, name } of pictures) {
    const at = Math.max(
      0,
      names.findIndex((prefix) => prefix !== "" && name.startsWith(prefix)),
    );
    const own = found.get(paths[at]!) ?? [];
    own.push({ hash, name: name.startsWith(names[at]!) ? name.slice(names[at]!.length) : name });
    found.set(paths[at]!, own);
  }
  return found;
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    return fail("data/folder-closed", { path, reason: reasonOf(error) });
  });
}

/** Undefined where there is none. */
async function readOne(path: string): Promise<NamedFile | undefined> {
  const text = await textOf(path);
  return text === undefined ? undefined : { path, ...parseCorrections(text, path) };
}

/** Adds a line to what is there at that moment, as long as nobody else writes. */
async function append(
  path: string,
  said: (now: FileOfCorrections) => CorrectionChange | Undoing | undefined,
): Promise<void> {
  const unlock = await locked(path).catch((error: unknown) => notWritten(path, error));
  try {
    const text = (await textOf(path)) ?? "";
    const line = said(parseCorrections(text, path));
    if (line === undefined) return;
    const whole = text === "" || text.endsWith("\n") ? text : `${text}\n`;
    await writeWhole(path, whole + correctionLine(line)).catch((error: unknown) => notWritten(path, error));
  } finally {
    await unlock();
  }
}

/** How long a writer waits for others. */
const patience = { times: 500, everyMs: 20 };

async function locked(path: string): Promise<Unlock> {
  const lock = join(dirname(path), `.${basename(path)}.lock`);
  for (let attempt = 1; ; attempt++) {
    const taken = await takeLock(lock);
    if (typeof taken === "function") return taken;
    if (attempt === patience.times) return fail("corrections/in-use", { path, lock, pid: taken.pid });
    await wait(patience.everyMs);
  }
}

function notWritten(path: string, error: unknown): never {
  if (error instanceof Error && "code" in error && error.name !== "ReinceptionError")
    return fail("corrections/not-written", { path, reason: reasonOf(error) });
  throw error;
}
