// One process at a time works in a run's folder. The lock names the process by number and by when it began, so that a
// number that is used again by another program does not count; a lock whose process is gone is taken over.

import { readFileSync } from "node:fs";
import { open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "../errors.ts";

interface Owner {
  readonly pid: number;
  /** When the process began, as the system counts; empty where it does not say. */
  readonly began: string;
}

/**
 * Takes the lock of a folder; the function that comes back gives it up.
 *
 * @throws run/in-use while another process that is alive has it
 */
export async function lockRun(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, "lock");
  const self: Owner = { pid: process.pid, began: beganAt(process.pid) };
  for (let attempt = 0; ; attempt++) {
    const file = await open(path, "wx").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return undefined;
      throw error;
    });
    if (file !== undefined) {
      await file.writeFile(JSON.stringify(self));
      await file.close();
      return () => rm(path, { force: true });
    }
    const owner = await ownerOf(path);
    if (owner !== undefined && isAlive(owner)) return fail("run/in-use", { path: folder, pid: owner.pid });
    if (attempt === 3) throw new Error("internal: the lock of a run comes back again and again");
    await rm(path, { force: true });
  }
}

async function ownerOf(path: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Owner;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, began }: Owner): boolean {
  if (pid === process.pid) return false; // left by a process of the same number: this one has just begun
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return began === beganAt(pid);
}

/** Boot and start time of a process from Linux' /proc; empty elsewhere. */
function beganAt(pid: number): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const afterName = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "");
    return `${boot} ${afterName.split(" ")[19]}`;
  } catch {
    return "";
  }
}
