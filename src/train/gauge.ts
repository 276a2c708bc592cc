// What the network says of the same pictures with one set of parameters and with another: everything before the first block
// that any stage changes is computed once, the rest takes its parameters anew each time.

import { lastFrozenBoundary } from "../compile/1-partition.ts";
import { bind } from "../compile/5-bind.ts";
import { compileComparison } from "../compile/program.ts";
import { batchesOf, prefetch } from "../data/batches.ts";
import { depthName } from "../models/inception-v4.ts";
import { openProgram } from "../runtime/session.ts";
import type { RunEvent } from "./events.ts";
import { keptFeed, pixelFeed } from "./feed.ts";
import { keepBoundaries } from "./keep-stages.ts";
import type { OpenRun } from "./open-run.ts";
import { buildNetwork, cutAt, type PlannedStage } from "./plan.ts";
import { blocksBehind } from "./retention.ts";
import type { Parameters } from "./stepper.ts";
import { plainView, type RunImage } from "./views.ts";

/** Rows of an output of the gauge's program, by its name: `logits`, `source`, `pooled`, `features.20.pooled`. */
export type Said = Readonly<Record<string, Float32Array>>;

export interface Gauge {
  /** Blocks that some stage may change, and those behind them, by timm's names. */
  readonly blocks: readonly string[];
  /**
   * What the network says with these parameters.
   *
   * @param parameters - at least all that any stage changes
   * @param images - of those that the gauge was opened for
   * @param names - of the outputs that are wanted
   */
  said(parameters: Parameters, images: readonly RunImage[], names: readonly string[]): Promise<Said>;
  close(): Promise<void>;
}

export interface GaugeOptions {
  readonly open: Pick<OpenRun, "config" | "network" | "base" | "views" | "drawing" | "stopping">;
  readonly planned: readonly PlannedStage[];
  /** The parameters as the run began. */
  readonly initial: Parameters;
  /** Everything that it will be asked about. */
  readonly images: readonly RunImage[];
}

/** Opens the gauge; undefined when the run was stopped before everything was kept. */
export async function* openGauge(options: GaugeOptions): AsyncGenerator<RunEvent, Gauge | undefined> {
  const { planned, initial, images } = options;
  const { config, network, base, views, drawing, stopping } = options.open;
  const moves = new Set(planned.flatMap((plan) => [...plan.moves]));
  const plain = { batch: config.batchSize, learning: false, batchStatistics: new Set<string>() };
  const { name: boundary } = lastFrozenBoundary(buildNetwork(network, plain), moves);
  const original = { config, network, parameters: initial, known: base.digests, views };
  const kept =
    boundary === "image" ? undefined : yield* keepBoundaries(original, [boundary], images.map(plainView), stopping);
  if (boundary !== "image" && kept === undefined) return undefined;
  const rows = kept?.get(boundary);
  const feed = rows === undefined ? pixelFeed(views, drawing, { mixup: 0, cutmix: 0 }) : keptFeed(rows, 1, drawing);

  const blocks = blocksBehind(boundary);
  const built = buildNetwork(network, { ...plain, depths: blocks });
  const cut = cutAt(built, boundary, config.cachePrecision);
  const program = compileComparison(
    built,
    cut,
    [...new Set([...blocks.map(depthName), "pooled"])],
    base.source?.classes,
  );
  const frozen = [...initial].filter(([name]) => !moves.has(name));
  const bound = bind(program, new Map([...frozen, ...(base.source?.parameters ?? [])]));
  const { threads } = config;
  const session = await openProgram(bound.program, { constants: bound.constants, threads, matrixConvolutions: true });

  return {
    blocks,
    async said(parameters, asked, names) {
      const moving = Object.fromEntries([...moves].map((name) => [name, parameters.get(name)!]));
      const tasks = batchesOf(Uint32Array.from(asked.keys()), config.batchSize).map((batch) => async () => {
        const some = Array.from(batch, (at) => asked[at]!);
        return { some, feeds: await feed.judging(some, config.batchSize) };
      });
      const found: Record<string, Float32Array> = {};
      let done = 0;
      for await (const { some, feeds } of prefetch(tasks, 2)) {
        const outputs = await session.run({ ...moving, ...feeds });
        for (const name of names) {
          const rows = outputs[name] as Float32Array;
          const width = rows.length / config.batchSize;
          found[name] ??= new Float32Array(asked.length * width);
          found[name].set(rows.subarray(0, some.length * width), done * width);
        }
        done += some.length;
      }
      return found;
    },
    async close() {
      await session.release();
      await rows?.close();
    },
  };
}
