// The children of this process on Linux, so that a test can do to one of them what a crash would do.

import { readdirSync, readFileSync } from "node:fs";

/** Numbers of the children whose command line names this. */
export function childrenCalled(name: string, parent = process.pid): readonly number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => read(`/proc/${entry}/cmdline`).includes(name))
    .filter((entry) => new RegExp(`^PPid:\\s+${parent}$`, "m").test(read(`/proc/${entry}/status`)))
    .map(Number);
}

/** Resident set of a process, in bytes; 0 where there is none. */
export function residentBytes(pid: number): number {
  const [, kilobytes = 0] = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`)) ?? [];
  return Number(kilobytes) * 1024;
}

/** Of a process that may be gone by now. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
