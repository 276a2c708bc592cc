// A process that opens files as weights, one after the other, and says of each what came of it, how long it took, and how
// far its memory has grown beyond where it began.

import { ReinceptionError } from "../../src/errors.ts";
import { openPretrained } from "../../src/pretrained/open.ts";

/** What is printed of each file, as a line of JSON. */
export interface Opened {
  readonly path: string;
  /** Of the error; "read" where there was none, "bug" where it was none of ours. */
  readonly code: string;
  readonly message: string;
  readonly seconds: number;
  /** The largest that memory has been so far, less what it was before the first file. */
  readonly grownBytes: number;
}

const peakBytes = () => process.resourceUsage().maxRSS * 1024;

async function main(paths: readonly string[]): Promise<void> {
  const before = peakBytes();
  for (const path of paths) {
    const started = performance.now();
    const [code, message] = await openPretrained(path).then(
      () => ["read", ""] as const,
      (error: Error) => [error instanceof ReinceptionError ? error.code : "bug", error.message] as const,
    );
    const seconds = (performance.now() - started) / 1000;
    const opened: Opened = { path, code, message, seconds, grownBytes: peakBytes() - before };
    console.log(JSON.stringify(opened));
  }
}

await main(process.argv.slice(2));
