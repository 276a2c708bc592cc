// One process at a time works in a run's folder. The lock names the process; a lock whose process is gone is taken over.

import { hostname } from "node:os";
import { join } from "node:path";
import { fail } from "../errors.ts";
import { isAlive, type ProcessName } from "../living-process.ts";
import { lockOwner, takeLock, type Unlock } from "../lock-file.ts";

/**
 * Takes the lock of a folder; the function that comes back gives it up.
 *
 * @throws run/in-use while another process that is alive has it
 */
export async function lockRun(folder: string): Promise<Unlock> {
  // a lock of our own number was left by another process: this one has just begun
  const taken = await takeLock(join(folder, "lock"), (owner) => owner.pid !== process.pid && isAlive(owner));
  return typeof taken === "function" ? taken : fail("run/in-use", { path: folder, pid: taken.pid });
}

/** The process that is at work in a run's folder, on this machine; undefined where none is. */
export async function workerIn(folder: string): Promise<ProcessName | undefined> {
  const owner = await lockOwner(join(folder, "lock"));
  return owner !== undefined && owner.host === hostname() && isAlive(owner) ? owner : undefined;
}
