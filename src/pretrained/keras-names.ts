// From Keras' names and axes to timm's. Keras numbers layers as they are made, but from where depends on its version and
// on what was built before: so layers are taken by rank, the n-th convolution for the n-th of the network, and every shape
// is held against the table. Refuses what does not fit instead of guessing.

import { fail } from "../errors.ts";
import { type Shape, sameShape } from "../ir/tensor-type.ts";
import type { NamedTensors, Tensor } from "../models/match-weights.ts";
import { convolutions, featureCount, type PlacedConvolution } from "../models/parameters.ts";

interface Layer {
  /** With the groups it lies in. */
  readonly path: string;
  readonly name: string;
  /** By their own names, such as `kernel` or `0`, in Keras' order. */
  readonly weights: ReadonlyMap<string, PlacedTensor>;
}

interface PlacedTensor extends Tensor {
  /** Its name in the file. */
  readonly path: string;
}

const convolutionName = /^conv(?:olution)?2d(?:_(\d+))?$/;
const batchNormName = /^batch_?normalization(?:_v[12])?(?:_(\d+))?$/;

/** The names of all versions; `running_std` of Keras 1 holds the variance too. */
const batchNormParts = {
  "bn.weight": ["gamma"],
  "bn.bias": ["beta"],
  "bn.running_mean": ["moving_mean", "running_mean"],
  "bn.running_var": ["moving_variance", "running_var", "running_std"],
} as const;

/** Where only places are known, gamma comes first or not at all. */
const batchNormOrder = Object.keys(batchNormParts);

/**
 * The network's tensors under timm's names, kernels as [out, in, height, width]; what belongs to no layer of the network
 * keeps its name.
 *
 * @param metadata - `kernels`: "th" where they are turned by 180 degrees
 * @throws weights/not-inception-v4, weights/keras-layers, weights/keras-layer, weights/shape, options/width
 */
export function fromKeras(tensors: NamedTensors, metadata: Readonly<Record<string, string>>): NamedTensors {
  const layers = layersOf(tensors);
  const convs = ranked(layers, convolutionName);
  const norms = ranked(layers, batchNormName);
  if (convs.length === 0) return fail("weights/not-inception-v4", { names: [...tensors.keys()] });
  const { axes, width } = layoutOf(kernelOf(convs[0]!));
  const table = convolutions(width);
  if (convs.length !== table.length || norms.length !== table.length)
    return fail("weights/keras-layers", {
      convolutions: convs.length,
      batchNorms: norms.length,
      needed: table.length,
    });
  const turned = metadata.kernels === "th";
  const base = table.flatMap((row, n) => [
    [`${row.name}.conv.weight`, kernelTensor(kernelOf(convs[n]!), row, axes, turned)] as const,
    ...batchNormTensors(norms[n]!, row),
  ]);
  const others = layers.filter((layer) => !convs.includes(layer) && !norms.includes(layer));
  return new Map([...base, ...headTensors(others, featureCount(width))]);
}

function layersOf(tensors: NamedTensors): readonly Layer[] {
  const layers = new Map<string, { name: string; weights: Map<string, PlacedTensor> }>();
  for (const [path, { shape, values }] of tensors) {
    const parts = path.split("/");
    const known = parts.findIndex((part) => convolutionName.test(part) || batchNormName.test(part));
    const layerParts = known < 0 ? parts.slice(0, -1) : parts.slice(0, known + 1);
    const layerPath = layerParts.join("/");
    const name = layerParts.at(-1) ?? "";
    const layer = layers.get(layerPath) ?? { name, weights: new Map() };
    layer.weights.set(weightName(parts.at(-1)!, name), { path, shape, values });
    layers.set(layerPath, layer);
  }
  return Array.from(layers, ([path, layer]) => ({ path, ...layer }));
}

/** `kernel:0` of Keras 2 is kernel; `convolution2d_1_W` of Keras 1 is W. */
function weightName(part: string, layer: string): string {
  const name = part.replace(/:\d+$/, "");
  return name.startsWith(`${layer}_`) ? name.slice(layer.length + 1) : name;
}

/** The layers so called, in the order of their numbers; none is the lowest. */
function ranked(layers: readonly Layer[], pattern: RegExp): readonly Layer[] {
  const numberOf = ({ name }: Layer) => Number(pattern.exec(name)![1] ?? 0);
  return layers.filter(({ name }) => pattern.test(name)).sort((left, right) => numberOf(left) - numberOf(right));
}

function kernelOf({ path, weights }: Layer): PlacedTensor {
  const [kernel, ...more] = weights.values();
  if (kernel === undefined || more.length > 0)
    return fail("weights/keras-layer", { layer: path, weights: [...weights.keys()], needed: "a kernel alone" });
  return kernel;
}

/** Height, width, in, out; or Theano's order, which is also timm's. */
type Axes = "hwio" | "oihw";

/** From the first kernel, of 3 x 3 over 3 channels. */
function layoutOf({ path, shape }: PlacedTensor): { readonly axes: Axes; readonly width: number } {
  const [first = 0, , , last = 0] = shape;
  if (sameShape(shape, [3, 3, 3, last])) return { axes: "hwio", width: last / 32 };
  if (sameShape(shape, [first, 3, 3, 3])) return { axes: "oihw", width: first / 32 };
  return fail("weights/shape", { name: path, found: shape, needed: [3, 3, 3, 32] });
}

function kernelTensor(given: PlacedTensor, row: PlacedConvolution, axes: Axes, turned: boolean): Tensor {
  const [height, width] = row.kernel;
  const shape = [row.channels, row.inputChannels, height, width];
  checkShape(given, axes === "oihw" ? shape : [height, width, row.inputChannels, row.channels]);
  if (axes === "oihw") return { shape, values: turned ? turnedKernel(given.values, height * width) : given.values };
  return { shape, values: outermostLast(given.values, height * width, row.inputChannels, row.channels, turned) };
}

/** [places, in, out] to [out, in, places]; turned by 180 degrees, the last place comes first. */
function outermostLast(from: Float32Array, places: number, ins: number, outs: number, turned: boolean): Float32Array {
  const to = new Float32Array(from.length);
  for (let place = 0; place < places; place++) {
    const target = turned ? places - 1 - place : place;
    for (let i = 0; i < ins; i++) {
      const row = (place * ins + i) * outs;
      for (let o = 0; o < outs; o++) to[(o * ins + i) * places + target] = from[row + o]!;
    }
  }
  return to;
}

/** Each kernel of so many places back to front. */
function turnedKernel(from: Float32Array, places: number): Float32Array {
  return Float32Array.from(from, (_, i) => from[i - (i % places) + places - 1 - (i % places)]!);
}

function batchNormTensors({ path, weights }: Layer, row: PlacedConvolution): readonly (readonly [string, Tensor])[] {
  const named = Object.entries(batchNormParts).flatMap(([part, names]) => {
    const tensor = names.map((name) => weights.get(name)).find((found) => found !== undefined);
    return tensor === undefined ? [] : [[part, tensor] as const];
  });
  const missing = batchNormOrder.length - weights.size;
  const placed = [...weights.values()].map((tensor, i) => [batchNormOrder[missing + i]!, tensor] as const);
  const parts = named.length === 0 ? placed : named;
  const mayLack = missing === 0 || (missing === 1 && !weights.has("gamma"));
  if (!mayLack || parts.length !== weights.size)
    return fail("weights/keras-layer", {
      layer: path,
      weights: [...weights.keys()],
      needed: "beta, mean and variance, with or without gamma",
    });
  return parts.map(([part, tensor]) => {
    checkShape(tensor, [row.channels]);
    return [`${row.name}.${part}`, { shape: tensor.shape, values: tensor.values }];
  });
}

/** A single layer from the features to classes is the head, whatever its name; with more, theirs is another than ours. */
function headTensors(layers: readonly Layer[], features: number): readonly (readonly [string, Tensor])[] {
  const dense = layers.filter(({ weights }) => [...weights.values()].some(({ shape }) => shape.length === 2));
  const head = dense.length === 1 ? headOf(dense[0]!, features) : undefined;
  const kept = layers
    .filter((layer) => head === undefined || layer !== dense[0])
    .flatMap(({ weights }) => Array.from(weights.values(), (tensor) => [tensor.path, tensor] as const));
  return head === undefined ? kept : [...kept, ...head];
}

/** `undefined` where it is no kernel over the features with a bias. */
function headOf({ weights }: Layer, features: number): readonly (readonly [string, Tensor])[] | undefined {
  const [bias, kernel, ...more] = [...weights.values()].sort((left, right) => left.shape.length - right.shape.length);
  if (bias === undefined || kernel === undefined || more.length > 0) return undefined;
  const [inputs = 0, outputs = 0] = kernel.shape;
  if (inputs !== features || !sameShape(bias.shape, [outputs])) return undefined;
  const values = outermostLast(kernel.values, 1, inputs, outputs, false);
  return [
    ["last_linear.weight", { shape: [outputs, inputs], values }],
    ["last_linear.bias", { shape: bias.shape, values: bias.values }],
  ];
}

function checkShape({ path, shape }: PlacedTensor, needed: Shape): void {
  if (!sameShape(shape, needed)) fail("weights/shape", { name: path, found: shape, needed });
}
