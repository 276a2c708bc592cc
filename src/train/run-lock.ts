// One process at a time works in a run's folder. The lock names the process; a lock whose process is gone is taken over.

import { join } from "node:path";
import { fail } from "../errors.ts";
import { isAlive } from "../living-process.ts";
import { takeLock, type Unlock } from "../lock-file.ts";

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
