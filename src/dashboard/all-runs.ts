// Every run as a page sees it: what its folder tells, and what is known here of those that were started from a page. Starts
// them, stops them and lets them go on.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { nowMs, timestamp } from "../clock.ts";
import { fail } from "../errors.ts";
import { advise, listWeights, processOf, refitHead, resume, retrain } from "../index.ts";
import { defaultOf } from "../options.ts";
import type { Refitted, RunRow, TrainRequest } from "./api.ts";
import type { Folders } from "./folders.ts";
import { gettingReady, isName, type RunIndex, runIndex } from "./run-index.ts";
import { type RunJobs, runJobs } from "./run-jobs.ts";
import { typedOptions } from "./typed-options.ts";

export interface AllRuns {
  rows(): Promise<readonly RunRow[]>;
  /** @throws dashboard/no-run */
  row(name: string): Promise<RunRow>;
  /** Path of a run's folder, which a run that has just begun has yet to make. @throws dashboard/no-run */
  folderOf(name: string): Promise<string>;
  /** @throws dashboard/..., options/... */
  start(command: "train" | "advise", request: TrainRequest): Promise<RunRow>;
  /** @throws dashboard/no-run, run/not-running */
  stop(name: string): Promise<RunRow>;
  /** @throws dashboard/no-run, dashboard/under-way, run/in-use */
  resume(name: string): Promise<RunRow>;
  /** Fits the head of a run anew; comes back when it is known what that gives. @throws dashboard/..., corrections/..., run/... */
  refit(name: string): Promise<Refitted>;
  readonly jobs: RunJobs;
}

/** @param root - real path of the folder of runs */
export function allRuns(root: string, folders: Folders): AllRuns {
  const index: RunIndex = runIndex(root);
  const jobs = runJobs();
  const started = new Set<string>();

  function merged(name: string, row: RunRow | undefined): RunRow | undefined {
    const job = jobs.known(name);
    if (job === undefined) return row;
    const { problem } = job;
    if (job.underWay) {
      const begun = row ?? bareRow(name);
      return { ...begun, state: "running", progress: job.progress ?? begun.progress ?? preparing };
    }
    if (problem === null || row?.state === "running") return row;
    return { ...(row ?? { ...bareRow(name), state: "stopped" }), problem };
  }

  async function row(name: string): Promise<RunRow> {
    return merged(name, await index.row(name)) ?? fail("dashboard/no-run", { name });
  }

  /** The name, or the first with a number behind it that no run has yet. */
  function freeName(plain: string): string {
    let name = plain;
    for (let count = 2; isTaken(name); count++) name = `${plain}-${count}`;
    return name;
  }

  function isTaken(name: string): boolean {
    return started.has(name) || existsSync(join(root, name));
  }

  return {
    jobs,
    row,
    async rows() {
      const rows = await index.rows();
      const there = new Set(rows.map(({ name }) => name));
      const bare = [...started].filter((name) => !there.has(name)).map((name) => merged(name, undefined));
      return [...rows.map((one) => merged(one.name, one)), ...bare].filter((one) => one !== undefined);
    },
    async folderOf(name) {
      const begun = jobs.known(name) === undefined ? undefined : join(root, name);
      return (await index.folderOf(name)) ?? begun ?? fail("dashboard/no-run", { name });
    },
    async start(command, request) {
      const names = (await listWeights()).map((entry) => entry.name);
      const options = await typedOptions(command, request, folders, [...names, "small", "random"]);
      const what = command === "train" ? (request.options?.strategy ?? defaultOf("strategy")) : command;
      const name = request.name ?? freeName(`${timestamp().slice(0, 10)}-${what}`);
      if (!isName(name) || name.startsWith(".")) fail("dashboard/name", { name });
      if (isTaken(name)) fail("dashboard/name-taken", { name });
      const out = join(root, name);
      jobs.add(name, () => (command === "train" ? retrain : advise)({ ...options, out }));
      started.add(name);
      return row(name);
    },
    async stop(name) {
      const path = await index.folderOf(name);
      if (path === undefined && jobs.known(name) === undefined) fail("dashboard/no-run", { name });
      await jobs.stop(name, path ?? join(root, name));
      return row(name);
    },
    async resume(name) {
      const path = (await index.folderOf(name)) ?? fail("dashboard/no-run", { name });
      const pid = await processOf(path);
      if (pid !== undefined) fail("run/in-use", { path, pid });
      jobs.add(name, () => resume({ run: path }));
      started.add(name);
      return row(name);
    },
    async refit(name) {
      const path = (await index.folderOf(name)) ?? fail("dashboard/no-run", { name });
      const startedMs = nowMs();
      const fresh = freeName(`${name}-refit`);
      return new Promise<Refitted>((resolve, reject) => {
        const start = () => refitHead({ run: path, out: join(root, fresh) });
        const job = jobs.add(fresh, start, (event) => {
          if (event.type !== "judged") return;
          const { before, after } = event;
          resolve({ run: fresh, seconds: (nowMs() - startedMs) / 1000, before, after });
        });
        job.result.catch(reject);
        started.add(fresh);
      });
    },
  };
}

const preparing = { doing: "getting ready", share: null, secondsLeft: null };

function bareRow(name: string): RunRow {
  const { model, ...about } = gettingReady(name);
  return { ...about, state: "interrupted", progress: null, hasModel: model !== null };
}
