// The one way from a locator to bytes, for hashing, decoding and the threads that decode. Keeps what it has opened for the
// next picture; holds at most one picture that was asked for, and of parquet one row group.

import { promises as fs } from "node:fs";
import { fail } from "../errors.ts";
import { readZipped } from "../zip-entry.ts";
import { type Locator, placeOf } from "./locator.ts";
import { openFiles } from "./open-files.ts";
import type { ParquetPictures } from "./sources/parquet-pictures.ts";
import { reasonOf } from "./walk.ts";

export interface LocatedReader {
  /** @throws data/unreadable when the file cannot be opened, or the archive is damaged there */
  read(locator: Locator): Promise<Uint8Array>;
  /** Closes what is open. Whoever awaits a picture still gets it. */
  close(): Promise<void>;
}

/** A thread that reads many pictures opens one reader and keeps it. */
export function openReader(): LocatedReader {
  const files = openFiles();
  let pictures: Promise<ParquetPictures> | undefined;

  async function bytesOf(locator: Locator): Promise<Uint8Array> {
    switch (locator.kind) {
      case "memory":
        return locator.bytes;
      case "file":
        return fs.readFile(locator.path);
      case "zip":
        return readZipped((offset, length) => files.readAt(locator.archive, offset, length), locator.place);
      case "tar": {
        const bytes = await files.readAt(locator.archive, locator.offset, locator.sizeBytes);
        if (bytes.length < locator.sizeBytes) throw new Error("the archive ends in it");
        return bytes;
      }
      case "parquet": {
        // few runs need that package, and every thread would load it
        pictures ??= import("./sources/parquet-pictures.ts").then((door) => door.parquetPictures(files));
        return (await pictures).read(locator);
      }
    }
  }

  return {
    async read(locator) {
      try {
        return await bytesOf(locator);
      } catch (error) {
        const reason = reasonOf(error);
        const isFile = locator.kind === "file";
        fail("data/unreadable", {
          name: placeOf(locator),
          reason: isFile ? `the file cannot be opened (${reason})` : reason,
        });
      }
    },
    close: () => files.close(),
  };
}

/** One picture, and everything closed again. */
export async function readLocated(locator: Locator): Promise<Uint8Array> {
  const reader = openReader();
  return reader.read(locator).finally(() => reader.close());
}
