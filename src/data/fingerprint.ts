// Names pictures by what is in them: SHA-256 of the bytes of each picture, and of a whole dataset. Moving or renaming the
// folder, or the files inside their class, changes neither.

import { createHash } from "node:crypto";
import { ReinceptionError } from "../errors.ts";
import { prefetch } from "./batches.ts";
import { type LocatedReader, openReader } from "./read-located.ts";
import type { DatasetImage } from "./sources.ts";
import { byBytes } from "./walk.ts";

export type HashedImage = DatasetImage & {
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly hash: string;
  /** The class that it had before a correction gave it another. */
  readonly was?: string;
  /** The side that a correction puts it on. */
  readonly moved?: "train" | "validation";
};

/** Is told of an image that cannot be read and is left out. */
export type LeaveOut = (image: DatasetImage, problem: ReinceptionError) => void;

/**
 * Reads every image once and adds its content hash; the order stays.
 *
 * @param leaveOut - without it the first problem is thrown
 * @param atOnce - how many images are in memory at a time
 * @throws data/unreadable
 */
export async function hashImages(
  images: readonly DatasetImage[],
  leaveOut?: LeaveOut,
  atOnce = 8,
): Promise<readonly HashedImage[]> {
  const hashed: HashedImage[] = [];
  const reader = openReader();
  try {
    for await (const image of prefetch(hashing(images, reader, leaveOut), atOnce))
      if (image !== undefined) hashed.push(image);
  } finally {
    await reader.close();
  }
  return hashed;
}

/**
 * The fingerprint of a dataset: SHA-256 over the sorted list of (class, split, content hash), one line for each image.
 * The split is the one that a correction or else the user's folders state, empty if they state none.
 */
export function fingerprintOf(
  classes: readonly string[],
  images: readonly Pick<HashedImage, "label" | "split" | "moved" | "hash">[],
): string {
  const lines = images
    .map(({ label, split, moved, hash }) => `${classes[label]}\0${moved ?? split ?? ""}\0${hash}\n`)
    .sort(byBytes);
  const digest = createHash("sha256");
  for (const line of lines) digest.update(line);
  return digest.digest("hex");
}

function* hashing(
  images: readonly DatasetImage[],
  reader: LocatedReader,
  leaveOut: LeaveOut | undefined,
): Generator<() => Promise<HashedImage | undefined>> {
  for (const image of images)
    yield async () => {
      try {
        const bytes = await reader.read(image.locator);
        return { ...image, hash: createHash("sha256").update(bytes).digest("hex") };
      } catch (error) {
        if (!(error instanceof ReinceptionError) || leaveOut === undefined) throw error;
        leaveOut(image, error);
        return undefined;
      }
    };
}
