// A file that says which process is at work somewhere. A lock whose process is gone is taken over.

import { open, readFile, rm } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { isAlive, type ProcessName, thisProcess } from "./living-process.ts";

/** Gives a lock up. */
export type Unlock = () => Promise<void>;

/** Looks at a lock that names nobody: whoever has just made it needs a moment to write its name. */
const looks = { times: 20, everyMs: 50 };

/**
 * Takes a lock; returns who has it where it is taken.
 *
 * @param counts - whether the lock of this owner is still good
 */
export async function takeLock(
  path: string,
  counts: (owner: ProcessName) => boolean = isAlive,
): Promise<Unlock | ProcessName> {
  for (let removed = 0; ; ) {
    const file = await open(path, "wx").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return undefined;
      throw error;
    });
    if (file !== undefined) {
      await file.writeFile(JSON.stringify(thisProcess())).finally(() => file.close());
      return () => rm(path, { force: true });
    }
    const owner = await ownerOf(path);
    if (owner === "gone") continue; // given up between our two looks
    if (owner !== "nobody" && counts(owner)) return owner;
    if (removed++ === 3) throw new Error("internal: a lock comes back again and again");
    await rm(path, { force: true });
  }
}

/** The process that a lock names at this moment; undefined where there is none, or it names nobody. */
export async function lockOwner(path: string): Promise<ProcessName | undefined> {
  return parsed(await readFile(path, "utf8").catch(() => ""));
}

async function ownerOf(path: string): Promise<ProcessName | "nobody" | "gone"> {
  for (let look = 0; look < looks.times; look++) {
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text === undefined) return "gone";
    const owner = parsed(text);
    if (owner !== undefined) return owner;
    await wait(looks.everyMs);
  }
  return "nobody";
}

function parsed(text: string): ProcessName | undefined {
  try {
    return JSON.parse(text) as ProcessName;
  } catch {
    return undefined;
  }
}
