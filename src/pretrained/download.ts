// From an address to a file on disk, however often the connection breaks: goes on where it ended, as long as the server
// still has the same file. Leaves the result as FILE.part; whether it is what it should be, and its final name, are
// weights-cache's business.

import { open, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { nowMs } from "../clock.ts";
import { reasonOf } from "../data/walk.ts";
import { fail, ReinceptionError } from "../errors.ts";
import { type Answer, get, type NetworkSettings, reasonInWords, statusInWords } from "./http.ts";
import { readLocal } from "./local-source.ts";
import { beginPart, type Part, type PartNotes, partPath, readPart, removePart } from "./part-file.ts";
import { shown } from "./published.ts";

export interface DownloadProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** 0 while it is not known. */
  readonly bytesPerSecond: number;
}

export interface DownloadSettings extends NetworkSettings {
  /** How long to wait before each new try after one that brought nothing. */
  readonly pausesMs: readonly number[];
  /** Whether to end; what has come stays. */
  readonly stopping: () => boolean;
  /** More than this is refused before it comes. */
  readonly mostBytes: number;
}

/** What is known of a download beyond its tries. */
interface Course {
  readonly startedMs: number;
  receivedBytes: number;
  /** Whether anybody has answered at all. */
  reached: boolean;
}

/**
 * Fetches `address` into the part of `path`. Ends without a result when it was told to stop.
 *
 * @throws weights/offline, weights/download, weights/download-cut, weights/proxy, cache/not-written
 */
export async function* download(
  address: URL,
  path: string,
  settings: DownloadSettings,
): AsyncGenerator<DownloadProgress, PartNotes | undefined> {
  const course: Course = { startedMs: nowMs(), receivedBytes: 0, reached: false };
  let furthestBytes = (await readPart(path))?.doneBytes ?? 0;
  let tries = 0;
  while (true) {
    try {
      return yield* tryOnce(address, path, settings, course);
    } catch (error) {
      if (error instanceof ReinceptionError) throw error;
      const part = await readPart(path);
      const doneBytes = part?.doneBytes ?? 0;
      if (doneBytes > furthestBytes) tries = 0;
      furthestBytes = Math.max(furthestBytes, doneBytes);
      const pauses = course.reached ? settings.pausesMs : settings.pausesMs.slice(0, 1); // offline is said soon
      const pauseMs = pauses[tries++];
      if (pauseMs === undefined) return giveUp(address, path, error, part, course);
      await pause(pauseMs);
      if (settings.stopping()) return undefined;
    }
  }
}

function giveUp(
  address: URL,
  path: string,
  error: unknown,
  part: Part | undefined,
  { reached, receivedBytes }: Course,
): never {
  const [url, reason] = [shown(address), reasonInWords(error)];
  if (!reached) return fail("weights/offline", { url, reason, path });
  if (receivedBytes === 0 || part === undefined) return fail("weights/download", { url, reason });
  return fail("weights/download-cut", { url, reason, doneBytes: part.doneBytes, sizeBytes: part.notes.sizeBytes });
}

async function* tryOnce(
  address: URL,
  path: string,
  settings: DownloadSettings,
  course: Course,
): AsyncGenerator<DownloadProgress, PartNotes | undefined> {
  const found = await readPart(path);
  const part = found?.notes.url === shown(address) ? found : undefined;
  if (part !== undefined && part.doneBytes === part.notes.sizeBytes) return part.notes;
  const answer = await ask(address, part, settings);
  course.reached = true;
  try {
    const goesOn = part !== undefined && continues(answer, part);
    if (!goesOn && answer.status !== 200) return await refuse(address, path, answer);
    const notes = goesOn ? part.notes : notesOf(address, answer, settings.mostBytes);
    const from = goesOn ? part.doneBytes : 0;
    await onDisk(path, notes.sizeBytes - from, async () => {
      await checkSpace(dirname(path), notes.sizeBytes - from);
      if (!goesOn) await beginPart(path, notes);
    });
    const whole = yield* receive(answer, path, from, notes.sizeBytes, settings, course);
    return whole ? notes : undefined;
  } finally {
    answer.body.destroy();
  }
}

/** From the beginning, or from where the part ends if the file is still the same. */
function ask(address: URL, part: Part | undefined, settings: NetworkSettings): Promise<Answer> {
  const validator = part?.notes.validator ?? null;
  const from = validator === null ? 0 : part!.doneBytes;
  if (address.protocol === "file:") return readLocal(address, { from, validator });
  const headers = from > 0 && validator !== null ? { range: `bytes=${from}-`, "if-range": validator } : {};
  return get(address, headers, settings);
}

/** Whether the answer is the rest of the part. Servers that do not compare are compared with. */
function continues({ status, headers }: Answer, { notes, doneBytes }: Part): boolean {
  const [, first, size] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers["content-range"] ?? "") ?? [];
  const same = headers.etag === undefined || notes.etag === null || headers.etag === notes.etag;
  return status === 206 && same && Number(first) === doneBytes && Number(size) === notes.sizeBytes;
}

/** Statuses that may be others a moment later. */
const passing: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

async function refuse(address: URL, path: string, { status }: Answer): Promise<never> {
  if (status === 206 || status === 416) {
    await removePart(path);
    throw new Error("it has another file than the one that was begun");
  }
  const reason = `it answers ${statusInWords(status)}`;
  if (passing.has(status)) throw new Error(reason);
  return fail("weights/download", { url: shown(address), reason });
}

/** What the server says of the file before the first byte. */
function notesOf(address: URL, { headers, passed }: Answer, mostBytes: number): PartNotes {
  const url = shown(address);
  const length = headers["content-length"];
  if (length === undefined || !/^\d+$/.test(length))
    return fail("weights/download", { url, reason: "it does not say how long the file is" });
  const sizeBytes = Number(length);
  if (sizeBytes > mostBytes)
    return fail("weights/download", { url, reason: `it offers ${sizeBytes} bytes, more than the file can have` });
  const { etag = null } = headers;
  const validator = etag !== null && !etag.startsWith("W/") ? etag : (headers["last-modified"] ?? null);
  return { url, sizeBytes, etag, validator, sha256: namedHash([...passed, headers]) };
}

/** Hugging Face names the SHA-256 of a file on the way to it. */
function namedHash(all: readonly Answer["headers"][]): string | null {
  const named = all.map((headers) => /^"?([0-9a-f]{64})"?$/.exec(String(headers["x-linked-etag"] ?? ""))?.[1]);
  return named.find((hash) => hash !== undefined) ?? null;
}

/** Writes what comes from `from` on; false when it was told to stop. */
async function* receive(
  { body }: Answer,
  path: string,
  from: number,
  totalBytes: number,
  { stopping }: DownloadSettings,
  course: Course,
): AsyncGenerator<DownloadProgress, boolean> {
  const file = await open(partPath(path), "r+");
  let doneBytes = from;
  let said = from;
  const progress = () => {
    said = doneBytes;
    const seconds = (nowMs() - course.startedMs) / 1000;
    return { doneBytes, totalBytes, bytesPerSecond: seconds > 0 ? course.receivedBytes / seconds : 0 };
  };
  try {
    yield progress();
    for await (const chunk of body) {
      const at = doneBytes;
      await onDisk(path, totalBytes - at, () => writeAll(file, chunk, at));
      doneBytes += chunk.length;
      course.receivedBytes += chunk.length;
      if (doneBytes - said >= totalBytes / 200) yield progress();
      if (stopping()) return false;
    }
    if (doneBytes !== totalBytes) throw new Error("the connection ended early");
    await onDisk(path, 0, () => file.sync());
    if (said !== doneBytes) yield progress();
    return true;
  } finally {
    await file.close();
  }
}

async function writeAll(file: Awaited<ReturnType<typeof open>>, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; )
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
}

async function checkSpace(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < neededBytes) throw new Error(`${bavail * bsize} bytes are free`);
}

/** What the disk refuses no new try can mend. */
async function onDisk(path: string, sizeBytes: number, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    fail("cache/not-written", { path: dirname(path), reason: reasonOf(error), sizeBytes });
  }
}
