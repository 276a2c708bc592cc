// The architecture, once, as a table: 22 blocks with their 149 convolutions, in the order in which timm and Keras
// create them. Graph, parameters, Keras' layers and costs are all read from it (see read-parts.ts); nothing is computed
// here.
//
// Szegedy, Ioffe, Vanhoucke, Alemi: "Inception-v4, Inception-ResNet and the Impact of Residual Connections on
// Learning", arXiv 1602.07261, figures 3 to 9. Every convolution has no bias and is followed by batch norm and relu.

import type { Pair } from "../ir/ops.ts";

/** "same" keeps the map's size at stride 1: half the kernel is added on every side. "valid" adds nothing. */
export interface Window {
  readonly kernel: Pair;
  readonly stride: 1 | 2;
  readonly padding: "same" | "valid";
}

/** Convolution without bias, batch norm, relu. */
export interface Convolution extends Window {
  readonly part: "conv";
  /** timm's prefix: the kernel is `${name}.conv.weight`, the batch norm `${name}.bn`. */
  readonly name: string;
  /** Output channels at width 1. */
  readonly channels: number;
}

export interface Pooling extends Window {
  readonly part: "maxPool" | "averagePool";
}

/** Branches over the same input, concatenated on the channels in this order. */
export interface Fork {
  readonly part: "fork";
  readonly branches: readonly (readonly Part[])[];
}

export type Part = Convolution | Pooling | Fork;

export interface Block {
  /** timm's stage: `features.0` to `features.21`. */
  readonly name: string;
  /** The paper's and TF-slim's name in small letters: `conv2d_1a`, `mixed_7d`. */
  readonly paper: string;
  readonly parts: readonly Part[];
}

/** Channels of the picture that enters. */
export const imageChannels = 3;
/** Smallest height and width at which a 1x1 map is left behind the last block. */
export const smallestSize = 75;
/** Epsilon of every batch norm. */
export const batchNormEpsilon = 0.001;

type Design = (at: string) => readonly Part[];

const mixed3a: Design = (at) => [fork([maxPool], [valid(`${at}.conv`, 96, [3, 3], 2)])];

const mixed4a: Design = (at) => [
  fork(
    [same(`${at}.branch0.0`, 64, [1, 1]), valid(`${at}.branch0.1`, 96, [3, 3])],
    [
      same(`${at}.branch1.0`, 64, [1, 1]),
      same(`${at}.branch1.1`, 64, [1, 7]),
      same(`${at}.branch1.2`, 64, [7, 1]),
      valid(`${at}.branch1.3`, 96, [3, 3]),
    ],
  ),
];

const mixed5a: Design = (at) => [fork([valid(`${at}.conv`, 192, [3, 3], 2)], [maxPool])];

const inceptionA: Design = (at) => [
  fork(
    [same(`${at}.branch0`, 96, [1, 1])],
    [same(`${at}.branch1.0`, 64, [1, 1]), same(`${at}.branch1.1`, 96, [3, 3])],
    [same(`${at}.branch2.0`, 64, [1, 1]), same(`${at}.branch2.1`, 96, [3, 3]), same(`${at}.branch2.2`, 96, [3, 3])],
    [averagePool, same(`${at}.branch3.1`, 96, [1, 1])],
  ),
];

const reductionA: Design = (at) => [
  fork(
    [valid(`${at}.branch0`, 384, [3, 3], 2)],
    [
      same(`${at}.branch1.0`, 192, [1, 1]),
      same(`${at}.branch1.1`, 224, [3, 3]),
      valid(`${at}.branch1.2`, 256, [3, 3], 2),
    ],
    [maxPool],
  ),
];

const inceptionB: Design = (at) => [
  fork(
    [same(`${at}.branch0`, 384, [1, 1])],
    [same(`${at}.branch1.0`, 192, [1, 1]), same(`${at}.branch1.1`, 224, [1, 7]), same(`${at}.branch1.2`, 256, [7, 1])],
    [
      same(`${at}.branch2.0`, 192, [1, 1]),
      same(`${at}.branch2.1`, 192, [7, 1]),
      same(`${at}.branch2.2`, 224, [1, 7]),
      same(`${at}.branch2.3`, 224, [7, 1]),
      same(`${at}.branch2.4`, 256, [1, 7]),
    ],
    [averagePool, same(`${at}.branch3.1`, 128, [1, 1])],
  ),
];

const reductionB: Design = (at) => [
  fork(
    [same(`${at}.branch0.0`, 192, [1, 1]), valid(`${at}.branch0.1`, 192, [3, 3], 2)],
    [
      same(`${at}.branch1.0`, 256, [1, 1]),
      same(`${at}.branch1.1`, 256, [1, 7]),
      same(`${at}.branch1.2`, 320, [7, 1]),
      valid(`${at}.branch1.3`, 320, [3, 3], 2),
    ],
    [maxPool],
  ),
];

const inceptionC: Design = (at) => [
  fork(
    [same(`${at}.branch0`, 256, [1, 1])],
    [
      same(`${at}.branch1_0`, 384, [1, 1]),
      fork([same(`${at}.branch1_1a`, 256, [1, 3])], [same(`${at}.branch1_1b`, 256, [3, 1])]),
    ],
    [
      same(`${at}.branch2_0`, 384, [1, 1]),
      same(`${at}.branch2_1`, 448, [3, 1]),
      same(`${at}.branch2_2`, 512, [1, 3]),
      fork([same(`${at}.branch2_3a`, 256, [1, 3])], [same(`${at}.branch2_3b`, 256, [3, 1])]),
    ],
    [averagePool, same(`${at}.branch3.1`, 256, [1, 1])],
  ),
];

const maxPool: Pooling = { part: "maxPool", kernel: [3, 3], stride: 2, padding: "valid" };
const averagePool: Pooling = { part: "averagePool", kernel: [3, 3], stride: 1, padding: "same" };

const designs: readonly (readonly [paper: string, design: Design])[] = [
  ["conv2d_1a", (at) => [valid(at, 32, [3, 3], 2)]],
  ["conv2d_2a", (at) => [valid(at, 32, [3, 3])]],
  ["conv2d_2b", (at) => [same(at, 64, [3, 3])]],
  ["mixed_3a", mixed3a],
  ["mixed_4a", mixed4a],
  ["mixed_5a", mixed5a],
  ...["b", "c", "d", "e"].map((letter) => [`mixed_5${letter}`, inceptionA] as const),
  ["mixed_6a", reductionA],
  ...["b", "c", "d", "e", "f", "g", "h"].map((letter) => [`mixed_6${letter}`, inceptionB] as const),
  ["mixed_7a", reductionB],
  ...["b", "c", "d"].map((letter) => [`mixed_7${letter}`, inceptionC] as const),
];

/** The 22 blocks from the picture to the map that is pooled. */
export const blocks: readonly Block[] = designs.map(([paper, design], stage) => {
  const name = `features.${stage}`;
  return { name, paper, parts: design(name) };
});

function same(name: string, channels: number, kernel: Pair): Convolution {
  return { part: "conv", name, channels, kernel, stride: 1, padding: "same" };
}

function valid(name: string, channels: number, kernel: Pair, stride: 1 | 2 = 1): Convolution {
  return { part: "conv", name, channels, kernel, stride, padding: "valid" };
}

function fork(...branches: readonly (readonly Part[])[]): Fork {
  return { part: "fork", branches };
}
