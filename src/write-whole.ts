// Files get where they belong whole or not at all.

import { open, rename, rm, writeFile } from "node:fs/promises";

/** Texts of an iterable are written one after the other, so that a long list is never in memory as one. */
export type WholeContent = string | Uint8Array | Iterable<string>;

/** Writes beside the target and moves it there, so that a reader sees the old file or the new one, never a part. */
export async function writeWhole(path: string, content: WholeContent): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, "w");
  try {
    if (typeof content === "string" || content instanceof Uint8Array) await file.writeFile(content);
    else await writeFile(file, content);
    await file.sync();
    await file.close();
    await rename(temporary, path);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(temporary, { force: true });
    throw error;
  }
}
