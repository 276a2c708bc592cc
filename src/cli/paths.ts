// Paths as they are shown to people.

import { relative } from "node:path";
import { printable } from "../words.ts";

/** Relative to where the user is, unless it lies elsewhere. */
export function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return printable(short === "" || short.startsWith("..") ? path : short);
}

/** As a shell takes it. */
export function quotedPath(path: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(path) ? path : `"${path}"`;
}
