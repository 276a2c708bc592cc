// What each stage of a strategy means for this network: what learns, where the trunk ends, which stages can share one pass
// of the trunk.

import { type Compilable, type Cut, lastFrozenBoundary, trunkOf } from "../compile/1-partition.ts";
import type { InputFormat } from "../input-format.ts";
import { parametersOf } from "../ir/program.ts";
import { type HeadOptions, inceptionV4 } from "../models/inception-v4.ts";
import { networkParameters, type ParameterInfo } from "../models/parameters.ts";
import { learningOf, parseUnfreeze } from "../models/unfreeze.ts";
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
  /** Everything that the stage may change: what learns, and running statistics that move. */
  readonly moves: ReadonlySet<string>;
  /** Those of `learns` which are kernels: weight decay and L2 are theirs alone. */
  readonly kernels: ReadonlySet<string>;
  /** Factor of the learning rate by parameter; 1 where nothing is said. */
  readonly rateFactor: ReadonlyMap<string, number>;
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
    const moves = new Set(learns);
    for (const name of batchStatistics) moves.add(`${name}.running_mean`).add(`${name}.running_var`);
    for (const name of moves) changed.add(name);
    const kernels = new Set(
      infos.flatMap(({ name, kind }) => (learns.has(name) && (kind === "kernel" || kind === "weight") ? [name] : [])),
    );
    const rateFactor = decayByBlock(infos, stage.blockDecay);
    return {
      stage,
      learns,
      moves,
      kernels,
      rateFactor,
      batchStatistics,
      boundary: boundary.name,
      trunkUntouched,
      infos,
    };
  });
}

/** decay^d for a parameter d blocks before the head, whose own factor is 1. */
function decayByBlock(infos: readonly ParameterInfo[], decay: number): ReadonlyMap<string, number> {
  const blocks = [...new Set(infos.map(({ block }) => block))];
  return new Map(infos.map(({ name, block }) => [name, decay ** (blocks.length - 1 - blocks.indexOf(block))]));
}

export interface BuildOptions {
  readonly batch: number;
  /** Dropout, and batch statistics where a stage asks for them. */
  readonly learning: boolean;
  readonly batchStatistics: ReadonlySet<string>;
  /** Blocks whose averaged maps are wanted. */
  readonly depths?: readonly string[];
}

/** The network as a graph, for one batch size. */
export function buildNetwork(
  { width, format, head }: RunNetwork,
  { batch, learning, batchStatistics, depths }: BuildOptions,
): Compilable {
  return inceptionV4({
    width,
    batch,
    size: [format.size, format.size],
    image: format,
    head,
    dropoutMasks: learning,
    depths,
    ...(learning && { batchStatistics }),
  });
}

/** The network as it goes into a model file: one picture, which has been normalised outside. */
export function networkGraph({ width, format, head }: RunNetwork): Compilable {
  return inceptionV4({ width, batch: 1, size: [format.size, format.size], image: "preprocessed", head });
}

/** The cut at a boundary or a depth. Maps are kept in `precision`, the few averages always in full, pixels as bytes. */
export function cutAt({ boundaries, depths = [] }: Compilable, name: string, precision: "float16" | "float32"): Cut {
  const boundary = [...boundaries, ...depths].find((candidate) => candidate.name === name);
  if (boundary === undefined) throw new Error(`internal: the network has no boundary "${name}"`);
  if (boundary === boundaries[0]) return { boundary, dtype: boundary.value.type.dtype };
  return { boundary, dtype: boundary.value.type.shape.length === 2 ? "float32" : precision };
}
