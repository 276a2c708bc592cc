// What every kind of source comes down to: files with names, and of those the pictures with their classes. Records only.

import type { Locator } from "../locator.ts";
import type { Skipped } from "../walk.ts";

export type Side = "train" | "validation" | "test";

/** A file of a source, whatever it holds. */
export interface SourceFile {
  /** Within its source, with "/" between the parts, the same on every machine. */
  readonly name: string;
  /** The names on the way to it, in the folder or archive whose layout gives it its class. */
  readonly parts: readonly string[];
  readonly locator: Locator;
  readonly sizeBytes: number;
  /** Where the shard it lies in belongs, if the names of the shards say so. */
  readonly split?: Side;
}

export interface ListedPicture {
  readonly locator: Locator;
  /** As of the file; no two pictures of a source have one. */
  readonly name: string;
  /** NFC. */
  readonly className: string;
  readonly split?: Side;
  /** Pictures of one group belong on one side of a split. */
  readonly group?: string;
  /** Above 0; how much its loss counts beside that of others. */
  readonly weight?: number;
}

/** What a source holds. */
export interface Listing {
  /** NFC, each once, in no order; some may have no pictures. */
  readonly classes: readonly string[];
  readonly pictures: readonly ListedPicture[];
  readonly skipped: readonly Skipped[];
}

const sides: ReadonlyMap<string, Side> = new Map([
  ["train", "train"],
  ["training", "train"],
  ["val", "validation"],
  ["valid", "validation"],
  ["validation", "validation"],
  ["test", "test"],
  ["testing", "test"],
]);

/** Which side of a split a word names, if it does. */
export function sideCalled(word: string): Side | undefined {
  return sides.get(word.toLowerCase());
}

/**
 * The sides that the names of shards state: "train-00000-of-00010.parquet" or "train/0000.tar". Undefined for all of them
 * where one says nothing, or none is for train.
 *
 * @param names - with "/" between the parts
 */
export function sidesOfShards(names: readonly string[]): readonly (Side | undefined)[] {
  const found = names.map((name) =>
    name
      .split("/")
      .map((part) => sideCalled(/^[a-z]+/i.exec(part)?.[0] ?? ""))
      .find((side) => side !== undefined),
  );
  const stated = found.every((side) => side !== undefined) && found.includes("train");
  return stated ? found : names.map(() => undefined);
}

/** In byte order of the names, level by level: that of a walk through folders. */
export function inByteOrder<File extends { readonly parts: readonly string[] }>(
  files: readonly File[],
): readonly File[] {
  const keyed = files.map((file) => ({ file, key: Buffer.from(file.parts.join("\0")) }));
  return keyed.sort((left, right) => Buffer.compare(left.key, right.key)).map(({ file }) => file);
}
