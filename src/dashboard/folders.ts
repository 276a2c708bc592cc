// The folders of photos that a page may choose from. Nothing outside of the configured ones can be named, neither by dots nor
// by links; what a page gets are names of folders and how many pictures lie in them, never those of files.

import { type Dirent, promises as fs } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { fail } from "../errors.ts";
import type { FolderList } from "./api.ts";

export interface Folders {
  /**
   * The folders in a folder; without a path the configured ones.
   *
   * @throws dashboard/outside
   */
  list(path: string | undefined): Promise<FolderList>;
  /**
   * The real path of something in the configured folders.
   *
   * @throws dashboard/outside where it lies elsewhere or is not there, which are not told apart
   */
  within(path: string): Promise<string>;
}

/** Folders below one that are shown at once. */
const mostFolders = 1000;
/** What is looked at to count the pictures of all folders that are shown, and how deep: train/class/picture.jpg. */
const mostLooks = { entries: 100_000, folders: 1000 };
const deepest = 3;

interface Looks {
  entries: number;
  folders: number;
}

const picture = /\.(?:jpe?g|png|webp|gif|tiff?|avif|bmp)$/i;

/**
 * @param given - paths of folders
 * @param runs - real path of the folder of runs, in which no photos are looked for
 */
export async function foldersBelow(given: readonly string[], runs?: string): Promise<Folders> {
  const roots = await Promise.all(given.map((path) => fs.realpath(resolve(path)).catch(() => resolve(path))));

  async function within(path: string): Promise<string> {
    const real = path.includes("\0") ? undefined : await fs.realpath(resolve(path)).catch(() => undefined);
    if (real === undefined || !roots.some((root) => isBelow(root, real)))
      return fail("dashboard/outside", { path, roots });
    return real;
  }

  /** Links are not followed: what they lead to can be named by its own path, if that is allowed. */
  function isChosenFrom(parent: string, entry: Dirent): boolean {
    const named = entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules";
    return named && join(parent, entry.name) !== runs;
  }

  async function countPictures(path: string, depth: number, left: Looks): Promise<number> {
    if (--left.folders < 0) return 0;
    let pictures = 0;
    for await (const entry of entriesOf(path)) {
      if (--left.entries < 0) break;
      if (entry.isFile() && picture.test(entry.name)) pictures += 1;
      else if (depth > 1 && isChosenFrom(path, entry))
        pictures += await countPictures(join(path, entry.name), depth - 1, left);
    }
    return pictures;
  }

  return {
    within,
    async list(path) {
      const left = { ...mostLooks };
      const described = async (name: string, at: string) => {
        return { name, path: at, pictures: await countPictures(at, deepest, left) };
      };
      if (path === undefined || path === "") {
        const folders = await Promise.all(roots.map((root) => described(root, root)));
        return { path: null, parent: null, folders };
      }
      const real = await within(path);
      const names: string[] = [];
      for await (const entry of entriesOf(real)) if (isChosenFrom(real, entry)) names.push(entry.name);
      const shown = names.sort().slice(0, mostFolders);
      const folders = await Promise.all(shown.map((name) => described(name, join(real, name))));
      return { path: real, parent: roots.includes(real) ? null : dirname(real), folders };
    },
  };
}

/** Whether a real path is that of a folder or of something in it. */
export function isBelow(root: string, real: string): boolean {
  return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** A few at a time, so that others have their turn while a large folder is read; none where it cannot be. */
async function* entriesOf(path: string): AsyncGenerator<Dirent> {
  const folder = await fs.opendir(path, { bufferSize: 256 }).catch(() => undefined);
  if (folder !== undefined) yield* folder;
}
