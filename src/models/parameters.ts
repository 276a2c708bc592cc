// Every parameter of the network by timm's name, with its shape, in the order of timm's state dict. Counters
// (`num_batches_tracked`) are not parameters and do not occur.

import type { Pair } from "../ir/ops.ts";
import type { Shape } from "../ir/tensor-type.ts";
import { blocks, type Convolution, imageChannels } from "./card.ts";
import { type HeadOptions, headLayers } from "./head.ts";
import { readParts } from "./read-parts.ts";
import { scaledChannels } from "./width.ts";

/** Kernel, gamma, beta, mean and variance belong to a convolution and its batch norm, weight and bias to the head. */
export type ParameterKind = "kernel" | "gamma" | "beta" | "mean" | "variance" | "weight" | "bias";

export interface ParameterInfo {
  readonly name: string;
  readonly shape: Shape;
  readonly kind: ParameterKind;
  /** timm's prefix of the convolution, or the layer of the head: `features.19.branch0`, `head.0`, `last_linear`. */
  readonly layer: string;
  /** `features.0` to `features.21`, or `head`. */
  readonly block: string;
}

/** A convolution in its place: with its block, and its channels at some width. */
export interface PlacedConvolution extends Convolution {
  readonly block: string;
  readonly inputChannels: number;
}

/** The 149 convolutions in timm's order, scaled to `width`. */
export function convolutions(width: number): readonly PlacedConvolution[] {
  const found: PlacedConvolution[] = [];
  blocks.reduce(
    (inputChannels, block) =>
      readParts<number>(block.parts, inputChannels, {
        conv(inputChannels, conv) {
          const channels = scaledChannels(conv.channels, width);
          found.push({ ...conv, channels, inputChannels, block: block.name });
          return channels;
        },
        pool: (channels) => channels,
        concat: (branches) => branches.reduce((total, channels) => total + channels, 0),
      }),
    imageChannels,
  );
  return found;
}

/** Channels of the map behind the last block: 1536 at width 1. */
export function featureCount(width: number): number {
  return scaledChannels(1536, width);
}

/** Channels of the map behind each block, by timm's name: 384 behind `features.9` at width 1. */
export function blockChannels(width: number): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  blocks.reduce((inputChannels, { name, parts }) => {
    const channels = readParts<number>(parts, inputChannels, {
      conv: (_, conv) => scaledChannels(conv.channels, width),
      pool: (channels) => channels,
      concat: (branches) => branches.reduce((total, channels) => total + channels, 0),
    });
    found.set(name, channels);
    return channels;
  }, imageChannels);
  return found;
}

/** Features that enter the head: of the last block, or of all depths that it reads. */
export function headInputs(width: number, depths: readonly string[] = []): number {
  if (depths.length === 0) return featureCount(width);
  const channels = blockChannels(width);
  return depths.reduce((total, block) => total + channels.get(block)!, 0);
}

/**
 * All parameters at this width, running statistics included; the head's last if there is one.
 *
 * @throws options/width
 */
export function networkParameters(width: number, head?: HeadOptions): readonly ParameterInfo[] {
  const base = convolutions(width).flatMap(({ name: layer, block, channels, inputChannels, kernel }) => {
    const info = (suffix: string, kind: ParameterKind, shape: Shape) => ({
      name: `${layer}.${suffix}`,
      shape,
      kind,
      layer,
      block,
    });
    return [
      info("conv.weight", "kernel", kernelShape(channels, inputChannels, kernel)),
      info("bn.weight", "gamma", [channels]),
      info("bn.bias", "beta", [channels]),
      info("bn.running_mean", "mean", [channels]),
      info("bn.running_var", "variance", [channels]),
    ];
  });
  if (head === undefined) return base;
  const dense = headLayers(headInputs(width, head.depths), head).flatMap(
    ({ name: layer, inputs, outputs }): ParameterInfo[] => [
      { name: `${layer}.weight`, shape: [outputs, inputs], kind: "weight", layer, block: "head" },
      { name: `${layer}.bias`, shape: [outputs], kind: "bias", layer, block: "head" },
    ],
  );
  return [...base, ...dense];
}

function kernelShape(channels: number, inputChannels: number, [height, width]: Pair): Shape {
  return [channels, inputChannels, height, width];
}
