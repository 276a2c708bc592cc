// One process at a time works in a run's folder. The lock names the process; a lock whose process is gone is taken over.

import { open, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { fail } from "../errors.ts";
import { isAlive, type ProcessName, thisProcess } from "../living-process.ts";

/**
 * Takes the lock of a folder; the function that comes back gives it up.
 *
 * @throws run/in-use while another process that is alive has it
 */
export async function lockRun(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, "lock");
  for (let attempt = 0; ; attempt++) {
    const file = await open(path, "wx").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return undefined;
      throw error;
    });
    if (file !== undefined) {
      await file.writeFile(JSON.stringify(thisProcess()));
      await file.close();
      return () => rm(path, { force: true });
    }
    const owner = await ownerOf(path);
    // a lock of our own number was left by another process: this one has just begun
    if (owner !== undefined && owner.pid !== process.pid && isAlive(owner))
      return fail("run/in-use", { path: folder, pid: owner.pid });
    if (attempt === 3) throw new Error("internal: the lock of a run comes back again and again");
    await rm(path, { force: true });
  }
}

/** The process that is at work in a run's folder, on this machine; undefined where none is. */
export async function workerIn(folder: string): Promise<ProcessName | undefined> {
  const owner = await ownerOf(join(folder, "lock"));
  return owner !== undefined && owner.host === hostname() && isAlive(owner) ? owner : undefined;
}

async function ownerOf(path: string): Promise<ProcessName | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as ProcessName;
  } catch {
    return undefined;
  }
}
