// What the network costs before anything runs: multiply-accumulates and sizes of activations, per image. Counts only
// convolutions and the head, as everyone does; batch norm, relu and pooling are left out.

import type { Pair } from "../ir/ops.ts";
import { elementCount } from "../ir/tensor-type.ts";
import { type Block, blocks, imageChannels } from "./card.ts";
import { type HeadOptions, headLayers } from "./head.ts";
import { featureCount, headInputs } from "./parameters.ts";
import { readParts, sizeBehind } from "./read-parts.ts";
import { scaledChannels } from "./width.ts";

/** The map of one image. */
export type MapSize = readonly [channels: number, height: number, width: number];

export interface ConvolutionCost {
  /** timm's prefix. */
  readonly name: string;
  readonly block: string;
  /** Multiply-accumulates of one image. */
  readonly macs: number;
  readonly weights: number;
  readonly output: MapSize;
}

export interface BlockCost {
  /** timm's stage. */
  readonly name: string;
  readonly paper: string;
  readonly macs: number;
  /** Elements of its kernels. */
  readonly weights: number;
  readonly output: MapSize;
}

export interface BoundaryCost {
  /** As in `Network.boundaries`. */
  readonly name: string;
  /** Of one image, as [channels, height, width] or [features]. */
  readonly shape: readonly number[];
  readonly elements: number;
  /** Multiply-accumulates of the convolutions behind it. */
  readonly macsBehind: number;
}

export interface NetworkCost {
  readonly convolutions: readonly ConvolutionCost[];
  readonly blocks: readonly BlockCost[];
  readonly boundaries: readonly BoundaryCost[];
  /** Of all convolutions. */
  readonly macs: number;
}

/** The cost of one image of `size` [height, width], without head. */
export function networkCost(width: number, size: Pair): NetworkCost {
  const costs: ConvolutionCost[] = [];
  const blockCosts: BlockCost[] = [];
  const run = (x: MapSize, { name, paper, parts }: Block): MapSize => {
    const first = costs.length;
    const output = readParts<MapSize>(parts, x, {
      conv([inputs, ...map], conv) {
        const channels = scaledChannels(conv.channels, width);
        const behind = sizeBehind(conv, map);
        const weights = inputs * channels * conv.kernel[0] * conv.kernel[1];
        const macs = weights * behind[0] * behind[1];
        costs.push({ name: conv.name, block: name, macs, weights, output: [channels, ...behind] });
        return [channels, ...behind];
      },
      pool: ([channels, ...map], pool) => [channels, ...sizeBehind(pool, map)],
      concat: (branches) => [total(branches, ([channels]) => channels), branches[0]![1], branches[0]![2]],
    });
    const own = costs.slice(first);
    const weights = total(own, (cost) => cost.weights);
    blockCosts.push({ name, paper, macs: total(own, (cost) => cost.macs), weights, output });
    return output;
  };
  blocks.reduce(run, [imageChannels, ...size]);

  const macs = total(blockCosts, (cost) => cost.macs);
  return { convolutions: costs, blocks: blockCosts, boundaries: boundaryCosts(width, size, blockCosts, macs), macs };
}

/** Multiply-accumulates of a head for one image. */
export function headMacs(width: number, head: HeadOptions): number {
  return total(headLayers(headInputs(width, head.depths), head), ({ inputs, outputs }) => inputs * outputs);
}

function boundaryCosts(width: number, size: Pair, costs: readonly BlockCost[], macs: number): readonly BoundaryCost[] {
  const boundary = (name: string, shape: readonly number[], macsBehind: number) => ({
    name,
    shape,
    elements: elementCount(shape),
    macsBehind,
  });
  const behind = costs.map((_, i) => total(costs.slice(i + 1), (cost) => cost.macs));
  return [
    boundary("image", [imageChannels, ...size], macs),
    ...costs.map(({ name, output }, i) => boundary(name, output, behind[i]!)),
    boundary("pooled", [featureCount(width)], 0),
  ];
}

function total<T>(items: readonly T[], count: (item: T) => number): number {
  return items.reduce((sum, item) => sum + count(item), 0);
}
