// Inception-v4 at width 1/16, filled by the rule, as the versions of Keras name and lay out its tensors.

import { convolutions } from "../../src/models/parameters.ts";
import { ruleParameters } from "./rule.ts";

export interface KerasLayout {
  /** Number of the first layer of each kind; Keras 3 writes no number for 0. */
  readonly first: number;
  readonly convolution: string;
  readonly batchNorm: string;
  /** Where a weight lies, from its layer's name and its own. */
  readonly path: (layer: string, weight: string) => string;
  readonly kernel: string;
  /** Of gamma, beta, mean and variance; without gamma three. */
  readonly norm: readonly string[];
  /** Of kernel and bias; absent without a head. */
  readonly dense?: readonly [kernel: string, bias: string];
  readonly axes: "hwio" | "oihw";
  /** By 180 degrees, as Theano's kernels are. */
  readonly turned: boolean;
}

export interface KerasTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export const width = 1 / 16;
export const features = 96;
export const classes = 1001;

/** What every layout must be read as. */
export const parameters = ruleParameters(1, width, { classes, unitGamma: true });

export const keras2: KerasLayout = {
  first: 1,
  convolution: "conv2d",
  batchNorm: "batch_normalization",
  path: (layer, weight) => `${layer}/${layer}/${weight}`,
  kernel: "kernel:0",
  norm: ["beta:0", "moving_mean:0", "moving_variance:0"],
  dense: ["kernel:0", "bias:0"],
  axes: "hwio",
  turned: false,
};

export const keras3Legacy: KerasLayout = {
  ...keras2,
  first: 0,
  kernel: "kernel",
  norm: ["beta", "moving_mean", "moving_variance"],
  dense: ["kernel", "bias"],
};

export const keras1: KerasLayout = {
  ...keras2,
  convolution: "convolution2d",
  batchNorm: "batchnormalization",
  path: (layer, weight) => `${layer}/${layer}_${weight}`,
  kernel: "W",
  norm: ["gamma", "beta", "running_mean", "running_std"],
  dense: ["W", "b"],
};

const normParts = ["bn.weight", "bn.bias", "bn.running_mean", "bn.running_var"];

/** All tensors by path, the last layer first: nothing may depend on the order of a file. */
export function kerasTensors(layout: KerasLayout): Map<string, KerasTensor> {
  const named = (base: string, n: number) => (layout.first + n === 0 ? base : `${base}_${layout.first + n}`);
  const layers = convolutions(width).map((row, n) => {
    const convolution = layout.path(named(layout.convolution, n), layout.kernel);
    const batchNorm = named(layout.batchNorm, n);
    const parts = normParts.slice(normParts.length - layout.norm.length);
    const norms = layout.norm.map((name, i): [string, KerasTensor] => {
      const values = parameters[`${row.name}.${parts[i]}`]!;
      return [layout.path(batchNorm, name), { shape: [row.channels], values }];
    });
    const size: Size = [row.channels, row.inputChannels, ...row.kernel];
    return [[convolution, kernelOf(parameters[`${row.name}.conv.weight`]!, size, layout)] as const, ...norms];
  });
  return new Map([...headOf(layout), ...layers.reverse().flat()]);
}

function headOf({ dense, path }: KerasLayout): [string, KerasTensor][] {
  if (dense === undefined) return [];
  const weight = parameters["last_linear.weight"]!;
  const values = new Float32Array(weight.length);
  for (let row = 0; row < classes; row++)
    for (let i = 0; i < features; i++) values[i * classes + row] = weight[row * features + i]!;
  return [
    [path("dense_1", dense[0]), { shape: [features, classes], values }],
    [path("dense_1", dense[1]), { shape: [classes], values: parameters["last_linear.bias"]! }],
  ];
}

type Size = readonly [outs: number, ins: number, height: number, width: number];

/** W[o][i][h][w] = K[h][w][i][o], at the opposite place where kernels are turned. */
function kernelOf(from: Float32Array, [outs, ins, height, width]: Size, { axes, turned }: KerasLayout): KerasTensor {
  const values = new Float32Array(from.length);
  for (let o = 0; o < outs; o++)
    for (let i = 0; i < ins; i++)
      for (let h = 0; h < height; h++)
        for (let w = 0; w < width; w++) {
          const [y, x] = turned ? [height - 1 - h, width - 1 - w] : [h, w];
          const at =
            axes === "hwio" ? ((y * width + x) * ins + i) * outs + o : ((o * ins + i) * height + y) * width + x;
          values[at] = from[((o * ins + i) * height + h) * width + w]!;
        }
  return { shape: axes === "hwio" ? [height, width, ins, outs] : [outs, ins, height, width], values };
}
