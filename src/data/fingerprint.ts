// Names pictures by what is in them: SHA-256 of the bytes of each file, and of a whole dataset. Moving or renaming the
// folder, or the files inside their class, changes neither.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { fail } from "../errors.ts";
import { prefetch } from "./batches.ts";
import type { DatasetImage } from "./sources.ts";
import { byBytes, reasonOf } from "./walk.ts";

export type HashedImage = DatasetImage & {
  /** SHA-256 of the file's bytes, in hexadecimal. */
  readonly hash: string;
};

/**
 * Reads every file once and adds its content hash; the order stays.
 *
 * @param atOnce - how many files are open at a time; memory is bounded by that, not by the size of the files
 * @throws data/unreadable when a file cannot be read, naming it
 */
export async function hashImages(images: readonly DatasetImage[], atOnce = 8): Promise<readonly HashedImage[]> {
  const hashed: HashedImage[] = [];
  const tasks = images.map((image) => async () => ({ ...image, hash: await hashFile(image) }));
  for await (const image of prefetch(tasks, atOnce)) hashed.push(image);
  return hashed;
}

/**
 * The fingerprint of a dataset: SHA-256 over the sorted list of (class, split, content hash), one line for each image.
 * The split is the one that the user's folders state, empty if they state none.
 */
export function fingerprintOf(classes: readonly string[], images: readonly HashedImage[]): string {
  const lines = images.map(({ label, split, hash }) => `${classes[label]}\0${split ?? ""}\0${hash}\n`).sort(byBytes);
  const digest = createHash("sha256");
  for (const line of lines) digest.update(line);
  return digest.digest("hex");
}

async function hashFile({ path, name }: DatasetImage): Promise<string> {
  const digest = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path)) digest.update(chunk as Uint8Array);
  } catch (error) {
    fail("data/unreadable", { name, reason: reasonOf(error) });
  }
  return digest.digest("hex");
}
