// What the machine, or the container that the process lives in, allows: cores and memory. Reads limits and sets none.

import { readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";

/** Cores that this process may keep busy, at least 1: the scheduler's, or fewer where a container has a quota. */
export function availableCores(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.ceil(quota())));
}

/** Memory that this process may use, in bytes: the machine's, or less where a container has a limit. */
export function memoryLimitBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** Most memory that this process has had at once (its resident set), in bytes. */
export function peakMemoryBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}

/** Cores' worth of time in `cpu.max` of control groups: "200000 100000" is 2, "max 100000" is no limit. */
export function quotaOf(cpuMax: string): number {
  const [time, period] = cpuMax.trim().split(/\s+/).map(Number);
  return time !== undefined && period !== undefined && time > 0 && period > 0
    ? time / period
    : Number.POSITIVE_INFINITY;
}

const controlGroups = "/sys/fs/cgroup";

/** The smallest quota of the groups around this process. Version 2 has a file in each group, version 1 two. */
function quota(): number {
  const [, path = "/"] = /^0::(.*)$/m.exec(read("/proc/self/cgroup")) ?? [];
  const names = path.split("/").filter((name) => name !== "");
  const groups = [names, ...names.map((_, i) => names.slice(0, i))];
  const quotas = groups.map((group) => quotaOf(read(join(controlGroups, ...group, "cpu.max"))));
  const time = read(join(controlGroups, "cpu", "cpu.cfs_quota_us"));
  const period = read(join(controlGroups, "cpu", "cpu.cfs_period_us"));
  return Math.min(...quotas, quotaOf(`${time} ${period}`));
}

/** Text of a file, empty where there is none. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
