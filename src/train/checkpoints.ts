// When a run writes a checkpoint, and what goes into it.

import type { Storage } from "../data/storage.ts";
import { type Checkpoint, type RunState, saveCheckpoint } from "./checkpoint.ts";
import type { StagePosition, StageSnapshot } from "./stage.ts";
import type { Parameters } from "./stepper.ts";

export interface CheckpointOptions {
  readonly storage: Storage;
  readonly folder: string;
  readonly seconds: number;
  readonly steps: number | null;
  readonly keep: number;
  /** Of the first one. */
  readonly number: number;
  /** Milliseconds. */
  readonly clock: () => number;
  /** Of a stage that has not begun. */
  readonly state: (stage: number) => Promise<Omit<RunState, "position">>;
  /** Everything that may have moved since the run began, by the end of a stage. */
  readonly parameters: (stage: number) => Parameters;
  /** The head with which the base began to learn, as far as it has. */
  readonly head: () => Parameters | undefined;
}

export interface Checkpoints {
  /** Writes one before the first step of a stage. */
  save(stage: number): Promise<void>;
  /** Writes one at a rest, and after a step when it is time. */
  offer(stage: number, place: "step" | "rest", take: () => StageSnapshot): Promise<void>;
  /** Of what the last one is, in words. */
  last(): string;
}

export function openCheckpoints(options: CheckpointOptions): Checkpoints {
  const { storage, folder, keep, clock } = options;
  let { number } = options;
  let lastMs = clock();
  let steps = 0;
  let last = "";

  async function save(stage: number, snapshot?: StageSnapshot): Promise<void> {
    const state = await options.state(stage);
    const tensors = new Map([
      ...prefixed("parameter", options.parameters(stage)),
      ...prefixed("head", options.head() ?? new Map()),
      ...(snapshot === undefined ? [] : prefixed("best", snapshot.best)),
      ...(snapshot === undefined ? [] : prefixed("average", snapshot.averages)),
      ...(snapshot === undefined ? [] : prefixed("optimizer", snapshot.optimizer)),
    ]);
    const checkpoint = { state: { ...state, position: snapshot?.position ?? null }, tensors };
    await saveCheckpoint(storage, folder, number, checkpoint, keep);
    number += 1;
    last = placeOf(stage, snapshot?.position);
    lastMs = clock();
    steps = 0;
  }

  return {
    save: (stage) => save(stage),
    async offer(stage, place, take) {
      if (place === "step") steps += 1;
      const due = steps === options.steps || clock() - lastMs >= options.seconds * 1000;
      if (place === "rest" || due) await save(stage, take());
    },
    last: () => last,
  };
}

/** As in "stage 2, epoch 3, step 40". */
function placeOf(stage: number, position: StagePosition | undefined): string {
  const place = position === undefined ? { epoch: 1, step: 0 } : position;
  return `stage ${stage + 1}, epoch ${place.epoch}, step ${place.step}`;
}

/** The state of a stage under way, as a checkpoint holds it; undefined where the stage has not begun. */
export function snapshotOf({ state: { position }, tensors }: Checkpoint): StageSnapshot | undefined {
  if (position === null) return undefined;
  return {
    position,
    moving: partOf(tensors, "parameter"),
    best: partOf(tensors, "best"),
    averages: partOf(tensors, "average"),
    optimizer: partOf(tensors, "optimizer"),
  };
}

/** The tensors under one heading, by their own names. */
export function partOf(tensors: Parameters, heading: string): Parameters {
  return new Map(
    [...tensors].flatMap(([name, values]) =>
      name.startsWith(`${heading}/`) ? [[name.slice(heading.length + 1), values] as const] : [],
    ),
  );
}

function prefixed(heading: string, parameters: ReadonlyMap<string, Float32Array>): [string, Float32Array][] {
  return [...parameters].map(([name, values]) => [`${heading}/${name}`, values]);
}
