// Folders of runs that nobody ran: as many as a test wants, each with the files that a dashboard reads and events in the
// number wanted. What is in them is plain to see and different for each run.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hybrid, type RunEvent, type StagePlan } from "../../src/index.ts";

export interface WrittenRun {
  readonly name: string;
  /** Steps of each of its two stages. */
  readonly steps: number;
  readonly ending?: "finished" | "stopped" | "none";
  readonly accuracy?: number;
  readonly startedAt?: string;
  readonly classes?: readonly string[];
}

const stepsPerEpoch = 10;

/** Loss of a step of a stage, from 1; no two are alike. */
export function writtenLoss(stage: number, step: number): number {
  return 2 / (1 + stage) + Math.sin(step * 12.9898) / (1 + step / 50);
}

/** The events of such a run, in order. */
export function* writtenEvents({ steps, classes = ["bird", "cat"] }: WrittenRun): Generator<RunEvent> {
  const plan: StagePlan = {
    ...{ unfreeze: "none", epochs: Math.ceil(steps / stepsPerEpoch), stepsPerEpoch },
    ...{ boundary: "pooled", learningTensors: 2, learningParameters: 98 },
  };
  const images = { train: 20, validation: 10, test: 0 };
  yield { type: "start", out: "", classes, images, skipped: [], stages: [plan, plan] };
  for (const stage of [0, 1]) {
    yield { type: "stage", stage, plan };
    for (let step = 1; step <= steps; step++) {
      const loss = writtenLoss(stage, step);
      const epoch = Math.ceil(step / stepsPerEpoch);
      const within = step - (epoch - 1) * stepsPerEpoch;
      const seen = { done: within * 2, total: 20, meanLoss: loss, meanAccuracy: 0.5, imagesPerSecond: 10 };
      yield { type: "step", stage, epoch, step: within, loss, learningRate: 0.01, secondsLeft: 5, ...seen };
      if (within < stepsPerEpoch) continue;
      const result = { loss, accuracy: 0.5, validationLoss: loss + 0.1, validationAccuracy: 0.75 };
      yield { type: "epoch", stage, epoch, epochs: plan.epochs, best: false, seconds: 1, ...result };
    }
    yield { type: "stage-end", stage, bestEpoch: 1, reason: "done" };
  }
}

/** Writes one into a folder and returns its path. */
export async function writeRun(folder: string, run: WrittenRun): Promise<string> {
  const { name, ending = "finished", accuracy = 0.75, classes = ["bird", "cat"] } = run;
  const path = join(folder, name);
  await mkdir(path, { recursive: true });
  const strategy = hybrid({ epochs: [3, 5] });
  const record = {
    ...{ version: "0.1.0", versions: { node: "20.9.0" }, startedAt: run.startedAt ?? "2026-01-31T12:00:00.000Z" },
    ...{ classes, config: { data: ["/photos"], strategy }, dataFingerprint: "f", weightsHash: "w" },
  };
  await writeFile(join(path, "run.json"), JSON.stringify(record));
  let lines = "";
  for (const event of writtenEvents(run)) lines += `${JSON.stringify(event)}\n`;
  await writeFile(join(path, "events.jsonl"), lines);
  const judged = { accuracy, accuracyInterval: [accuracy - 0.1, accuracy + 0.1], images: 10 };
  const report = { stopped: ending === "stopped", validation: judged, test: null, classes };
  if (ending !== "none") await writeFile(join(path, "report.json"), JSON.stringify(report));
  return path;
}
