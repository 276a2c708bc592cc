// Which process something belongs to, and whether that process is still at work. It is named by number and by when it
// began, so that a number which is used again by another program does not count.

import { readFileSync } from "node:fs";
import { hostname } from "node:os";

export interface ProcessName {
  readonly pid: number;
  /** When the process began, as the system counts; empty where it does not say. */
  readonly began: string;
  /** The machine, or the container: on another one its number means nothing. */
  readonly host: string;
}

export function thisProcess(): ProcessName {
  return { pid: process.pid, began: beganAt(process.pid), host: hostname() };
}

/** Whether a process of this machine is still there. */
export function isAlive({ pid, began }: Pick<ProcessName, "pid" | "began">): boolean {
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
