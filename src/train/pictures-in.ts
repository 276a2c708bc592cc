// Which pictures are meant by what was named: files as they are, folders with all that is in them, patterns, bytes.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expandPath } from "../data/path-pattern.ts";
import { namedLikePicture } from "../data/picture-kind.ts";
import { fail } from "../errors.ts";
import { isFolder } from "./locate-model.ts";

export interface NamedPicture {
  readonly path: string;
  /** Where it lies in no file. */
  readonly bytes?: Uint8Array;
}

/** What pictures are called that come as bytes. */
const withoutPath = "-";

/**
 * Files as they are named, also those that are not there, so that each is answered; folders are searched, with all their
 * sub-folders, in byte order.
 *
 * @throws predict/no-pictures
 */
export async function picturesIn(named: readonly (string | Uint8Array)[]): Promise<readonly NamedPicture[]> {
  const found: NamedPicture[] = [];
  for (const one of named) {
    if (typeof one !== "string") found.push({ path: withoutPath, bytes: one });
    else for (const path of await expandPath(one)) found.push(...(await filesIn(path)).map((path) => ({ path })));
  }
  const paths = named.map((one) => (typeof one === "string" ? one : withoutPath));
  return found.length > 0 ? found : fail("predict/no-pictures", { paths });
}

async function filesIn(path: string): Promise<readonly string[]> {
  if (!(await isFolder(path))) return [path];
  const inside = (await readdir(path, { recursive: true })).filter(namedLikePicture).sort();
  return inside.map((name) => join(path, name));
}
