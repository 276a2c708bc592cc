// Ends a run from outside, whoever started it: the process that its lock names is asked to end after the step it is in, as
// Ctrl-C asks it where it was started.

import { resolve } from "node:path";
import { fail } from "../errors.ts";
import { workerIn } from "./run-lock.ts";

/** The number of the process that is at work in a run's folder; undefined where none of this machine is. */
export async function processOf(run: string): Promise<number | undefined> {
  return (await workerIn(resolve(run)))?.pid;
}

/**
 * Asks a run that is under way to end after its step and to keep what has been learnt; returns when it has been asked. On
 * Windows, which has no way to ask, the process ends at once, and `resume` goes on from the last checkpoint.
 *
 * @throws run/not-running
 */
export async function stopRun(run: string): Promise<void> {
  const path = resolve(run);
  const worker = await workerIn(path);
  if (worker === undefined) return fail("run/not-running", { path });
  process.kill(worker.pid, "SIGTERM");
}
