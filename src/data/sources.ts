// From folders, lists and archives of photos to one list of images with labels. Joins sources, and holds what comes out
// against what can be learned. Decodes no picture and decides no split.

import { basename, join, resolve } from "node:path";
import { fail } from "../errors.ts";
import type { Locator } from "./locator.ts";
import { openFiles } from "./open-files.ts";
import type { ListedPicture, Listing, Side } from "./sources/listing.ts";
import { readSource } from "./sources/read-source.ts";
import { byBytes, type Skipped } from "./walk.ts";

export type { Side } from "./sources/listing.ts";

export interface DatasetImage {
  /** Where its bytes lie; see read-located.ts. */
  readonly locator: Locator;
  /**
   * Its own among all images: the path below its source, with "/" between the names on every machine, and where there are
   * several sources behind the name of the source.
   */
  readonly name: string;
  /** Index into `classes`. */
  readonly label: number;
  /** Where the user put it; absent on all images if the sources do not say. */
  readonly split?: Side;
  /** Images of one group belong on one side of a split. */
  readonly group?: string;
  /** Above 0; multiplies the loss of the image. */
  readonly weight?: number;
}

export interface Dataset {
  /** NFC, in byte order. */
  readonly classes: readonly string[];
  readonly images: readonly DatasetImage[];
  readonly skipped: readonly Skipped[];
}

/**
 * Reads which pictures the sources hold and which class each of them shows.
 *
 * A source is a folder of class folders, perhaps in folders of splits; a list (CSV, TSV, JSONL) of paths and labels; a zip
 * or tar of class folders; shards of WebDataset; parquet as Hugging Face writes it. A class that several sources have is
 * one. Where some picture has a stated split, those that state none are for train. What is no picture is listed in
 * `skipped`; whether a picture can be decoded is not known yet.
 *
 * @throws data/... when together they hold no two classes with at least two pictures each
 */
export async function readDataset(sources: string | readonly string[]): Promise<Dataset> {
  const paths = (typeof sources === "string" ? [sources] : sources).map((path) => resolve(path));
  const twice = paths.find((path, i) => paths.indexOf(path) < i);
  if (twice !== undefined) fail("data/source-twice", { path: twice });
  const open = openFiles();
  const listings: Listing[] = [];
  try {
    for (const path of paths) listings.push(await readSource(path, open));
  } finally {
    await open.close();
  }
  const names = sourceNames(paths);
  const pictures = withSplits(listings.flatMap((listing, i) => prefixed(listing.pictures, names[i]!)));
  const classes = [...new Set(listings.flatMap((listing) => listing.classes))].sort(byBytes);
  checkClasses(paths, classes, pictures);
  const label = new Map(classes.map((name, i) => [name, i]));
  const skipped = listings.flatMap((listing, i) =>
    listing.skipped.map(({ path, reason }) => ({ path: names[i]! + path, reason })),
  );
  return {
    classes,
    images: pictures.map(({ className, ...picture }) => ({ ...picture, label: label.get(className)! })),
    skipped: skipped.sort((left, right) => byBytes(left.path, right.path)),
  };
}

/** What stands before the names of each source: nothing where it is the only one, else its own name and "/". */
export function sourceNames(paths: readonly string[]): readonly string[] {
  if (paths.length === 1) return [""];
  const taken = new Set<string>();
  return paths.map((path) => {
    let name = basename(path);
    for (let count = 2; taken.has(name); count++) name = `${basename(path)}-${count}`;
    taken.add(name);
    return `${name}/`;
  });
}

function prefixed(pictures: readonly ListedPicture[], prefix: string): readonly ListedPicture[] {
  return prefix === "" ? pictures : pictures.map((picture) => ({ ...picture, name: prefix + picture.name }));
}

function withSplits(pictures: readonly ListedPicture[]): readonly ListedPicture[] {
  if (pictures.every(({ split }) => split === undefined)) return pictures;
  return pictures.map((picture) => (picture.split === undefined ? { ...picture, split: "train" } : picture));
}

function checkClasses(paths: readonly string[], classes: readonly string[], pictures: readonly ListedPicture[]): void {
  const byClass = new Map<string, ListedPicture[]>(classes.map((name) => [name, []]));
  for (const picture of pictures) byClass.get(picture.className)!.push(picture);
  for (const [name, own] of byClass) {
    const elsewhere = own.find(({ split }) => split !== undefined && split !== "train");
    if (elsewhere !== undefined && own.every(({ split }) => split !== "train"))
      fail("data/class-not-in-train", { name, split: elsewhere.split! });
    if (classes.length === 1) fail("data/one-class", { paths, name, inner: innerFolder(paths, own) });
    const count = own.filter(({ split }) => split !== "test").length;
    if (count < 2) fail("data/class-too-small", { name, count });
  }
}

/** The only folder of the only source, if the pictures in it lie in several folders: then those may be the classes. */
function innerFolder([root, ...others]: readonly string[], own: readonly ListedPicture[]): string | undefined {
  const parts = own.map(({ name }) => name.split("/"));
  const deep = new Set(parts.flatMap((names) => (names.length > 2 ? [names[1]!] : [])));
  const first = own[0]!;
  if (root === undefined || others.length > 0 || deep.size < 2) return undefined;
  return first.split === undefined && first.locator.kind === "file" ? join(root, parts[0]![0]!) : undefined;
}
