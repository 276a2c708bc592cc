// Names of files in archives. They come from strangers and are only names: nothing is ever written under them.

import { leftByMachines, type Skipped } from "../walk.ts";
import { inByteOrder, type SourceFile } from "./listing.ts";

export interface NamedFiles {
  readonly files: readonly SourceFile[];
  readonly skipped: readonly Skipped[];
}

/**
 * The parts of a name without what says nothing ("./" in front, "//" between); undefined for what people and systems hide:
 * dotfiles, `__MACOSX` and its like.
 */
export function partsOf(name: string): readonly string[] | undefined {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  const hidden = parts.some((part) => (part.startsWith(".") && part !== "..") || leftByMachines.has(part));
  return hidden ? undefined : parts;
}

/** Names every entry of an archive, in byte order, leaving out what is hidden and whatever cannot stand beside the others. */
export function nameFiles<Entry extends { readonly name: string }>(
  entries: readonly Entry[],
  placed: (entry: Entry) => Pick<SourceFile, "locator" | "sizeBytes"> | { readonly reason: string },
): NamedFiles {
  const files = new Map<string, SourceFile>();
  const skipped: Skipped[] = [];
  for (const entry of entries) {
    const parts = partsOf(entry.name);
    if (parts === undefined) continue;
    const name = parts.join("/");
    const file = parts.includes("..")
      ? { reason: "its name leads out of the archive" }
      : files.has(name)
        ? { reason: "another file in the archive has the same name" }
        : placed(entry);
    if ("reason" in file) skipped.push({ path: name, reason: file.reason });
    else files.set(name, { name, parts, ...file });
  }
  return { files: inByteOrder([...files.values()]), skipped };
}
