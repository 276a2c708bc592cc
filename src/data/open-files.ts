// A few files kept open, so that thousands of pictures in one archive do not open it thousands of times, and thousands of
// archives are never open at once. Reads bytes from where it is told; knows no format.

import { promises as fs } from "node:fs";

type FileHandle = Awaited<ReturnType<typeof fs.open>>;

export interface OpenFiles {
  /**
   * Bytes of a file, fewer than asked for only where it ends.
   *
   * @throws the error of the file system
   */
  readAt(path: string, offset: number, length: number): Promise<Uint8Array>;
  /** What is being read is closed afterwards. */
  close(): Promise<void>;
}

interface OpenFile {
  readonly handle: Promise<FileHandle>;
  /** Reads that are under way. */
  users: number;
}

/** @param most - files which stay open while nobody reads from them */
export function openFiles(most = 8): OpenFiles {
  const known = new Map<string, OpenFile>(); // the one used last comes last
  let left = most;

  function take(path: string): OpenFile {
    const file = known.get(path) ?? { handle: fs.open(path), users: 0 };
    file.handle.catch(() => known.delete(path));
    file.users++;
    known.delete(path);
    known.set(path, file);
    return file;
  }

  async function closeUnused(): Promise<void> {
    for (const [path, file] of known) {
      if (known.size <= left) return;
      if (file.users > 0) continue;
      known.delete(path);
      await (await file.handle).close();
    }
  }

  return {
    async readAt(path, offset, length) {
      const file = take(path);
      try {
        return await readFully(await file.handle, offset, length);
      } finally {
        file.users--;
        await closeUnused();
      }
    },
    async close() {
      left = 0; // whoever still reads closes behind himself
      await closeUnused();
    },
  };
}

async function readFully(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
