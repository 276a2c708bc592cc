// Runs that nobody has trained: a folder of hundreds, and one of which learns while it is watched.

import type { Curves, LiveMessage, RunList, RunRow } from "../../src/dashboard/api.ts";
import type { RunEvent } from "../../src/index.ts";
import { accuracyInterval } from "../../src/metrics.ts";
import { stream } from "../../src/random.ts";
import { classes } from "./fake-photos.ts";
import { advice, curvesOf } from "./fake-report.ts";

const strategies = ["auto", "hybrid", "fine-tuning", "feature-extraction"] as const;
const heldOut = 102;

export function rowNamed(name: string, changes: Partial<RunRow> = {}): RunRow {
  const accuracy = changes.accuracy === undefined ? 0.8627 : changes.accuracy;
  return {
    name,
    state: "finished",
    startedAt: "2026-03-14T09:30:00.000Z",
    strategy: "auto",
    classes,
    heldOutImages: accuracy === null ? null : heldOut,
    progress: null,
    refitOf: null,
    hasModel: accuracy !== null,
    ...changes,
    accuracy,
    accuracyInterval: accuracy === null ? null : accuracyInterval(accuracy, heldOut),
  };
}

/** Those that are shown in pictures first, then `more` others. */
export function drawnRuns(more: number): RunRow[] {
  const random = stream(3, "runs");
  const others = Array.from({ length: more }, (_, i): RunRow => {
    const started = new Date(Date.UTC(2026, 1, 28, 18) - i * 5_400_000).toISOString();
    const state = i % 23 === 7 ? "interrupted" : i % 41 === 11 ? "damaged" : i % 17 === 5 ? "stopped" : "finished";
    const bare = state === "interrupted" || state === "damaged";
    return rowNamed(`sweep-${String(more - i).padStart(3, "0")}`, {
      state,
      startedAt: state === "damaged" ? null : started,
      strategy: state === "damaged" ? null : strategies[Math.floor(random() * 4)]!,
      accuracy: bare ? null : 0.7 + 0.25 * random(),
    });
  });
  return [
    rowNamed("clothing"),
    rowNamed("clothing-hybrid", { strategy: "hybrid", accuracy: 0.892, startedAt: "2026-03-13T16:05:00.000Z" }),
    rowNamed("clothing-head", {
      strategy: "feature-extraction",
      accuracy: 0.843,
      startedAt: "2026-03-13T15:40:00.000Z",
    }),
    rowNamed("night-run", {
      ...{ strategy: "hybrid", state: "interrupted", accuracy: null, startedAt: "2026-03-12T22:10:00.000Z" },
    }),
    ...others,
  ];
}

export function listed(rows: readonly RunRow[], query: URLSearchParams): RunList {
  const search = (query.get("search") ?? "").toLowerCase();
  const state = query.get("state") ?? "";
  const found = rows.filter(
    (row) =>
      (state === "" || row.state === state) &&
      `${row.name} ${row.strategy} ${row.classes.join(" ")}`.toLowerCase().includes(search),
  );
  const key = (row: RunRow) => {
    const sort = query.get("sort");
    return sort === "accuracy"
      ? row.accuracy
      : sort === "name"
        ? row.name
        : sort === "strategy"
          ? row.strategy
          : row.startedAt;
  };
  const sign = query.get("order") === "up" ? 1 : -1;
  found.sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    return x === y ? 0 : sign * (x < y ? -1 : 1);
  });
  const offset = Number(query.get("offset") ?? 0);
  return {
    runs: found.slice(offset, offset + Number(query.get("limit") ?? 50)),
    total: found.length,
    all: rows.length,
  };
}

export interface FakeTraining {
  row(): RunRow;
  curves(): Curves;
  listen(listener: (message: LiveMessage) => void): () => void;
  /** Takes so many steps. */
  go(steps: number): void;
  stop(): void;
  resume(): void;
}

const stepsPerEpoch = 20;
const allEpochs = 13;

/** A run that learns, step by step, whenever it is told to. @param kind - "advise" ends with advice and no model */
export function fakeTraining(name: string, kind: "train" | "advise" = "train"): FakeTraining {
  const listeners = new Set<(message: LiveMessage) => void>();
  const strategy = kind === "advise" ? "auto" : "hybrid";
  let step = kind === "advise" ? (allEpochs - 2) * stepsPerEpoch : 6 * stepsPerEpoch + 8;
  let state: RunRow["state"] = "running";
  const row = () => {
    const epoch = Math.floor(step / stepsPerEpoch) + 1;
    const share = step / (allEpochs * stepsPerEpoch);
    const doing =
      kind === "advise"
        ? `trial 3, epoch ${epoch - 5} of 8`
        : epoch <= 5
          ? `stage 1 of 2, epoch ${epoch} of 5`
          : `stage 2 of 2, epoch ${epoch - 5} of 8`;
    return rowNamed(name, {
      state,
      strategy,
      startedAt: "2026-03-15T08:00:00.000Z",
      accuracy: state === "finished" && kind === "train" ? 0.902 : null,
      progress: state === "running" ? { doing, share, secondsLeft: Math.round((1 - share) * 240) } : null,
    });
  };
  const say = (message: LiveMessage) => listeners.forEach((listener) => void listener(message));
  const event = (event: RunEvent) => say({ type: "event", event });
  const one = () => {
    step += 1;
    const stage = step <= 100 ? 0 : 1;
    const within = step - stage * 100;
    const epoch = Math.ceil(within / stepsPerEpoch);
    const loss = 0.35 + 1.5 * Math.exp(-step / 70);
    const common = { stage, epoch, loss, imagesPerSecond: 118.25 };
    const done = ((within - 1) % stepsPerEpoch) + 1;
    event({
      ...{ type: "step", ...common, step: done, done: done * 10, total: 200 },
      ...{ meanLoss: loss, meanAccuracy: 0.94 - 0.6 * Math.exp(-step / 60), learningRate: 1e-3, secondsLeft: 90 },
    });
    if (step % stepsPerEpoch === 0) {
      const judgement = {
        accuracy: 0.9,
        validationLoss: loss + 0.1,
        validationAccuracy: 0.91 - 0.5 * Math.exp(-step / 60),
      };
      event({ type: "epoch", stage, epoch, epochs: stage === 0 ? 5 : 8, loss, ...judgement, best: true, seconds: 5 });
    }
    if (step < allEpochs * stepsPerEpoch) return;
    if (kind === "advise") event({ type: "advice", advice });
    state = kind === "advise" ? "interrupted" : "finished"; // which can be resumed to make the model
  };
  return {
    row,
    curves: () => curvesOf(5, Math.floor(step / stepsPerEpoch), step % stepsPerEpoch),
    listen(listener) {
      listeners.add(listener);
      listener({ type: "state", row: row() });
      return () => listeners.delete(listener);
    },
    go(steps) {
      for (let at = 0; at < steps && state === "running"; at++) one();
      say({ type: "state", row: row() });
    },
    stop() {
      state = "stopped";
      say({ type: "state", row: row() });
    },
    resume() {
      state = "running";
      say({ type: "state", row: row() });
    },
  };
}
