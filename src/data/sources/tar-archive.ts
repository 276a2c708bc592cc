// Tars, one or many shards, read where they lie: class folders, or the layout of WebDataset where the files say so.

import { promises as fs } from "node:fs";
import { fail } from "../../errors.ts";
import { indexTar, type TarEntry } from "../../tar.ts";
import type { OpenFiles } from "../open-files.ts";
import { reasonOf } from "../walk.ts";
import { nameFiles } from "./archive-names.ts";
import { byClassFoldersInArchive } from "./class-folders.ts";
import { type Listing, type SourceFile, sidesOfShards } from "./listing.ts";
import { type HeadOf, sift } from "./sift.ts";
import { byWebDataset, isWebDataset, type NamesBeside } from "./webdataset.ts";

/** One file of a source that consists of several. */
export interface Shard {
  readonly path: string;
  /** Within the source, with "/" between the parts. */
  readonly name: string;
}

/**
 * @param beside - reads the class names that stand beside the shards
 * @throws data/archive-damaged, data/class-names-collide, data/class-number, data/class-list
 */
export async function readTars(shards: readonly Shard[], beside: NamesBeside, open: OpenFiles): Promise<Listing> {
  const sides = sidesOfShards(shards.map(({ name }) => name));
  const listings: Listing[] = [];
  for (const [i, { path, name }] of shards.entries()) {
    const entries = await entriesOf(path, open);
    const named = nameFiles(entries, (entry) => placed(path, entry));
    const prefix = shards.length === 1 ? "" : `${name}/`;
    const files = named.files.map((file) => withShard(file, prefix, sides[i]));
    const listing = isWebDataset(files) ? await byWebDataset(files, beside, open) : await byFolders(files, open);
    const hidden = named.skipped.map((one) => ({ ...one, path: prefix + one.path }));
    listings.push({ ...listing, skipped: [...hidden, ...listing.skipped] });
  }
  return {
    classes: [...new Set(listings.flatMap(({ classes }) => classes))],
    pictures: listings.flatMap(({ pictures }) => pictures),
    skipped: listings.flatMap(({ skipped }) => skipped),
  };
}

function withShard(file: SourceFile, prefix: string, split: SourceFile["split"]): SourceFile {
  const named = prefix === "" ? file : { ...file, name: prefix + file.name };
  return split === undefined ? named : { ...named, split };
}

async function entriesOf(path: string, open: OpenFiles): Promise<readonly TarEntry[]> {
  try {
    const { size } = await fs.stat(path);
    return await indexTar((offset, length) => open.readAt(path, offset, length), size);
  } catch (error) {
    return fail("data/archive-damaged", { path, reason: reasonOf(error) });
  }
}

function placed(archive: string, { name, offset, sizeBytes }: TarEntry) {
  return { locator: { kind: "tar", archive, entry: name, offset, sizeBytes } as const, sizeBytes };
}

async function byFolders(files: readonly SourceFile[], open: OpenFiles): Promise<Listing> {
  const headOf: HeadOf = ({ locator }, length) => {
    if (locator.kind !== "tar") throw new Error("internal: a file of a tar that lies elsewhere");
    return open.readAt(locator.archive, locator.offset, Math.min(length, locator.sizeBytes));
  };
  const { pictures, skipped } = await sift(files, headOf);
  const listing = byClassFoldersInArchive(pictures);
  return { ...listing, skipped: [...skipped, ...listing.skipped] };
}
