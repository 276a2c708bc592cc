// What each stage of a strategy means for this network: what learns, where the trunk ends, which stages can share one pass
// of the trunk.

import { lastFrozenBoundary, type Compilable, type Cut } from "../compile/1-partition.ts";
import type { InputFormat } from "../input-format.ts";
import { parametersOf } from "../ir/program.ts";
import { type HeadOptions, inceptionV4 } from "../models/inception-v4.ts";
import { networkParameters, type ParameterInfo } from "../models/parameters.ts";
import { learningOf, parseUnfreeze } from "../models/unfreeze.ts";
import { trunkOf } from "../compile/1-partition.ts";
import type { Stage } from "./strategy.ts";

/** The network of a run: its size, its pixels, its head. */
export interface RunNetwork {
  readonly width: number;
  readonly format: InputFormat;
  readonly head: HeadOptions;
}

export interface PlannedStage {
  readonly stage: Stage;
  /** Names of the learning parameters, head included. */
  readonly learns: ReadonlySet<string>;
  /** Batch norms which use the statistics of the batch while learning. */
  readonly batchStatistics: ReadonlySet<string>;
  /** Name of the boundary where the trunk ends; "image" where nothing is frozen. */
  readonly boundary: string;
  /** Whether no earlier stage changes a parameter of this stage's trunk. */
  readonly trunkUntouched: boolean;
  readonly infos: readonly ParameterInfo[];
}

export function planStages(network: RunNetwork, stages: readonly Stage[]): readonly PlannedStage[] {
  const infos = networkParameters(network.width, network.head);
  const head = infos.filter(({ kind }) => kind === "weight" || kind === "bias").map(({ name }) => name);
  const changed = new Set<string>();
  return stages.map((stage) => {
    const { parameters, batchNorms } = learningOf(parseUnfreeze(stage.unfreeze));
    const learns = new Set([...parameters, ...head]);
    const batchStatistics = new Set(stage.batchNorm === "train" ? batchNorms : []);
    const built = buildNetwork(network, { batch: 1, learning: true, batchStatistics });
    const boundary = lastFrozenBoundary(built, learns);
    const trunk = parametersOf(trunkOf(built, [{ boundary, dtype: "float32" }]));
    const trunkUntouched = !trunk.some((name) => changed.has(name));
    for (const name of learns) changed.add(name);
    for (const name of batchStatistics) changed.add(`${name}.running_mean`).add(`${name}.running_var`);
    return { stage, learns, batchStatistics, boundary: boundary.name, trunkUntouched, infos };
  });
}

export interface BuildOptions {
  readonly batch: number;
  /** Dropout, and batch statistics where a stage asks for them. */
  readonly learning: boolean;
  readonly batchStatistics: ReadonlySet<string>;
}

/** The network as a graph, for one batch size. */
export function buildNetwork({ width, format, head }: RunNetwork, { batch, learning, batchStatistics }: BuildOptions): Compilable {
  return inceptionV4({
    width,
    batch,
    size: [format.size, format.size],
    image: format,
    head,
    dropoutMasks: learning,
    ...(learning && { batchStatistics }),
  });
}

/** The cut at a boundary. Maps are kept in `precision`, the few pooled features always in full, pixels as bytes. */
export function cutAt({ boundaries }: Compilable, name: string, precision: "float16" | "float32"): Cut {
  const boundary = boundaries.find((candidate) => candidate.name === name);
  if (boundary === undefined) throw new Error(`internal: the network has no boundary "${name}"`);
  if (boundary === boundaries[0]) return { boundary, dtype: boundary.value.type.dtype };
  return { boundary, dtype: name === "pooled" ? "float32" : precision };
}
