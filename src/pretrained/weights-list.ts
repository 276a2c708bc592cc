// The weights that training can start from by name, and which of them are on this machine. Looks at names and lengths only;
// a file's bytes are looked at when it is used.

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { embeddedSmall } from "../weights/network-file.ts";
import { readPart } from "./part-file.ts";
import { type PublishedFile, publishedFiles } from "./published.ts";
import { readRecord, weightsFolder } from "./weights-cache.ts";

export interface WeightsEntry {
  /** As in --weights imagenet. */
  readonly name: string;
  readonly title: string;
  /** Where it is published; `null` for what comes with the package. */
  readonly url: string | null;
  readonly licence: string;
  /** Shares of ImageNet's validation images, as its publisher measured them. */
  readonly top1: number | null;
  readonly top5: number | null;
  /** Of the file; as far as it is known where it has not been fetched. */
  readonly sizeBytes: number;
  /** "part" is half fetched, "changed" has another length than when it was fetched. */
  readonly state: "embedded" | "cached" | "part" | "changed" | "absent";
  /** Where it lies or will lie. */
  readonly path: string;
  readonly sha256: string | null;
  readonly downloadedAt: string | null;
}

/** The embedded network first, then the published ones. */
export async function listWeights(): Promise<readonly WeightsEntry[]> {
  return [await embedded(), ...(await Promise.all(publishedFiles.map((file) => entryOf(file))))];
}

/** @param folder - `weightsFolder()` unless given */
export async function entryOf(file: PublishedFile, folder = weightsFolder()): Promise<WeightsEntry> {
  const { name, title, url, licence, top1, top5 } = file;
  const path = join(folder, file.fileName);
  const about = { name, title, url, licence, top1, top5, path, sha256: null, downloadedAt: null };
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    const part = await readPart(path);
    if (part === undefined) return { ...about, sizeBytes: file.size.bytes, state: "absent" };
    return { ...about, sizeBytes: part.notes.sizeBytes, state: "part" };
  }
  const record = await readRecord(path);
  if (record === undefined) return { ...about, sizeBytes: found.size, state: "cached" };
  const { sha256, downloadedAt } = record;
  const state = found.size === record.sizeBytes ? "cached" : "changed";
  return { ...about, sha256, downloadedAt, sizeBytes: found.size, state };
}

async function embedded(): Promise<WeightsEntry> {
  const path = embeddedSmall();
  return {
    name: "small",
    title: "the package's own, a quarter of the width, 200 classes",
    url: null,
    licence: "Apache-2.0",
    top1: null, // it knows other classes, so its numbers do not belong into this column
    top5: null,
    sizeBytes: (await stat(path)).size,
    state: "embedded",
    path,
    sha256: null,
    downloadedAt: null,
  };
}
