// Runs that are killed at random moments and resumed until they come to their end, beside one that nobody disturbs.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type RetrainOptions, resume, retrain, type RunEvent, type Strategy } from "../../src/index.ts";
import { stream } from "../../src/random.ts";

export interface TortureOptions {
  readonly data: string;
  /** Where the runs go. */
  readonly folder: string;
  readonly strategy: Strategy;
  readonly seed: number;
  /** How often it is killed at least, if it lives so long. */
  readonly kills: number;
}

export interface Outcome {
  readonly parametersHash: string;
  /** What events.jsonl tells, but for how long things took. */
  readonly told: readonly object[];
  readonly kills: number;
}

const common = {
  weights: "random",
  width: 1 / 32,
  size: 75,
  batchSize: 6,
  threads: 1,
  dropout: 0.2,
  report: false,
} as const;

function optionsOf({ data, strategy }: TortureOptions, out: string): RetrainOptions {
  return { ...common, data, strategy, out, checkpointSteps: 2, checkpointsKept: 2 };
}

export async function undisturbed(options: TortureOptions): Promise<Outcome> {
  const out = join(options.folder, `${options.strategy.name}-undisturbed`);
  const { parametersHash } = await retrain(optionsOf(options, out)).result;
  return { parametersHash, told: toldBy(out), kills: 0 };
}

/** Kills after a random number of events, at a random moment behind that event, and resumes. */
export async function tortured(options: TortureOptions): Promise<Outcome> {
  const random = stream(options.seed, `torture:${options.strategy.name}`);
  const out = join(options.folder, `${options.strategy.name}-tortured-${options.seed}`);
  let kills = 0;
  for (let attempt = 0; ; attempt++) {
    const job = attempt === 0 ? retrain(optionsOf(options, out)) : resume({ run: out });
    let left = kills < options.kills ? Math.floor(random() * 4) : Number.POSITIVE_INFINITY;
    try {
      for await (const event of job) {
        if (event.type !== "step" && event.type !== "epoch" && event.type !== "stage") continue;
        if (left-- <= 0) setTimeout(job.kill, random() * 15);
      }
      return { parametersHash: (await job.result).parametersHash, told: toldBy(out), kills };
    } catch (error) {
      if ((error as { code?: string }).code !== "engine/crashed") throw error;
      kills += 1;
    }
  }
}

export function toldBy(out: string): readonly object[] {
  const lines = readFileSync(join(out, "events.jsonl"), "utf8").trimEnd().split("\n");
  return lines.map((line) => withoutTime(JSON.parse(line) as RunEvent));
}

function withoutTime(event: RunEvent): object {
  if (event.type === "epoch") return { ...event, seconds: 0 };
  if (event.type === "step") return { ...event, imagesPerSecond: 0, secondsLeft: 0 };
  if (event.type === "start") return { ...event, out: "" };
  if (event.type !== "end") return event;
  const stages = event.report.stages.map((stage) => ({
    ...stage,
    epochsDone: stage.epochsDone.map((epoch) => ({ ...epoch, seconds: 0 })),
  }));
  return { ...event, out: "", report: { ...event.report, seconds: {}, peakMemoryBytes: 0, stages } };
}
