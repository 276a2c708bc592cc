// One pass of the trunk for as many stages as share it.

import { nowMs } from "../clock.ts";
import { cacheFolder } from "../data/cache-space.ts";
import type { RunConfig } from "./config.ts";
import type { RunEvent } from "./events.ts";
import { keptViews } from "./feed.ts";
import { type Kept, keepTrunk } from "./keep.ts";
import { buildNetwork, cutAt, type PlannedStage, type RunNetwork } from "./plan.ts";
import type { RunData } from "./run-data.ts";
import type { Parameters } from "./stepper.ts";
import type { Views } from "./views.ts";

export interface KeepStages {
  readonly config: RunConfig;
  readonly network: RunNetwork;
  readonly parameters: Parameters;
  readonly planned: readonly PlannedStage[];
  readonly data: RunData;
  readonly views: Views;
}

/**
 * Keeps the trunk's outputs for stage `index`, and in the same pass for every later stage whose trunk no stage changes;
 * puts them into `kept` by the number of the stage.
 */
export async function* keepForStages(
  { config, network, parameters, planned, data, views }: KeepStages,
  index: number,
  kept: Map<number, Kept>,
): AsyncGenerator<RunEvent, void> {
  const sharing = planned.flatMap((stage, at) =>
    stage.boundary !== "image" && (at === index || (at > index && stage.trunkUntouched)) ? [at] : [],
  );
  const boundaries = [...new Set(sharing.map((at) => planned[at]!.boundary))];
  const progress = keepTrunk({
    network: (batch) => buildNetwork(network, { batch, learning: false, batchStatistics: new Set() }),
    cuts: (built) => boundaries.map((name) => cutAt(built, name, config.cachePrecision)),
    parameters,
    views,
    wanted: [
      ...keptViews(data.train, config.views, config.seed),
      ...keptViews([...data.validation, ...data.test], 1, config.seed),
    ],
    folder: cacheFolder(),
    threads: config.threads,
  });
  const startedMs = nowMs();
  let already: number | undefined;
  for (let next = await progress.next(); ; next = await progress.next()) {
    if (next.done) {
      for (const at of sharing) kept.set(at, next.value.get(planned[at]!.boundary)!);
      return;
    }
    const { done, total } = next.value;
    already ??= done;
    const imagesPerSecond = ((done - already) * 1000) / Math.max(nowMs() - startedMs, 1);
    yield { type: "progress", phase: "trunk", done, total, imagesPerSecond };
  }
}
