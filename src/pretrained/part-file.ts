// A download on its way: the bytes that have come, in FILE.part, and beside them what they are the beginning of. Both stay
// when a process ends, however it ends, and the next one goes on from there.

import { readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { fileStorage, writeWhole } from "../data/storage.ts";

/** What a part is the beginning of. */
export interface PartNotes {
  /** Without a password. */
  readonly url: string;
  readonly sizeBytes: number;
  /** A strong ETag or the time of the last change: by it a server knows whether it still has the same file. */
  readonly validator: string | null;
  readonly etag: string | null;
  /** Where the server names it. */
  readonly sha256: string | null;
}

export interface Part {
  readonly notes: PartNotes;
  readonly doneBytes: number;
}

export function partPath(path: string): string {
  return `${path}.part`;
}

/** What there is of the file that is to lie at `path`; undefined if nothing that could be gone on with. */
export async function readPart(path: string): Promise<Part | undefined> {
  try {
    const notes = JSON.parse(await readFile(notesPath(path), "utf8")) as PartNotes;
    const { size } = await stat(partPath(path));
    const whole = typeof notes.url === "string" && Number.isSafeInteger(notes.sizeBytes) && size <= notes.sizeBytes;
    return whole ? { notes, doneBytes: size } : undefined;
  } catch {
    return undefined;
  }
}

/** Begins anew: an empty part of another file. */
export async function beginPart(path: string, notes: PartNotes): Promise<void> {
  await truncate(partPath(path), 0).catch(() => writeFile(partPath(path), ""));
  await writeWhole(fileStorage, notesPath(path), new TextEncoder().encode(`${JSON.stringify(notes, null, 2)}\n`));
}

export async function removePart(path: string): Promise<void> {
  for (const file of [partPath(path), notesPath(path)]) await rm(file, { force: true });
}

/** The part has become the file. */
export async function finishPart(path: string): Promise<void> {
  await fileStorage.rename(partPath(path), path);
  await rm(notesPath(path), { force: true });
}

function notesPath(path: string): string {
  return `${partPath(path)}.json`;
}
