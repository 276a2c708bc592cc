// How far decoding may run ahead of the engine: as far as has proved useful, within a number of bytes.

import type { Depth } from "./batches.ts";

/** One in use and one behind it are always there, however large they are. */
const least = 2;

/**
 * A depth that begins with two and grows by one whenever the consumer has to wait after it did not have to: then tasks
 * are fast enough on the whole, and a longer line evens them out. Where every single one is waited for, decoding is the
 * limit, and no line would help. It never grows beyond `most` bytes, counting each task as the largest result so far.
 *
 * @param sizeBytes - of a result
 */
export function readAhead<Item>(sizeBytes: (item: Item) => number, most: number): Depth<Item> {
  let depth = least;
  let largest = 0;
  let waitedBefore = true; // there is always a wait for the first
  return {
    now: () => Math.max(least, Math.min(depth, Math.floor(most / largest))),
    taken: (item, waited) => {
      largest = Math.max(largest, sizeBytes(item));
      if (waited && !waitedBefore && (depth + 1) * largest <= most) depth += 1;
      waitedBefore = waited;
    },
  };
}
