// Published files on this machine: fetched once, held against their checksum, recorded, and looked at again before every
// use. A file under its final name has passed all checks; what has not is removed.

import { createHash } from "node:crypto";
import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { timestamp } from "../clock.ts";
import { cacheRoot } from "../data/cache-space.ts";
import { fileStorage, writeWhole } from "../data/storage.ts";
import { reasonOf } from "../data/walk.ts";
import { fail, ReinceptionError } from "../errors.ts";
import { fileKind } from "../weights/file-kind.ts";
import { type DownloadProgress, type DownloadSettings, download } from "./download.ts";
import { openPretrained } from "./open.ts";
import { finishPart, type PartNotes, partPath, readPart, removePart } from "./part-file.ts";
import type { Environment } from "./proxy.ts";
import { addressOf, type PublishedFile, resolveMirror } from "./published.ts";
import { takeTurn } from "./turn.ts";

/** What is written beside a file when it has passed its checks. */
export interface WeightsRecord {
  /** Without a password; `null` for a file that somebody has put there. */
  readonly url: string | null;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly etag: string | null;
  readonly downloadedAt: string;
}

export interface CachedWeights extends WeightsRecord {
  readonly name: string;
  readonly path: string;
}

export interface PullSettings extends Partial<Omit<DownloadSettings, "mostBytes">> {
  /** Base of a mirror; `$REINCEPTION_WEIGHTS_MIRROR` unless given. */
  readonly mirror?: URL | undefined;
  /** `weightsFolder()` unless given. */
  readonly folder?: string;
  /** Whether a file that has changed is fetched again, and not an error. */
  readonly replace?: boolean;
  /** How often one looks whether another process has fetched it. */
  readonly lookMs?: number;
}

const mirrorVariable = "REINCEPTION_WEIGHTS_MIRROR";

/** Where published files are kept. */
export function weightsFolder(): string {
  return join(cacheRoot(), "weights");
}

export function recordPath(path: string): string {
  return `${path}.json`;
}

/** What was recorded of a file, if anything. */
export async function readRecord(path: string): Promise<WeightsRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(recordPath(path), "utf8")) as WeightsRecord;
    return typeof record.sha256 === "string" && Number.isSafeInteger(record.sizeBytes) ? record : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A file that is in the cache, after a look at all of its bytes; undefined if it is not there. One that somebody has put
 * there is recorded as if it had been fetched.
 *
 * @throws weights/checksum, weights/not-published
 */
export async function openCached(file: PublishedFile, folder = weightsFolder()): Promise<CachedWeights | undefined> {
  const path = join(folder, file.fileName);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isFile()) return undefined;
  const record = await readRecord(path);
  if (record === undefined) return await adopt(file, path);
  const against = { what: `"${path}"`, name: file.name, record: recordPath(path) };
  // a look at the length first: it costs nothing and says more
  if (found.size !== record.sizeBytes)
    return fail("weights/checksum", { ...against, found: bytes(found.size), needed: bytes(record.sizeBytes) });
  const sha256 = digest("sha256", await readFile(path));
  if (sha256 !== record.sha256)
    return fail("weights/checksum", { ...against, found: hash("sha256", sha256), needed: record.sha256 });
  return { ...record, name: file.name, path };
}

/**
 * A file that is in the cache, fetched if it is not. Ends without a result when it was told to stop.
 *
 * @throws weights/..., cache/not-written
 */
export async function* pull(
  file: PublishedFile,
  { mirror, folder = weightsFolder(), replace = false, lookMs = 500, ...given }: PullSettings = {},
): AsyncGenerator<DownloadProgress, CachedWeights | undefined> {
  const { environment = process.env } = given;
  const settings: DownloadSettings = {
    environment,
    silenceMs: 30_000,
    pausesMs: [1_000, 3_000, 9_000],
    stopping: () => false,
    ...given,
    mostBytes: file.size.predicted ? 2 * file.size.bytes : file.size.bytes,
  };
  const path = join(folder, file.fileName);
  const open = () => (replace ? openOrRemove(file, folder) : openCached(file, folder));
  while (true) {
    const there = await open();
    if (there !== undefined) return there;
    const turn = await written(path, async () => {
      await mkdir(folder, { recursive: true });
      return takeTurn(path);
    });
    if (turn === undefined) {
      if (settings.stopping()) return undefined;
      const part = await readPart(path);
      if (part !== undefined) yield { doneBytes: part.doneBytes, totalBytes: part.notes.sizeBytes, bytesPerSecond: 0 };
      await pause(lookMs);
      continue;
    }
    try {
      const since = await open(); // between the look and the turn another may have finished
      if (since !== undefined) return since;
      const notes = yield* download(addressOf(file, mirror ?? mirrorOf(environment)), path, settings);
      if (notes === undefined) return undefined;
      return await accept(file, path, notes);
    } finally {
      await turn.end();
    }
  }
}

function mirrorOf(environment: Environment): URL | undefined {
  const named = environment[mirrorVariable];
  return named ? resolveMirror(named, process.cwd(), mirrorVariable) : undefined;
}

async function openOrRemove(file: PublishedFile, folder: string): Promise<CachedWeights | undefined> {
  try {
    return await openCached(file, folder);
  } catch (error) {
    if (!(error instanceof ReinceptionError)) throw error;
    await rm(join(folder, file.fileName), { force: true }); // its record stays, for the next one to be held against
    return undefined;
  }
}

/** Gives a whole part its final name if it is what it should be, else removes it. */
async function accept(
  file: PublishedFile,
  path: string,
  { url, etag, sha256: named }: PartNotes,
): Promise<CachedWeights> {
  const content = await readFile(partPath(path));
  try {
    await check(file, content, { url, named, path });
  } catch (error) {
    await removePart(path);
    throw error;
  }
  const record = recordOf(content, { url, etag });
  await written(path, async () => {
    await writeRecord(path, record); // before the file, so that nobody finds it alone
    await finishPart(path);
  });
  return { ...record, name: file.name, path };
}

async function adopt(file: PublishedFile, path: string): Promise<CachedWeights> {
  const content = await readFile(path);
  await check(file, content, { url: path, named: null, path });
  const record = recordOf(content, { url: null, etag: null });
  await writeRecord(path, record).catch(() => undefined); // a folder that is only read from can be shared
  return { ...record, name: file.name, path };
}

function recordOf(content: Uint8Array, source: Pick<WeightsRecord, "url" | "etag">): WeightsRecord {
  return { ...source, sizeBytes: content.length, sha256: digest("sha256", content), downloadedAt: timestamp() };
}

function writeRecord(path: string, record: WeightsRecord): Promise<void> {
  return writeWhole(fileStorage, recordPath(path), new TextEncoder().encode(`${JSON.stringify(record, null, 2)}\n`));
}

interface Expected {
  /** For messages: where the bytes come from. */
  readonly url: string;
  /** SHA-256 by the server that gave them. */
  readonly named: string | null;
  readonly path: string;
}

/** Against everything that is known of the file; where nothing is, the network must be found in it. */
async function check(file: PublishedFile, content: Uint8Array, { url, named, path }: Expected): Promise<void> {
  const what = `what came from ${url}`;
  const kind = fileKind(content);
  const sizeBytes = content.length;
  const strange = (reason: string) => fail("weights/not-published", { url, sizeBytes, reason });
  if (kind !== file.kind) strange(`it is ${kind === "unknown" ? "something else" : kind}, not ${file.kind}.`);
  const published = { what, name: file.name, record: undefined };
  if (!file.size.predicted && sizeBytes !== file.size.bytes)
    fail("weights/checksum", { ...published, found: bytes(sizeBytes), needed: bytes(file.size.bytes) });
  const { algorithm, begins } = file.checksum ?? { algorithm: "sha256", begins: "" };
  const own = digest(algorithm, content);
  if (!own.startsWith(begins)) fail("weights/checksum", { ...published, found: hash(algorithm, own), needed: begins });
  const sha256 = digest("sha256", content);
  if (named !== null && sha256 !== named)
    fail("weights/checksum", { ...published, found: hash("sha256", sha256), needed: named });
  const recorded = await readRecord(path);
  if (recorded !== undefined && recorded.sha256 !== sha256)
    fail("weights/checksum", {
      ...published,
      found: hash("sha256", sha256),
      needed: recorded.sha256,
      record: recordPath(path),
    });
  if (file.checksum === null && kind === "safetensors")
    await openPretrained(content).catch((error: unknown) =>
      error instanceof ReinceptionError ? strange(error.found) : Promise.reject(error),
    );
}

/** What the disk refuses is an error of the cache. */
async function written<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    return fail("cache/not-written", { path: dirname(path), reason: reasonOf(error), sizeBytes: 0 });
  }
}

function digest(algorithm: "sha256" | "md5", content: Uint8Array): string {
  return createHash(algorithm).update(content).digest("hex");
}

function hash(algorithm: "sha256" | "md5", text: string): string {
  return `the ${algorithm === "sha256" ? "SHA-256" : "MD5"} ${text}`;
}

function bytes(count: number): string {
  return `${count} bytes`;
}
