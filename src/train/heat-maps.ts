// Where a finished network looks when it says a class: Grad-CAM on the maps of a block. A map is as coarse as those maps
// and belongs to the view that the network saw; laying it over a picture is left to who shows it.

import { bind } from "../compile/5-bind.ts";
import { compileHeatMap } from "../compile/program.ts";
import { fail } from "../errors.ts";
import { blocks } from "../models/card.ts";
import { openProgram } from "../runtime/session.ts";
import { deepestBlock, finishedNetwork } from "./finished-network.ts";
import { readModelBytes } from "./locate-model.ts";
import { type ModelCard, readModelFile } from "./model-file.ts";
import { buildNetwork, type RunNetwork } from "./plan.ts";
import type { Parameters } from "./stepper.ts";

export interface HeatMaps {
  /** Block whose maps are looked at, by the paper's name: `mixed_7d`. */
  readonly block: string;
  /** Of a map. */
  readonly rows: number;
  readonly columns: number;
  /**
   * @param views - [pictures, size, size, 3], as the model's format has them
   * @param classes - index of a class for each picture
   * @returns for each picture [rows, columns], the largest number 1; all are 0 where nothing speaks for the class
   */
  maps(views: Uint8Array, classes: readonly number[]): Promise<readonly Float32Array[]>;
  /** The map of one view, and what enters the head. */
  look(view: Uint8Array, label: number): Promise<Look>;
  close(): Promise<void>;
}

export interface Look {
  readonly map: Float32Array;
  /** [features] */
  readonly features: Float32Array;
}

export interface HeatMapOptions {
  readonly threads: number;
  /** By the paper's name; where none is named, the last one that the head reads and whose maps can say where. */
  readonly block?: string | undefined;
}

/** Maps of fewer rows and columns say nothing of a place. */
const fewestCells = 3;

/**
 * Opens the heat maps of a run's model or of a model file.
 *
 * @throws model/not-found, model/not-ours, model/no-parameters, model/no-block, onnx/...
 */
export async function openHeatMaps(
  path: string,
  options: HeatMapOptions,
): Promise<HeatMaps & { readonly card: ModelCard }> {
  const located = await readModelBytes(path);
  const model = readModelFile(located.path, located.bytes);
  const { network, parameters } = finishedNetwork(located.path, model);
  return { card: model.card, ...(await heatMapsOf(network, parameters, options)) };
}

/** The same of a network that is in memory. */
export async function heatMapsOf(
  network: RunNetwork,
  parameters: Parameters,
  { threads, block }: HeatMapOptions,
): Promise<HeatMaps> {
  const built = buildNetwork(network, { batch: 1, learning: false, batchStatistics: new Set() });
  const { name, paper } = block === undefined ? defaultBlock(network) : blockCalled(block, network);
  const boundary = built.boundaries.find((place) => place.name === name)!;
  const [, , rows = 0, columns = 0] = boundary.value.type.shape;
  const bound = bind(compileHeatMap(built, boundary), parameters);
  const session = await openProgram(bound.program, { constants: bound.constants, threads });
  const viewBytes = network.format.size ** 2 * 3;
  const look = async (image: Uint8Array, label: number): Promise<Look> => {
    const classes = new Float32Array(network.head.classes);
    classes[label] = 1;
    const { map, features } = await session.run({ image, classes });
    return { map: normalised(map as Float32Array), features: features as Float32Array };
  };
  return {
    block: paper,
    rows,
    columns,
    async maps(views, classes) {
      const maps: Float32Array[] = [];
      for (const [i, label] of classes.entries())
        maps.push((await look(views.subarray(i * viewBytes, (i + 1) * viewBytes), label)).map);
      return maps;
    },
    look,
    close: () => session.release(),
  };
}

interface PlacedBlock {
  readonly name: string;
  readonly paper: string;
}

function defaultBlock(network: RunNetwork): PlacedBlock {
  const deepest = deepestBlock(network);
  const { boundaries } = buildNetwork(network, { batch: 1, learning: false, batchStatistics: new Set() });
  const cellsOf = (block: string) =>
    Math.min(...boundaries.find(({ name }) => name === block)!.value.type.shape.slice(2));
  const candidates = blocks.slice(0, blocks.findIndex(({ name }) => name === deepest) + 1).toReversed();
  return candidates.find(({ name }) => cellsOf(name) >= fewestCells)!;
}

function blockCalled(paper: string, network: RunNetwork): PlacedBlock {
  const last = blocks.findIndex(({ name }) => name === deepestBlock(network));
  const read = blocks.slice(0, last + 1);
  const known = read.map((block) => block.paper);
  return read.find((block) => block.paper === paper) ?? fail("model/no-block", { block: paper, known });
}

/** Divided by the largest number. */
function normalised(map: Float32Array): Float32Array {
  const largest = map.reduce((most, value) => Math.max(most, value), 0);
  return largest === 0 ? map : map.map((value) => value / largest);
}
