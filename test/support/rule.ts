// The rule by which the fixtures fill weights, images and labels from a seed, so that no weights file is needed to
// reproduce their numbers (test/fixtures/rule.json states it). Values are computed in double and rounded once.

import { elementCount, type Shape } from "../../src/ir/tensor-type.ts";
import type { HeadOptions } from "../../src/models/head.ts";
import { networkParameters, type ParameterKind } from "../../src/models/parameters.ts";
import { type Stream, stream } from "../../src/random.ts";

/** "dense" is a kernel of Keras' head in Keras' own order, [in, out]. */
export type RuleKind = ParameterKind | "dense";

export interface RuleOptions {
  readonly classes: number;
  /** bn.weight is 1 everywhere, as in networks converted from TensorFlow. */
  readonly unitGamma?: boolean;
  /** Hidden layers of the head, under timm-like names; the Keras programs use `ruleDense` instead. */
  readonly hidden?: HeadOptions["hidden"];
}

export interface RuleImages {
  /** [batch, 3, height, width] */
  readonly shape: readonly [number, number, number, number];
  readonly values: Float32Array;
}

type Rule = (random: Stream, shape: Shape) => number;

const balanced = (random: Stream) => 2 * random() - 1;
const around = (random: Stream) => 0.1 * (2 * random() - 1);

const rules: { readonly [K in RuleKind]: Rule } = {
  kernel: (random, shape) => balanced(random) * Math.sqrt(8.4 / elementCount(shape.slice(1))),
  gamma: (random) => 1 + around(random),
  beta: around,
  mean: around,
  variance: (random) => 1 + 0.5 * random(),
  weight: (random, shape) => balanced(random) * Math.sqrt(3 / shape[1]!),
  dense: (random, shape) => balanced(random) * Math.sqrt(3 / shape[0]!),
  bias: around,
};

/** One tensor: the stream of its name in row-major order. */
export function ruleTensor(seed: number, name: string, kind: RuleKind, shape: Shape): Float32Array {
  const random = stream(seed, name);
  const rule = rules[kind];
  return new Float32Array(elementCount(shape)).map(() => rule(random, shape));
}

/** All parameters of the network by name, head included. */
export function ruleParameters(seed: number, width: number, options: RuleOptions): Record<string, Float32Array> {
  const { classes, unitGamma = false, hidden = [] } = options;
  const entries = networkParameters(width, { classes, hidden, dropout: 0 }).map(({ name, kind, shape }) => {
    const ones = unitGamma && kind === "gamma";
    const values = ones ? new Float32Array(elementCount(shape)).fill(1) : ruleTensor(seed, name, kind, shape);
    return [name, values] as const;
  });
  return Object.fromEntries(entries);
}

/** `head/dense_<i>/kernel` [in, out] or `head/dense_<i>/bias` [out] of the Keras programs; `index` from 1. */
export function ruleDense(seed: number, index: number, part: "kernel" | "bias", shape: Shape): Float32Array {
  return ruleTensor(seed, `head/dense_${index}/${part}`, part === "kernel" ? "dense" : "bias", shape);
}

/**
 * The images of a name such as `input:2x107` or `val:6x75x107` (batch, height, width): half cells of 16 pixels, half
 * noise of single pixels, in [-1, 1].
 */
export function ruleImages(seed: number, name: string): RuleImages {
  const [batch = 0, height = 0, width = height] = name
    .slice(name.indexOf(":") + 1)
    .split("x")
    .map(Number);
  const channels = 3;
  const shape = [batch, channels, height, width] as const;
  const [rows, columns] = [Math.ceil(height / 16), Math.ceil(width / 16)];
  const cellRandom = stream(seed, `${name}:cells`);
  const cells = new Float64Array(batch * channels * rows * columns).map(() => cellRandom());
  const random = stream(seed, name);
  const values = new Float32Array(elementCount(shape)).map((_, i) => {
    const x = i % width;
    const y = Math.floor(i / width) % height;
    const plane = Math.floor(i / (width * height));
    const cell = cells[(plane * rows + (y >> 4)) * columns + (x >> 4)]!;
    return 0.5 * (2 * cell - 1) + 0.5 * (2 * random() - 1);
  });
  return { shape, values };
}

/** Image i has label i mod classes. */
export function ruleLabels(count: number, classes: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i % classes);
}
