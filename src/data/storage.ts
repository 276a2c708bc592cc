// What the trunk cache asks of a file system, as a record of functions: so that a test can stop the world between any two
// of them. Writes so that a file under its final name is whole and on the disk, or is not there. Knows nothing of rows.

import { randomUUID } from "node:crypto";
import { promises as fs } from "node:fs";
import { dirname } from "node:path";
import { timestamp } from "../clock.ts";

/** A file open for reading and writing at positions. */
export interface StoredFile {
  read(into: Uint8Array, position: number): Promise<void>;
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Waits until what was written is on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface Storage {
  makeFolder(path: string): Promise<void>;
  /** Names of the files in a folder. */
  list(folder: string): Promise<readonly string[]>;
  stat(path: string): Promise<{ readonly sizeBytes: number; readonly changedMs: number }>;
  readFile(path: string): Promise<Uint8Array>;
  /** A new, empty file. It is an error if there is one. */
  create(path: string): Promise<StoredFile>;
  open(path: string): Promise<StoredFile>;
  /** Gives a file its final name and waits until the folder's entry is on the disk. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; one that is not there is fine. */
  remove(path: string): Promise<void>;
  /** Removes a folder. It is an error if there is something in it. */
  removeFolder(path: string): Promise<void>;
  /** Sets the time at which a file was changed to now. */
  touch(path: string): Promise<void>;
  /** Bytes which the disk of a folder has left for us. */
  freeBytes(folder: string): Promise<number>;
}

/** The file system of this machine. */
export const fileStorage: Storage = {
  makeFolder: async (path) => void (await fs.mkdir(path, { recursive: true })),
  list: (folder) => fs.readdir(folder),
  stat: async (path) => {
    const { size, mtimeMs } = await fs.stat(path);
    return { sizeBytes: size, changedMs: mtimeMs };
  },
  readFile: (path) => fs.readFile(path),
  create: async (path) => storedFile(await fs.open(path, "wx+")),
  open: async (path) => storedFile(await fs.open(path, "r")),
  rename: async (from, to) => {
    await fs.rename(from, to);
    await syncFolder(dirname(to));
  },
  remove: (path) => fs.rm(path, { force: true }),
  removeFolder: (path) => fs.rmdir(path),
  touch: async (path) => {
    const seconds = Date.parse(timestamp()) / 1000;
    await fs.utimes(path, seconds, seconds);
  },
  freeBytes: async (folder) => {
    const { bavail, bsize } = await fs.statfs(folder);
    return bavail * bsize;
  },
};

/** Writes a small file so that it is there whole or not at all. Leaves nothing behind when the disk refuses it. */
export async function writeWhole(storage: Storage, path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${path}.${randomUUID()}${unfinishedEnding}`;
  const file = await storage.create(unfinished);
  try {
    try {
      await file.write(bytes, 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await storage.rename(unfinished, path);
  } catch (error) {
    await storage.remove(unfinished).catch(() => undefined);
    throw error;
  }
}

/** How names end of files that are being written. */
export const unfinishedEnding = ".tmp";

function storedFile(file: fs.FileHandle): StoredFile {
  return {
    read: async (into, position) => {
      for (let done = 0; done < into.length; ) {
        const { bytesRead } = await file.read(into, done, into.length - done, position + done);
        if (bytesRead === 0) throw new Error("the file is shorter than its rows");
        done += bytesRead;
      }
    },
    write: async (bytes, position) => {
      for (let done = 0; done < bytes.length; ) {
        done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
      }
    },
    sync: () => file.sync(),
    close: () => file.close(),
  };
}

/** Windows cannot open a folder, and does not need it. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await fs.open(path);
  await folder.sync().finally(() => folder.close());
}
