// From a folder of photos to a list of images with labels. The folders are the classes: root/class/..., or
// root/train/class/... with validation/ and test/ beside it. Decodes no picture and decides no split.

import { promises as fs } from "node:fs";
import { join, resolve } from "node:path";
import { fail } from "../errors.ts";
import { headBytes, isDecodable, namedLikePicture, pictureKind } from "./picture-kind.ts";
import { byBytes, type Entry, reasonOf, type Skipped, type Walk, walk } from "./walk.ts";

export type Side = "train" | "validation" | "test";

export interface DatasetImage {
  /** Absolute. */
  readonly path: string;
  /** Below the root, with "/" between the names, on every machine. */
  readonly name: string;
  /** Index into `classes`. */
  readonly label: number;
  /** Where the user's own folders put it; absent if they do not say. */
  readonly split?: Side;
  /** Pictures of one group belong on one side of a split. */
  readonly group?: string;
  readonly sizeBytes: number;
}

export interface Dataset {
  readonly root: string;
  /** NFC, in byte order. */
  readonly classes: readonly string[];
  readonly images: readonly DatasetImage[];
  readonly skipped: readonly Skipped[];
}

type Files = Walk["files"];
type Placed = Omit<DatasetImage, "label"> & { readonly className: string };

const sides: Readonly<Record<string, Side>> = {
  train: "train",
  training: "train",
  val: "validation",
  valid: "validation",
  validation: "validation",
  test: "test",
  testing: "test",
};

/**
 * Reads which pictures a folder holds and which class each of them shows.
 *
 * A folder inside a class folder belongs to that class. A file is a picture if its name ends like one or its content
 * begins like one; all others are listed in `skipped`. Whether a picture can be decoded is not known yet.
 *
 * @throws data/... when it is no folder of at least two classes with at least two pictures each
 */
export async function readDataset(path: string): Promise<Dataset> {
  const root = resolve(path);
  const found = await walkRoot(root);
  const { pictures, skipped } = await sift(found.files);
  const notes = [...found.skipped, ...skipped];
  const splits = hasSplitFolders(pictures);
  const depth = splits ? 1 : 0;

  const images: Placed[] = [];
  for (const { parts, sizeBytes } of pictures) {
    const side = splits ? sideOf(parts) : undefined;
    const name = parts.join("/");
    if (splits && side === undefined) notes.push({ path: name, reason: "lies beside train" });
    else if (parts.length < depth + 2) notes.push({ path: name, reason: "lies in no class folder" });
    else {
      const image = { path: join(root, ...parts), name, className: parts[depth]!.normalize("NFC"), sizeBytes };
      images.push(side === undefined ? image : { ...image, split: side });
    }
  }
  if (images.length === 0) fail("data/no-class-folders", { path, pictures: pictures.length });

  const folders = found.folders.filter(({ parts }) => parts.length === depth + 1 && (!splits || sideOf(parts)));
  const classes = classNames(folders, depth);
  checkClasses(path, classes, images);
  const label = new Map(classes.map((name, i) => [name, i]));
  return {
    root,
    classes,
    images: images.map(({ className, ...image }) => ({ ...image, label: label.get(className)! })),
    skipped: notes.sort((left, right) => byBytes(left.path, right.path)),
  };
}

async function walkRoot(path: string): Promise<Walk> {
  const found = await fs.stat(path).catch(reasonOf);
  if (found === "ENOENT" || found === "ENOTDIR") fail("data/not-found", { path });
  if (typeof found === "string") fail("data/folder-closed", { path, reason: found });
  if (!found.isDirectory()) fail("data/not-a-folder", { path });
  try {
    return await walk(await fs.realpath(path));
  } catch (error) {
    fail("data/folder-closed", { path, reason: reasonOf(error) });
  }
}

/** Parts the pictures from the other files. Only files whose names say nothing are opened. */
async function sift(files: Files): Promise<{ pictures: Files; skipped: readonly Skipped[] }> {
  const pictures: Files[number][] = [];
  const skipped: Skipped[] = [];
  for (const file of files) {
    const reason = await whyNoPicture(file);
    if (reason === undefined) pictures.push(file);
    else skipped.push({ path: file.parts.join("/"), reason });
  }
  return { pictures, skipped };
}

async function whyNoPicture({ path, parts, sizeBytes }: Files[number]): Promise<string | undefined> {
  if (sizeBytes === 0) return "empty";
  if (namedLikePicture(parts.at(-1)!)) return undefined;
  try {
    const file = await fs.open(path);
    const { buffer, bytesRead } = await file
      .read(new Uint8Array(headBytes), 0, headBytes, 0)
      .finally(() => file.close());
    const kind = pictureKind(buffer.subarray(0, bytesRead));
    if (kind === undefined) return "no picture";
    return isDecodable(kind) ? undefined : `${kind} is not among the formats that can be read`;
  } catch (error) {
    return `cannot be opened (${reasonOf(error)})`;
  }
}

function sideOf(parts: readonly string[]): Side | undefined {
  return sides[parts[0]!.toLowerCase()];
}

/**
 * Whether the first level of folders names splits and not classes: all of it that holds pictures does, and some picture
 * lies in train/class/. So two classes called "train" and "test" are still classes.
 */
function hasSplitFolders(pictures: Files): boolean {
  const inFolders = pictures.filter(({ parts }) => parts.length > 1);
  return (
    inFolders.every(({ parts }) => sideOf(parts) !== undefined) &&
    inFolders.some(({ parts }) => sideOf(parts) === "train" && parts.length > 2)
  );
}

/** The names of the class folders, each once. Two spellings of one name in the same folder are an error. */
function classNames(folders: readonly Entry[], depth: number): readonly string[] {
  const spelling = new Map<string, string>();
  for (const { parts } of folders) {
    const place = parts.with(depth, parts[depth]!.normalize("NFC")).join("/");
    const other = spelling.get(place);
    if (other !== undefined) fail("data/class-names-collide", { first: other, second: parts.join("/") });
    spelling.set(place, parts.join("/"));
  }
  return [...new Set(folders.map(({ parts }) => parts[depth]!.normalize("NFC")))].sort(byBytes);
}

function checkClasses(path: string, classes: readonly string[], images: readonly Placed[]): void {
  const byClass = new Map<string, Placed[]>(classes.map((name) => [name, []]));
  for (const image of images) byClass.get(image.className)!.push(image);
  for (const [name, own] of byClass) {
    const elsewhere = own.find(({ split }) => split !== undefined && split !== "train");
    if (elsewhere !== undefined && own.every(({ split }) => split !== "train")) {
      fail("data/class-not-in-train", { name, split: elsewhere.split! });
    }
    if (classes.length === 1) fail("data/one-class", { path, name, inner: innerFolder(path, own) });
    const count = own.filter(({ split }) => split !== "test").length;
    if (count < 2) fail("data/class-too-small", { name, count });
  }
}

/** The only folder of `path`, if the pictures in it lie in several folders: then those may be the classes. */
function innerFolder(path: string, own: readonly Placed[]): string | undefined {
  const parts = own.map(({ name }) => name.split("/"));
  const deep = new Set(parts.flatMap((names) => (names.length > 2 ? [names[1]!] : [])));
  return deep.size > 1 && own[0]!.split === undefined ? join(path, parts[0]![0]!) : undefined;
}
