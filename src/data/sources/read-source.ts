// One source, read by the reader of its kind.

import { promises as fs } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fail } from "../../errors.ts";
import { fileAt } from "../locator.ts";
import type { OpenFiles } from "../open-files.ts";
import type { Walk } from "../walk.ts";
import { byClassFolders } from "./class-folders.ts";
import { readList } from "./list.ts";
import { type Listing, type SourceFile, sideCalled } from "./listing.ts";
import { type HeadOf, sift } from "./sift.ts";
import { type SourceKind, sourceKind } from "./source-kind.ts";
import { readTars, type Shard } from "./tar-archive.ts";
import { largestListBytes, listNames, parseList } from "./webdataset.ts";
import { readZipArchive } from "./zip-archive.ts";

/**
 * What a source holds, whatever kind it is of.
 *
 * @param path - absolute
 * @throws data/... when nothing in it is a picture with a class
 */
export async function readSource(path: string, open: OpenFiles): Promise<Listing> {
  const source = await sourceKind(path);
  const listing = await listingOf(path, source, open);
  const isList = source.kind === "list" || source.kind === "listed folder";
  if (listing.pictures.length > 0 || isList) return listing;
  const flat = listing.skipped.filter(({ reason }) => reason === "lies in no class folder").length;
  return fail("data/no-class-folders", { path, pictures: flat });
}

async function listingOf(path: string, source: SourceKind, open: OpenFiles): Promise<Listing> {
  const single: readonly Shard[] = [{ path, name: basename(path) }];
  switch (source.kind) {
    case "folder":
      return readFolder(path, source.walk, open);
    case "listed folder":
      return readListedFolder(path, source.lists);
    case "list":
      return readList(path, { kind: source.as });
    case "zip":
      return readZipArchive(path, open);
    case "tar":
      return readTars(single, () => classList(dirname(path)), open);
    case "parquet":
      return readParquetShards(single, open);
    case "shards": {
      const { shards, skipped } = shardsOf(path, source.of, source.walk);
      const listing =
        source.of === "tar"
          ? await readTars(shards, () => classList(path), open)
          : await readParquetShards(shards, open);
      return { ...listing, skipped: [...skipped, ...listing.skipped] };
    }
  }
}

/** Few runs need what reads parquet, so that it is loaded only then. */
async function readParquetShards(shards: readonly Shard[], open: OpenFiles): Promise<Listing> {
  const { readParquet } = await import("./parquet.ts");
  return readParquet(shards, open);
}

async function readFolder(root: string, found: Walk, open: OpenFiles): Promise<Listing> {
  const files = found.files.map(({ parts, sizeBytes }) => {
    const locator = fileAt(join(root, ...parts));
    return { name: parts.join("/"), parts, locator, sizeBytes } satisfies SourceFile;
  });
  const headOf: HeadOf = ({ parts }, length) => open.readAt(join(root, ...parts), 0, length);
  const { pictures, skipped } = await sift(files, headOf);
  const listing = byClassFolders({ pictures, folders: found.folders.map(({ parts }) => parts) });
  return { ...listing, skipped: [...found.skipped, ...skipped, ...listing.skipped] };
}

/** Lists at the top of a folder or in the folders of its splits; a picture in such a folder is of that split. */
async function readListedFolder(root: string, lists: readonly Walk["files"][number][]): Promise<Listing> {
  const listings: Listing[] = [];
  for (const { parts } of lists) {
    const prefix = parts
      .slice(0, -1)
      .map((part) => `${part}/`)
      .join("");
    const sideOf = (name: string) => (name.includes("/") ? sideCalled(name.split("/")[0]!) : undefined);
    const kind = parts.at(-1)!.endsWith(".jsonl") ? "json" : "delimited";
    listings.push(await readList(join(root, ...parts), { kind, prefix, sideOf }));
  }
  return {
    classes: listings.flatMap(({ classes }) => classes),
    pictures: listings.flatMap(({ pictures }) => pictures),
    skipped: listings.flatMap(({ skipped }) => skipped),
  };
}

function shardsOf(root: string, ending: string, { files, skipped }: Walk) {
  const isShard = ({ parts }: Walk["files"][number]) => parts.at(-1)!.toLowerCase().endsWith(`.${ending}`);
  const isClassList = ({ parts }: Walk["files"][number]) => listNames.some((name) => name === parts.join("/"));
  const shards = files.filter(isShard).map(({ parts }) => ({ path: join(root, ...parts), name: parts.join("/") }));
  const others = files
    .filter((file) => !isShard(file) && !isClassList(file))
    .map(({ parts }) => ({ path: parts.join("/"), reason: `is no .${ending} file, as others here are` }));
  return { shards, skipped: [...skipped, ...others] };
}

async function classList(folder: string): Promise<readonly string[] | undefined> {
  for (const name of listNames) {
    const path = join(folder, name);
    const found = await fs.stat(path).catch(() => undefined);
    if (!found?.isFile()) continue;
    if (found.size > largestListBytes) fail("data/class-list", { path });
    return parseList(path, await fs.readFile(path, "utf8"));
  }
  return undefined;
}
