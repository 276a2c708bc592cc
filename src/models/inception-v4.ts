// The network as a graph, read from the card: picture, 22 blocks, global average, head.

import { fail } from "../errors.ts";
import type { InputFormat } from "../input-format.ts";
import { type Builder, build, type Graph, newGraph } from "../ir/graph.ts";
import type { Pair, Value } from "../ir/ops.ts";
import { appendBatchNorm, appendStoredNorm, type BatchStatistics } from "./batch-norm.ts";
import { blocks, type Convolution, imageChannels, type Pooling, smallestSize } from "./card.ts";
import { appendHead, type HeadOptions } from "./head.ts";
import { padsOf, readParts } from "./read-parts.ts";
import { scaledChannels } from "./width.ts";

export type { HeadOptions } from "./head.ts";

export interface NetworkOptions {
  /** Factor of every internal channel count: 1 for the paper's network; a multiple of 1/32. */
  readonly width: number;
  readonly batch: number;
  /** Height and width of the picture in pixels, each at least 75. */
  readonly size: Pair;
  /**
   * "preprocessed": the input `image` is float32 [batch, 3, height, width], normalised by the caller. A format: it is
   * uint8 [batch, height, width, 3], red, green, blue, and the graph normalises it with the format's mean and std.
   */
  readonly image: "preprocessed" | InputFormat;
  /** Without a head the network ends at the pooled features. */
  readonly head?: HeadOptions | undefined;
  /** Blocks (`features.9`) whose averaged maps are wanted as `depths`, besides those that the head reads. */
  readonly depths?: readonly string[] | undefined;
  /** Batch norms (`features.20.branch0.bn`) which normalise with the statistics of the batch. */
  readonly batchStatistics?: ReadonlySet<string> | undefined;
  /** For training: the head multiplies by the fed mask `dropout.0` where its dropout is above 0. */
  readonly dropoutMasks?: boolean | undefined;
}

/** A place between two blocks where the network may be cut. */
export interface Boundary {
  readonly name: string;
  readonly value: Value;
}

export interface Network {
  readonly graph: Graph;
  /** The input `image`. */
  readonly image: Value;
  /** Averages of the last block's maps, [batch, features]. */
  readonly pooled: Value;
  /** What enters the head: `pooled`, or the averages of the depths that the head reads, one behind the other. */
  readonly features: Value;
  /** [batch, classes] */
  readonly logits: Value | undefined;
  /** In running order: `image`, `features.0` to `features.21`, `pooled`. */
  readonly boundaries: readonly Boundary[];
  /** Averages of the maps behind the blocks asked for, [batch, channels], as `features.9.pooled`; the last one's is `pooled`. */
  readonly depths: readonly Boundary[];
  /** Of every batch norm in `batchStatistics`, in timm's order. */
  readonly statistics: readonly BatchStatistics[];
}

/**
 * Builds the network.
 *
 * Parameters carry timm's names (`features.0.conv.weight`); convolutions have no bias but a constant 0. Maps of any
 * size down to 1x1 may be left behind the last block.
 *
 * @throws options/width, options/size
 */
export function inceptionV4(options: NetworkOptions): Network {
  const { size, head, batchStatistics = new Set<string>(), depths: asked = [] } = options;
  if (Math.min(...size) < smallestSize) return fail("options/size", { size, smallest: smallestSize });
  const graph = newGraph();
  const g = build(graph);
  const { image, pixels } = appendImage(g, options);
  const boundaries: Boundary[] = [{ name: "image", value: image }];
  const depths: Boundary[] = [];
  const read = head?.depths ?? [];
  const statistics: BatchStatistics[] = [];

  // Parts to be joined are kept apart until something reads them, so forks inside forks cost one concatenation.
  const joined = (parts: readonly Value[]) => (parts.length === 1 ? parts[0]! : g.concat(...parts, { axis: 1 }));
  const normalise = (x: Value, batchNorm: string) => {
    if (!batchStatistics.has(batchNorm)) return appendStoredNorm(g, x, batchNorm);
    const normed = appendBatchNorm(g, x, batchNorm);
    statistics.push(normed.statistics);
    return normed.output;
  };
  const map = blocks.reduce((x, { name, parts }) => {
    const value = joined(
      readParts<readonly Value[]>(parts, [x], {
        conv: (x, conv) => [g.relu(normalise(appendConv(g, joined(x), conv, options.width), `${conv.name}.bn`))],
        pool: (x, pool) => [appendPool(g, joined(x), pool)],
        concat: (branches) => branches.flat(),
      }),
    );
    boundaries.push({ name, value });
    if (name !== lastBlock && (asked.includes(name) || read.includes(name)))
      depths.push({ name: depthName(name), value: appendGlobalAverage(g, value) });
    return value;
  }, pixels);
  if (statistics.length !== batchStatistics.size)
    throw new Error("internal: batchStatistics names an unknown batch norm");

  const pooled = appendGlobalAverage(g, map);
  boundaries.push({ name: "pooled", value: pooled });
  if (asked.includes(lastBlock) || read.includes(lastBlock)) depths.push({ name: "pooled", value: pooled });
  const entering = read.length === 0 ? [pooled] : read.map((name) => depthOf(depths, name));
  const features = entering.length === 1 ? entering[0]! : g.concat(...entering, { axis: 1 });
  const logits = head === undefined ? undefined : appendHead(g, features, head, options.dropoutMasks ?? false);
  return { graph, image, pooled, features, logits, boundaries, depths, statistics };
}

const lastBlock = blocks.at(-1)!.name;

/** Name of the averaged maps behind a block: `features.9.pooled`, and `pooled` behind the last one. */
export function depthName(block: string): string {
  return block === lastBlock ? "pooled" : `${block}.pooled`;
}

function depthOf(depths: readonly Boundary[], block: string): Value {
  const found = depths.find(({ name }) => name === depthName(block));
  if (found === undefined) throw new Error(`internal: the network has no block "${block}"`);
  return found.value;
}

/** The input and what enters the first convolution: (pixel - 255 · mean) / (255 · std), which rounds once. */
function appendImage(g: Builder, { batch, size, image: format }: NetworkOptions): { image: Value; pixels: Value } {
  const shape = [batch, imageChannels, ...size];
  if (format === "preprocessed") {
    const image = g.input({ name: "image", dtype: "float32", shape });
    return { image, pixels: image };
  }
  const image = g.input({ name: "image", dtype: "uint8", shape: [batch, ...size, imageChannels] });
  const perChannel = (values: readonly number[]) =>
    g.constant({ values: values.map((value) => 255 * value), shape: [1, imageChannels, 1, 1] });
  const planes = g.cast(g.transpose(image, { permutation: [0, 3, 1, 2] }), { dtype: "float32" });
  return { image, pixels: g.divide(g.subtract(planes, perChannel(format.mean)), perChannel(format.std)) };
}

function appendConv(g: Builder, x: Value, conv: Convolution, width: number): Value {
  const channels = scaledChannels(conv.channels, width);
  const shape = [channels, x.type.shape[1]!, ...conv.kernel];
  const kernel = g.parameter({ name: `${conv.name}.conv.weight`, shape });
  const bias = g.constant({ values: [0], shape: [channels] });
  return g.conv(x, kernel, bias, { strides: [conv.stride, conv.stride], pads: padsOf(conv) });
}

function appendPool(g: Builder, x: Value, pool: Pooling): Value {
  const { kernel, stride } = pool;
  const strides: Pair = [stride, stride];
  if (pool.part === "maxPool") return g.maxPool(x, { kernel, strides });
  return g.averagePool(x, { kernel, strides, pads: padsOf(pool) });
}

/** [batch, channels, height, width] -> [batch, channels] */
function appendGlobalAverage(g: Builder, map: Value): Value {
  const [batch = 0, channels = 0, height = 0, width = 0] = map.type.shape;
  const sums = g.reshape(g.sum(map, { axes: [2, 3] }), { shape: [batch, channels] });
  return g.divide(sums, g.constant({ values: [height * width], shape: [1, 1] }));
}
