// Where the bytes of a picture lie: in a file, in an archive that is never unpacked, or here. Plain data, so that it can be sent
// to a thread and read there. Opens nothing; see read-located.ts.

import type { ZipPlace } from "../zip-entry.ts";

export type Locator =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "zip"; readonly archive: string; readonly entry: string; readonly place: ZipPlace }
  | {
      readonly kind: "tar";
      readonly archive: string;
      readonly entry: string;
      readonly offset: number;
      readonly sizeBytes: number;
    }
  | {
      readonly kind: "parquet";
      readonly file: string;
      readonly column: string;
      /** From 0. */
      readonly row: number;
    }
  /** Of a picture that came from no file; `name` is what messages call it. */
  | { readonly kind: "memory"; readonly name: string; readonly bytes: Uint8Array };

export function fileAt(path: string): Locator {
  return { kind: "file", path };
}

/** The place in words, for messages: a path, or one that goes on inside an archive. */
export function placeOf(locator: Locator): string {
  if (locator.kind === "file") return locator.path;
  if (locator.kind === "memory") return locator.name;
  if (locator.kind === "parquet") return `${locator.file}/${locator.row}`;
  return `${locator.archive}/${locator.entry}`;
}
