// How far a run that is under way has come, from the ends of its files alone: its last event, or what it is busy with between
// its stages. Reads no file as a whole.

import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { RunConfig, RunEvent } from "../index.ts";
import type { RunProgress } from "./api.ts";
import { lastLines } from "./event-file.ts";

type Busy = Extract<RunEvent, { readonly type: "progress" }>;
type Step = Extract<RunEvent, { readonly type: "step" }>;
type Epoch = Extract<RunEvent, { readonly type: "epoch" }>;

/** What a run does besides learning, in words. */
const doings: { readonly [K in Busy["phase"]]: string } = {
  read: "reading pictures",
  download: "fetching the weights",
  check: "trying pictures",
  trunk: "running the frozen part",
  probe: "asking the network at several depths",
  search: "trying strategies",
  compile: "preparing the step",
  train: "learning",
  calibrate: "measuring values",
  evaluate: "checking",
  write: "writing the model",
  report: "drawing the report",
};

/** @param path - of the run's folder, at which a process is at work */
export async function progressOf(path: string): Promise<RunProgress> {
  const [events, busy] = await Promise.all([lastEvents(join(path, "events.jsonl")), busyWith(path)]);
  if (busy !== undefined && busy.changedMs >= events.changedMs)
    return busy.event.phase === "search" ? ofTrial(events.events) : ofPhase(busy.event);
  const latest = events.events.find((event) => event.type !== "overfitting" && event.type !== "source");
  if (latest?.type === "step" || latest?.type === "epoch") return ofLearning(latest, await epochsPlanned(path));
  return {
    doing: latest?.type === "stage-end" ? "finishing the stage" : "getting ready",
    share: null,
    secondsLeft: null,
  };
}

async function lastEvents(path: string): Promise<{ changedMs: number; events: readonly RunEvent[] }> {
  const changedMs = await changed(path);
  const events: RunEvent[] = [];
  for (const line of (await lastLines(path)).slice(0, 4)) {
    try {
      events.push(JSON.parse(line.toString("utf8")) as RunEvent);
    } catch {
      // a line that a machine without power has left
    }
  }
  return { changedMs, events };
}

async function busyWith(path: string): Promise<{ changedMs: number; event: Busy } | undefined> {
  const file = join(path, "progress.json");
  const text = await readFile(file, "utf8").catch(() => "");
  try {
    return { changedMs: await changed(file), event: JSON.parse(text) as Busy };
  } catch {
    return undefined; // there is none, or it is just being written
  }
}

async function changed(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

/** How many trials there will be nobody knows: time decides. */
function ofTrial(latest: readonly RunEvent[]): RunProgress {
  const done = latest.find((event) => event.type === "trial")?.trial.number ?? 0;
  return { doing: `trial ${done + 1}`, share: null, secondsLeft: null };
}

function ofPhase(event: Busy): RunProgress {
  const { done, total } = event;
  const speed = event.phase === "download" ? event.bytesPerSecond : event.imagesPerSecond;
  const much = event.phase === "download" || total === 0 ? "" : `, ${done} of ${total}`;
  return {
    doing: `${doings[event.phase]}${much}`,
    share: total > 0 ? done / total : null,
    secondsLeft: speed > 0 ? Math.max(0, total - done) / speed : null,
  };
}

/** @param planned - epochs of each stage */
export function ofLearning(event: Step | Epoch, planned: readonly number[]): RunProgress {
  const { stage, epoch } = event;
  const epochs = planned[stage] ?? (event.type === "epoch" ? event.epochs : epoch);
  const within = event.type === "epoch" ? 1 : event.done / Math.max(event.total, 1);
  const where = planned.length > 1 ? `stage ${stage + 1} of ${planned.length}, ` : "";
  const before = planned.slice(0, stage).reduce((total, count) => total + count, 0);
  const all = planned.reduce((total, count) => total + count, 0) || epochs;
  return {
    doing: `${where}epoch ${epoch} of ${epochs}`,
    share: Math.min(1, (before + epoch - 1 + within) / all),
    secondsLeft: event.type === "step" ? event.secondsLeft : null,
  };
}

async function epochsPlanned(path: string): Promise<readonly number[]> {
  try {
    const { config } = JSON.parse(await readFile(join(path, "run.json"), "utf8")) as { readonly config: RunConfig };
    return config.strategy.stages.map(({ epochs }) => epochs);
  } catch {
    return [];
  }
}
