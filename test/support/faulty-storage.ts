// A file system that fails at one chosen change of the disk, and after it at every other: out of space, a write that is
// cut short, an error of the device, or the end of the process.

import { fileStorage, type Storage } from "../../src/data/storage.ts";

export type Fault = "ENOSPC" | "EIO" | "short write" | "killed";

export const faults: readonly Fault[] = ["ENOSPC", "EIO", "short write", "killed"];

export interface FaultyStorage {
  readonly storage: Storage;
  /** Changes that were asked for so far. */
  changes(): number;
}

/**
 * @param at - the number of the change at which it fails, from 0: a new file or folder, a write, a sync, a rename, a removal, a new
 *   time. With "killed" nothing changes any more from there on; with the others everything else works.
 */
export function faultyStorage(at: number, fault: Fault): FaultyStorage {
  let changes = 0;
  /** Whether this change fails. */
  const fails = () => {
    const now = changes++;
    return fault === "killed" ? now >= at : now === at;
  };
  const refuse = () => {
    throw Object.assign(new Error(fault), { code: fault === "short write" ? "EIO" : fault });
  };
  const storage: Storage = {
    ...fileStorage,
    async create(path) {
      if (fails()) refuse();
      const file = await fileStorage.create(path);
      return {
        ...file,
        async write(bytes, position) {
          if (fails()) {
            if (fault === "short write" || fault === "killed")
              await file.write(bytes.subarray(0, bytes.length >> 1), position);
            refuse();
          }
          await file.write(bytes, position);
        },
        async sync() {
          if (fails()) refuse();
          await file.sync();
        },
      };
    },
    async makeFolder(path) {
      if (fails()) refuse();
      await fileStorage.makeFolder(path);
    },
    async rename(from, to) {
      if (fails()) refuse();
      await fileStorage.rename(from, to);
    },
    async remove(path) {
      if (fails()) refuse();
      await fileStorage.remove(path);
    },
    async removeFolder(path) {
      if (fails()) refuse();
      await fileStorage.removeFolder(path);
    },
    async touch(path) {
      if (fails()) refuse();
      await fileStorage.touch(path);
    },
  };
  return { storage, changes: () => changes };
}
