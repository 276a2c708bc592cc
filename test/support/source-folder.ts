// Files of a test's own, in a folder that goes when the test file ends.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Returns a function that writes files into a folder of their own and returns its path. */
export function sourceFolders(): (files: Files) => string {
  const root = mkdtempSync(join(tmpdir(), "reinception-source-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  let count = 0;
  return (files) => {
    const folder = join(root, `${count++}`);
    mkdirSync(folder);
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    return folder;
  };
}
