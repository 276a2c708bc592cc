// gzip, read from front to back, with only what is asked for kept in memory. What a packed file inflates to is bounded
// before it is inflated, so that a small file which would inflate to gigabytes is given up early.

import { createGunzip } from "node:zlib";
import type { ReadAt } from "../tar.ts";

/** A network at width 1 with everything its training adds, float32, has some 740 MB. */
const mostBytes = 2 ** 30;

/** Numbers of trained networks shrink by less than a tenth; this leaves room for optimizers' state of zeros. */
const mostRatio = 16;
const smallBytes = 2 ** 24;

export interface Inflating {
  /**
   * Inflates up to the end of these bytes, which lie behind those asked for before.
   *
   * @throws Error with a reason in words when the file is damaged, too large, or ends before `offset`
   */
  readonly read: ReadAt;
  /** Gives up the rest. */
  close(): void;
}

/** @param packed - a whole gzip file */
export function inflateForward(packed: Uint8Array): Inflating {
  const limit = Math.min(mostBytes, packed.length * mostRatio + smallBytes);
  const gunzip = createGunzip({ chunkSize: 2 ** 18 });
  gunzip.end(packed);
  const chunks = gunzip[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let chunk: Uint8Array = new Uint8Array(0);
  let at = 0;

  /** The next bytes, at most `length`; none at the end. */
  async function next(length: number): Promise<Uint8Array> {
    if (chunk.length === 0) chunk = (await pull(chunks)) ?? chunk;
    const part = chunk.subarray(0, length);
    chunk = chunk.subarray(part.length);
    at += part.length;
    return part;
  }

  return {
    async read(offset, length) {
      if (offset + length > limit) throw new Error(`what is packed in it would be more than ${limit} bytes`);
      if (offset < at) throw new Error(`internal: byte ${offset} lies before byte ${at}`);
      while (at < offset)
        if ((await next(offset - at)).length === 0) throw new Error(`what is packed in it ends at byte ${at}`);
      const bytes = new Uint8Array(length);
      while (at < offset + length) {
        const part = await next(offset + length - at);
        if (part.length === 0) return bytes.subarray(0, at - offset);
        bytes.set(part, at - part.length - offset);
      }
      return bytes;
    },
    close: () => gunzip.destroy(),
  };
}

async function pull(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    const { value, done } = await chunks.next();
    return done === true ? undefined : (value as Uint8Array);
  } catch (error) {
    throw new Error(`what is packed in it cannot be unpacked (${(error as Error).message})`);
  }
}
