// Whose turn it is where several processes want to fetch the same file: one fetches, the others wait for it. A process that
// died keeps nobody waiting, on whatever machine it ran.

import { readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { timestamp } from "../clock.ts";

export interface Turn {
  end(): Promise<void>;
}

/** A living holder says so more often than this. */
const heartbeatMs = 5_000;
const silentMs = 6 * heartbeatMs;

/**
 * Takes the turn for `path`, or returns undefined while it is another's.
 *
 * Two that find the same dead holder at once can both get it. That does no harm: parts are written at positions, the same
 * bytes by both, and a file counts only after its hash.
 */
export async function takeTurn(path: string): Promise<Turn | undefined> {
  const lock = `${path}.lock`;
  if (await isAbandoned(lock)) await rm(lock, { force: true });
  try {
    await writeFile(lock, JSON.stringify({ process: process.pid, machine: hostname() }), { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    throw error;
  }
  const heartbeat = setInterval(() => void touch(lock), heartbeatMs);
  heartbeat.unref();
  return {
    async end() {
      clearInterval(heartbeat);
      await rm(lock, { force: true });
    },
  };
}

async function isAbandoned(lock: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(lock);
    if (Date.parse(timestamp()) - mtimeMs > silentMs) return true;
    const holder = JSON.parse(await readFile(lock, "utf8")) as { process: number; machine: string };
    return holder.machine === hostname() && !isAlive(holder.process);
  } catch {
    return false; // it has just gone, or is being written
  }
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function touch(path: string): Promise<void> {
  const now = new Date(timestamp());
  await utimes(path, now, now).catch(() => undefined);
}
