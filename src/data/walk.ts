// Every file below a folder, in byte order of names, with what was passed over and why. Looks at names and links, never
// into files. A link leads nowhere outside the root, and a path goes through at most one linked folder, so a walk ends.

import { type Dirent, promises as fs } from "node:fs";
import { join, sep } from "node:path";

/** A file or folder below the root: `parts` are the names on the way to it. */
export interface Entry {
  readonly parts: readonly string[];
  readonly path: string;
}

export interface Skipped {
  readonly path: string;
  readonly reason: string;
}

export interface Walk {
  readonly files: readonly (Entry & { readonly sizeBytes: number })[];
  readonly folders: readonly Entry[];
  readonly skipped: readonly Skipped[];
}

interface Place extends Entry {
  /** The real paths of this folder and of those it lies in. */
  readonly chain: readonly string[];
  readonly linked: boolean;
}

/** What operating systems put beside the files of people. */
export const leftByMachines: ReadonlySet<string> = new Set(["__MACOSX", "Thumbs.db", "desktop.ini"]);

/** What stands behind the name of a source in that of the file of its corrections, which is never taken for data. */
export const correctionsEnding = ".corrections.jsonl";

/** Byte order of the UTF-8 forms: the same on every machine and in every locale. */
export function byBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/**
 * Walks everything below `root`.
 *
 * Dotfiles, what operating systems leave behind and corrections of sources are passed over in silence. Whatever else cannot be followed (a broken
 * link, a link to outside or back to a folder it lies in, a folder without permission) is listed with the reason.
 *
 * @param root - a real path (without links) of a folder
 * @throws the error of the file system when the root itself cannot be listed
 */
export async function walk(root: string): Promise<Walk> {
  const files: (Entry & { sizeBytes: number })[] = [];
  const folders: Entry[] = [];
  const skipped: Skipped[] = [];
  await enter({ parts: [], path: root, chain: [root], linked: false });
  return { files, folders, skipped };

  async function enter(place: Place): Promise<void> {
    for (const dirent of await list(place)) {
      if (isPassedOver(dirent.name)) continue;
      const entry = { parts: [...place.parts, dirent.name], path: join(place.path, dirent.name) };
      const reason = await visit(entry, dirent, place);
      if (reason !== undefined) skipped.push({ path: entry.parts.join("/"), reason });
    }
  }

  async function list(place: Place): Promise<Dirent[]> {
    try {
      const found = await fs.readdir(place.path, { withFileTypes: true });
      return found.sort((left, right) => byBytes(left.name, right.name));
    } catch (error) {
      if (place.parts.length === 0) throw error;
      skipped.push({ path: place.parts.join("/"), reason: `the folder cannot be opened (${reasonOf(error)})` });
      return [];
    }
  }

  /** Takes one entry; returns why not, if it is not taken. */
  async function visit(entry: Entry, dirent: Dirent, place: Place): Promise<string | undefined> {
    const linked = dirent.isSymbolicLink();
    const real = linked ? await realPath(entry.path) : join(place.chain.at(-1)!, dirent.name);
    if (real === undefined) return "a link to nothing";
    if (linked && real !== root && !real.startsWith(root.endsWith(sep) ? root : root + sep)) {
      return "a link to outside the folder";
    }
    const found = await fs.stat(real).catch(reasonOf);
    if (typeof found === "string") return `cannot be opened (${found})`;
    if (found.isFile()) {
      files.push({ ...entry, sizeBytes: found.size });
      return undefined;
    }
    if (!found.isDirectory()) return "neither a file nor a folder";
    if (place.chain.includes(real)) return "a link to a folder that it lies in";
    if (linked && place.linked) return "a link to a folder, inside a linked folder";
    folders.push(entry);
    await enter({ ...entry, chain: [...place.chain, real], linked: linked || place.linked });
    return undefined;
  }
}

function isPassedOver(name: string): boolean {
  return name.startsWith(".") || leftByMachines.has(name) || /\.corrections\.jsonl(?:\.tmp)?$/.test(name);
}

async function realPath(path: string): Promise<string | undefined> {
  return fs.realpath(path).catch(() => undefined);
}

/** The short name of what the file system answered: "EACCES". */
export function reasonOf(error: unknown): string {
  if (error instanceof Error) return "code" in error ? String(error.code) : error.message;
  return String(error);
}
