// A folder that lives as long as a test file runs, and holds everything that its runs write: the cache of trunks too.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** Makes the folder now and removes it after the last test of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "reinception-test-"));
  process.env.REINCEPTION_CACHE = join(folder, "cache"); // children inherit it
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}
