// One pass of the trunk for as many stages as share it.

import { nowMs } from "../clock.ts";
import { cacheFolder } from "../data/cache-space.ts";
import type { RunConfig } from "./config.ts";
import type { RunEvent, Stopping } from "./events.ts";
import { keptViews } from "./feed.ts";
import { type KeepOptions, type Kept, keepTrunk } from "./keep.ts";
import type { Digests } from "./parameter-hash.ts";
import { buildNetwork, cutAt, type PlannedStage, type RunNetwork } from "./plan.ts";
import type { RunData } from "./run-data.ts";
import type { Parameters } from "./stepper.ts";
import type { RunImage, View, Views } from "./views.ts";

/** What is kept for a stage. */
export interface KeptStage {
  readonly rows: Kept;
  /** Averages of the original network, by name, where the stage is held to them. */
  readonly originals: ReadonlyMap<string, Kept>;
}

/** What of a run decides about its trunks. */
export interface Surroundings {
  readonly config: RunConfig;
  readonly network: RunNetwork;
  readonly parameters: Parameters;
  /** Digests of those that have not changed since they were computed. */
  readonly known: Digests | undefined;
  readonly planned: readonly PlannedStage[];
  /** Averages of the original network that a stage with a kept trunk takes, by name. */
  readonly originals: (stage: PlannedStage) => readonly string[];
  /** The network as the run began. */
  readonly initial: Pick<TrunkSurroundings, "parameters" | "known">;
  /** Pictures of the source that are learnt from besides. */
  readonly rehearsed: readonly RunImage[];
  readonly views: Views;
}

type TrunkSurroundings = Pick<Surroundings, "config" | "network" | "parameters" | "known" | "views">;

/**
 * Keeps the trunk's outputs for stage `index`, and in the same pass for every later stage whose trunk no stage changes;
 * puts them, and what of the original network they are held to, into `kept` by the number of the stage. When the run is to
 * stop it ends early and puts nothing there; what has been computed is found by the next run.
 */
export async function* keepForStages(
  surroundings: Surroundings,
  data: RunData,
  index: number,
  kept: Map<number, KeptStage>,
  stopping: Stopping,
): AsyncGenerator<RunEvent, void> {
  const { config, planned, initial, originals } = surroundings;
  const sharing = planned.flatMap((stage, at) =>
    stage.boundary !== "image" && (at === index || (at > index && stage.trunkUntouched)) ? [at] : [],
  );
  const boundaries = [...new Set(sharing.map((at) => planned[at]!.boundary))];
  const held = [...new Set(sharing.flatMap((at) => originals(planned[at]!)))];
  const wanted = [
    ...keptViews([...data.train, ...surroundings.rehearsed], config.views, config),
    ...keptViews([...data.validation, ...data.test], 1, config),
  ];
  // a trunk that no stage has changed is the original network's, whose averages can be kept in the same pass
  const untouched = planned[index]!.trunkUntouched;
  const original = { ...surroundings, ...initial };
  const names = untouched ? [...new Set([...boundaries, ...held])] : boundaries;
  const rows = yield* keepBoundaries(untouched ? original : surroundings, names, wanted, stopping);
  if (rows === undefined) return;
  const apart = untouched || held.length === 0 ? rows : yield* keepBoundaries(original, held, wanted, stopping);
  for (const at of apart === undefined ? [] : sharing) {
    const own = originals(planned[at]!).map((name) => [name, apart!.get(name)!] as const);
    kept.set(at, { rows: rows.get(planned[at]!.boundary)!, originals: new Map(own) });
  }
}

/**
 * Keeps what these views give at boundaries and depths (`features.18`, `features.9.pooled`), all in one pass.
 *
 * @returns rows by the name of the boundary; undefined when it was stopped before all was there
 */
export async function* keepBoundaries(
  surroundings: TrunkSurroundings,
  names: readonly string[],
  wanted: readonly View[],
  stopping: Stopping,
): AsyncGenerator<RunEvent, ReadonlyMap<string, Kept> | undefined> {
  const progress = keepTrunk(trunkOptions(surroundings, names), wanted, stopping);
  const startedMs = nowMs();
  let already: number | undefined;
  for (let next = await progress.next(); ; next = await progress.next()) {
    if (next.done) return next.value;
    const { done, total } = next.value;
    already ??= done;
    const imagesPerSecond = ((done - already) * 1000) / Math.max(nowMs() - startedMs, 1);
    yield { type: "progress", phase: "trunk", done, total, imagesPerSecond };
  }
}

function trunkOptions(
  { config, network, parameters, known, views }: TrunkSurroundings,
  names: readonly string[],
): KeepOptions {
  const depths = names.flatMap((name) => (name.endsWith(".pooled") ? [name.slice(0, -".pooled".length)] : []));
  return {
    network: (batch) => buildNetwork(network, { batch, learning: false, batchStatistics: new Set(), depths }),
    cuts: (built) => names.map((name) => cutAt(built, name, config.cachePrecision)),
    parameters,
    known,
    views,
    folder: cacheFolder(),
    limitBytes: config.cacheLimit ?? null,
    threads: config.threads,
  };
}
