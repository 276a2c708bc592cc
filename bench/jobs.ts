// What is measured of ours, each as a piece of work that can be repeated. Full width, 299 pixels, random weights, batch 16.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bind } from "../src/compile/5-bind.ts";
import { type Compilable, type Cut, lastFrozenBoundary } from "../src/compile/1-partition.ts";
import { plainLoss } from "../src/compile/2-loss.ts";
import { compileTrunk } from "../src/compile/program.ts";
import { openTrunkCache } from "../src/data/trunk-cache.ts";
import { elementCount } from "../src/ir/tensor-type.ts";
import { inceptionV4 } from "../src/models/inception-v4.ts";
import { initialParameters } from "../src/models/initial-parameters.ts";
import { networkParameters } from "../src/models/parameters.ts";
import { learningOf, parseUnfreeze } from "../src/models/unfreeze.ts";
import { defineOptimizer } from "../src/optimize/optimizers.ts";
import { openProgram } from "../src/runtime/session.ts";
import { kerasStatistics } from "../src/train/statistics.ts";
import { openStepper } from "../src/train/stepper.ts";

export const batch = 16;
const classes = 10;
const head = { classes, hidden: [], dropout: 0 };

/** Work that handles one batch each time it is called. */
export type Work = () => Promise<unknown>;

export interface JobOptions {
  readonly threads: number;
  readonly size: number;
}

/** Image to pooled features. */
export async function extraction({ threads, size }: JobOptions): Promise<Work> {
  const network = inceptionV4({ width: 1, batch, size: [size, size], image: "preprocessed" });
  const boundary = network.boundaries.at(-1)!;
  const { program, constants } = bind(compileTrunk(network, [{ boundary, dtype: "float32" }]), parametersOf());
  const session = await openProgram(program, { constants, threads });
  const image = noise(batch * 3 * size * size);
  return () => session.run({ image });
}

/** One training step, update included, from activations in memory. */
export async function step(unfreeze: string, options: JobOptions): Promise<Work> {
  const { stepper, cut } = open(unfreeze, options);
  const activations = noise(elementCount(cut.boundary.value.type.shape));
  return () => stepper.step({ activations }, labels(), 1e-4);
}

/** The same from rows that are read from the disk, in half precision, as every epoch after the first does it. */
export async function keptStep(unfreeze: string, options: JobOptions): Promise<Work> {
  const { stepper, cut } = open(unfreeze, options, "float16");
  const length = elementCount(cut.boundary.value.type.shape.slice(1));
  const cache = await openTrunkCache({
    folder: mkdtempSync(join(tmpdir(), "reinception-bench-")),
    space: {},
    rowBytes: length * 2,
  });
  const keys = Array.from({ length: batch }, (_, i) => String(i));
  for (const key of keys) await cache.append(key, new Uint8Array(new Uint16Array(length).fill(0x3400).buffer));
  await cache.flush();
  return async () => {
    const activations = new Uint16Array(batch * length);
    await cache.read(keys, new Uint8Array(activations.buffer));
    await stepper.step({ activations }, labels(), 1e-4);
  };
}

function open(unfreeze: string, { threads, size }: JobOptions, dtype: Cut["dtype"] = "float32") {
  const learns = new Set([...learningOf(parseUnfreeze(unfreeze)).parameters, "last_linear.weight", "last_linear.bias"]);
  const network = (count: number) =>
    inceptionV4({ width: 1, batch: count, size: [size, size], image: "preprocessed", head });
  const cut = (built: Compilable): Cut => ({ boundary: lastFrozenBoundary(built, learns), dtype });
  const stepper = openStepper({
    network,
    cut,
    parameters: parametersOf(),
    learns,
    classes,
    loss: plainLoss,
    optimizer: defineOptimizer({ name: "adam" }),
    clipNorm: null,
    rateFactor: () => 1,
    decays: () => false,
    statisticsMomentum: kerasStatistics,
    threads,
  });
  return { stepper, cut: cut(network(batch)) };
}

function parametersOf(): Map<string, Float32Array> {
  return new Map([...initialParameters(networkParameters(1, head), 0)].map(([name, { values }]) => [name, values]));
}

function labels(): Uint32Array {
  return Uint32Array.from({ length: batch }, (_, i) => i % classes);
}

function noise(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.abs(Math.sin(i * 0.37)));
}
