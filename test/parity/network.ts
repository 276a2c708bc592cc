// The network that a fixture speaks of: built for its width and size, filled by its rule, cut where training leaves it
// frozen.

import { type Cut, lastFrozenBoundary } from "../../src/compile/1-partition.ts";
import { compileTrunk } from "../../src/compile/program.ts";
import type { Pair } from "../../src/ir/ops.ts";
import { type HeadOptions, inceptionV4, type Network } from "../../src/models/inception-v4.ts";
import { networkParameters, type ParameterInfo } from "../../src/models/parameters.ts";
import type { FloatArray } from "../../src/optimize/rule.ts";
import type { Engine, Values } from "./engine.ts";

export interface NetworkSetting {
  readonly width: number;
  readonly size: Pair;
  readonly classes: number;
  /** Units of hidden layers of the head. */
  readonly hidden?: readonly number[];
}

/** The network on images which are already normalised. */
export function networkOf(
  setting: NetworkSetting,
  batch: number,
  batchStatistics: ReadonlySet<string> = new Set(),
): Network {
  const { width, size } = setting;
  return inceptionV4({ width, size, batch, image: "preprocessed", head: headOf(setting), batchStatistics });
}

export function infosOf(setting: NetworkSetting): readonly ParameterInfo[] {
  return networkParameters(setting.width, headOf(setting));
}

/** Its boundary of this name, kept in full precision. */
export function cutAt({ boundaries }: Pick<Network, "boundaries">, name: string): Cut {
  const boundary = boundaries.find((candidate) => candidate.name === name);
  if (boundary === undefined) throw new Error(`internal: the network has no boundary "${name}"`);
  return { boundary, dtype: "float32" };
}

/** What training leaves frozen: where the network is cut, and the kept output of the part before, for any images. */
export interface Trunk {
  /** Name of the boundary. */
  readonly boundary: string;
  /** What the programs behind the cut are fed with for these images. */
  keep(images: FloatArray, batch: number): Promise<Readonly<Record<string, FloatArray>>>;
}

export interface TrunkOptions {
  readonly setting: NetworkSetting;
  readonly parameters: Values;
  readonly learns: ReadonlySet<string>;
  readonly batchStatistics: ReadonlySet<string>;
}

export function trunkOf(engine: Engine, { setting, parameters, learns, batchStatistics }: TrunkOptions): Trunk {
  const { name: boundary } = lastFrozenBoundary(networkOf(setting, 1, batchStatistics), learns);
  return {
    boundary,
    async keep(image, batch) {
      if (boundary === "image") return { image };
      const network = networkOf(setting, batch);
      const kept = await engine.run(compileTrunk(network, [cutAt(network, boundary)]), {
        parameters,
        feeds: { image },
      });
      return { activations: kept[boundary]! };
    },
  };
}

function headOf({ classes, hidden = [] }: NetworkSetting): HeadOptions {
  return { classes, hidden, dropout: 0 };
}
