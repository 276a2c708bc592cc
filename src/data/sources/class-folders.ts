// Pictures whose folders are their classes: root/class/..., or root/train/class/... with validation/ and test/ beside it,
// on disk or in an archive. Sees names, opens nothing.

import { fail } from "../../errors.ts";
import type { Skipped } from "../walk.ts";
import { type Listing, type ListedPicture, type Side, type SourceFile, sideCalled } from "./listing.ts";

interface Tree {
  readonly pictures: readonly SourceFile[];
  /** Every folder, also those without pictures, by the names on the way to it. */
  readonly folders: readonly (readonly string[])[];
}

/**
 * Names the class of each picture after its folder; a folder inside a class folder belongs to that class.
 *
 * @throws data/class-names-collide when two folders in one place have two spellings of one name
 */
export function byClassFolders({ pictures, folders }: Tree, top = 0): Listing {
  const splits = hasSplitFolders(pictures, top);
  const depth = splits ? top + 1 : top;
  const listed: ListedPicture[] = [];
  const skipped: Skipped[] = [];
  for (const { name, parts, locator, split } of pictures) {
    const side = splits ? sideCalled(parts[top]!) : split;
    if (splits && side === undefined) skipped.push({ path: name, reason: "lies beside train" });
    else if (parts.length < depth + 2) skipped.push({ path: name, reason: "lies in no class folder" });
    else {
      const picture = { locator, name, className: parts[depth]!.normalize("NFC") };
      listed.push(side === undefined ? picture : { ...picture, split: side });
    }
  }
  const ofClasses = folders.filter(
    (parts) => parts.length === depth + 1 && (!splits || sideCalled(parts[top]!) !== undefined),
  );
  return { classes: classNames(ofClasses, depth), pictures: listed, skipped };
}

/** The same for an archive: its folders are those that its files lie in, and one folder around everything is looked through. */
export function byClassFoldersInArchive(pictures: readonly SourceFile[]): Listing {
  const folders = new Map<string, readonly string[]>();
  for (const { parts } of pictures)
    for (let length = 1; length < parts.length; length++) {
      const folder = parts.slice(0, length);
      folders.set(folder.join("/"), folder);
    }
  return byClassFolders({ pictures, folders: [...folders.values()] }, isWrapped(pictures) ? 1 : 0);
}

/** Whether all pictures lie in folders of one and the same folder, which then stands for no class and no split. */
function isWrapped(pictures: readonly SourceFile[]): boolean {
  const [first] = pictures;
  if (first === undefined || hasSplitFolders(pictures, 0)) return false;
  return pictures.every(({ parts }) => parts.length > 2 && parts[0] === first.parts[0]);
}

/**
 * Whether the first level of folders names splits and not classes: all of it that holds pictures does, and some picture
 * lies in train/class/. So two classes called "train" and "test" are still classes.
 */
function hasSplitFolders(pictures: readonly SourceFile[], top: number): boolean {
  const inFolders = pictures.filter(({ parts }) => parts.length > top + 1);
  const sideOf = ({ parts }: SourceFile): Side | undefined => sideCalled(parts[top]!);
  return (
    inFolders.every((file) => sideOf(file) !== undefined) &&
    inFolders.some((file) => sideOf(file) === "train" && file.parts.length > top + 2)
  );
}

/** The names of the class folders, each once. Two spellings of one name in the same folder are an error. */
function classNames(folders: readonly (readonly string[])[], depth: number): readonly string[] {
  const spelling = new Map<string, string>();
  for (const parts of folders) {
    const place = parts.with(depth, parts[depth]!.normalize("NFC")).join("/");
    const other = spelling.get(place);
    if (other !== undefined) fail("data/class-names-collide", { first: other, second: parts.join("/") });
    spelling.set(place, parts.join("/"));
  }
  return [...new Set(folders.map((parts) => parts[depth]!.normalize("NFC")))];
}
