// Runs that were started from a page. Each lives in a process of its own, as every run does; here it is known by its name
// from the moment it was asked for, and how it ended, if that was not as it should. What it does is in its files.

import { fail, ReinceptionError } from "../errors.ts";
import { type Job, type RunEvent, stopRun } from "../index.ts";
import type { Problem, RunProgress } from "./api.ts";

type RunJob = Job<"train"> | Job<"advise"> | Job<"resume"> | Job<"refit">;

export interface RunJobs {
  /**
   * Takes a run that is being started.
   *
   * @param start - starts it; what it throws comes through
   * @param heard - gets every event, where somebody waits for one
   * @throws dashboard/too-many-runs, dashboard/under-way
   */
  add<J extends RunJob>(name: string, start: () => J, heard?: (event: RunEvent) => void): J;
  /** Asks a run to end well, whoever started it. @throws run/not-running */
  stop(name: string, path: string): Promise<void>;
  /** What is known of it here; undefined for a run that nobody started or stopped from here. */
  known(name: string): KnownRun | undefined;
  /** Names of those that are under way. */
  underWay(): readonly string[];
  /** Asks all of them to end well; comes back when they have ended. */
  endAll(): Promise<void>;
  /** Ends all of them at once. */
  killAll(): void;
}

export interface KnownRun {
  readonly underWay: boolean;
  /** Where more is known here than its files tell. */
  readonly progress: RunProgress | null;
  readonly problem: Problem | null;
}

const mostAtOnce = 4;

interface Entry {
  readonly job: RunJob;
  underWay: boolean;
  stopping: boolean;
  problem: Problem | null;
}

export function runJobs(): RunJobs {
  const entries = new Map<string, Entry>();
  const active = () => [...entries].filter(([, { underWay }]) => underWay);

  function watch(entry: Entry, job: RunJob, heard: (event: RunEvent) => void): void {
    const over = (problem: Problem | null) => Object.assign(entry, { underWay: false, stopping: false, problem });
    void (async () => {
      try {
        for await (const event of job) heard(event);
        over(null);
      } catch (error) {
        over(entry.stopping && isStop(error) ? null : problemFrom(error));
      }
    })();
  }

  return {
    add(name, start, heard = () => {}) {
      if (entries.get(name)?.underWay === true) fail("dashboard/under-way", { name });
      if (active().length >= mostAtOnce) fail("dashboard/too-many-runs", { most: mostAtOnce });
      const job = start();
      const entry = { job, underWay: true, stopping: false, problem: null };
      entries.set(name, entry);
      watch(entry, job, heard);
      return job;
    },
    async stop(name, path) {
      const entry = entries.get(name);
      if (entry?.underWay !== true) return stopRun(path);
      entry.stopping = true;
      entry.job.stop();
    },
    known(name) {
      const entry = entries.get(name);
      if (entry === undefined) return undefined;
      const { underWay, stopping, problem } = entry;
      return { underWay, progress: stopping ? ending : null, problem };
    },
    underWay: () => active().map(([name]) => name),
    async endAll() {
      const ended = active().map(([, { job }]) => job.result.catch(() => {}));
      for (const [, entry] of active()) {
        entry.stopping = true;
        entry.job.stop();
      }
      await Promise.all(ended);
    },
    killAll() {
      for (const [, { job }] of active()) job.kill();
    },
  };
}

const ending: RunProgress = { doing: "ends after this step", share: null, secondsLeft: null };

function isStop(error: unknown): boolean {
  return error instanceof ReinceptionError && error.code === "train/stopped-early";
}

export function problemFrom(error: unknown): Problem {
  if (error instanceof ReinceptionError) return { code: error.code, message: error.found, fix: error.fix };
  return {
    code: "internal",
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    fix: "This is a fault of reinception, not yours: report it with these lines.",
  };
}
