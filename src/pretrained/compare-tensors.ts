// Named tensors against the network, to the end: where matchWeights stops at the first thing that is wrong, this lists
// all of them, and what is odd about the numbers. Judges nothing.

import { sameShape } from "../ir/tensor-type.ts";
import { batchNormEpsilon } from "../models/card.ts";
import { headShape, type NamedTensors, underTimmNames } from "../models/match-weights.ts";
import { networkParameters, type ParameterInfo, type ParameterKind } from "../models/parameters.ts";

export interface WrongShape {
  readonly name: string;
  readonly found: readonly number[];
  readonly needed: readonly number[];
}

export interface OddTensor {
  readonly name: string;
  readonly what: string;
}

export interface NumbersFound {
  /** Tensors with a number that is not finite. */
  readonly notFinite: readonly string[];
  /** Variances of batch norms of which one is negative. */
  readonly negativeVariances: readonly string[];
  /** What is possible but hardly meant. */
  readonly odd: readonly OddTensor[];
  /** Scales of batch norms: learnt, all 1 as in networks converted from TensorFlow, or not in the file. */
  readonly gammas: "learnt" | "all 1" | "absent";
  /** Means and variances of batch norms: of pictures, as a network begins with, or lost in an export that folds them. */
  readonly statistics: "gathered" | "initial" | "folded";
}

export interface ComparedTensors {
  /** `null` where nothing in the file tells it. */
  readonly width: number | null;
  readonly head: { readonly classes: number; readonly hidden: readonly number[] } | null;
  readonly missing: readonly string[];
  readonly wrongShapes: readonly WrongShape[];
  /** Tensors that the network has no place for. */
  readonly unused: readonly string[];
  readonly numbers: NumbersFound;
}

export function compareTensors(given: NamedTensors): ComparedTensors {
  const tensors = underTimmNames(given);
  const width = widthIn(tensors);
  const head = headShape(tensors);
  const infos = width === null ? [] : networkParameters(width, head);
  const known = new Set(infos.map(({ name }) => name));
  const present = infos.filter(({ name }) => tensors.has(name));
  const withGamma = present.some(({ kind }) => kind === "gamma");
  const needed = infos.filter(({ kind }) => withGamma || kind !== "gamma");
  return {
    width,
    head: head === undefined ? null : { classes: head.classes, hidden: head.hidden },
    missing: needed.filter(({ name }) => !tensors.has(name)).map(({ name }) => name),
    wrongShapes: present
      .map(({ name, shape }) => ({ name, found: tensors.get(name)!.shape, needed: shape }))
      .filter(({ found, needed }) => !sameShape(found, needed)),
    unused: [...tensors.keys()].filter((name) => !known.has(name) && !name.endsWith(".num_batches_tracked")),
    numbers: numbersIn(present, tensors),
  };
}

/** By the output channels of the first layer that is there and has a whole number of 32nds of its channels at width 1. */
function widthIn(tensors: NamedTensors): number | null {
  for (const { name, shape } of networkParameters(1)) {
    const channels = tensors.get(name)?.shape[0] ?? 0;
    const steps = (32 * channels) / shape[0]!;
    if (channels > 0 && Number.isInteger(steps)) return steps / 32;
  }
  return null;
}

/** Learnt kernels and statistics stay far below. */
const largest = 1e4;

function numbersIn(infos: readonly ParameterInfo[], tensors: NamedTensors): NumbersFound {
  const found = infos.map(({ name, kind }) => ({ name, kind, range: rangeOf(tensors.get(name)!.values) }));
  const all = (kind: ParameterKind, value: number) =>
    found.every((one) => one.kind !== kind || (one.range.least === value && one.range.most === value));
  const finite = found.filter(({ range }) => range.finite);
  return {
    notFinite: found.filter(({ range }) => !range.finite).map(({ name }) => name),
    negativeVariances: finite
      .filter(({ kind, range }) => kind === "variance" && range.least < 0)
      .map(({ name }) => name),
    odd: finite.flatMap(({ name, kind, range }) => oddities(kind, range).map((what) => ({ name, what }))),
    gammas: !infos.some(({ kind }) => kind === "gamma") ? "absent" : all("gamma", 1) ? "all 1" : "learnt",
    statistics: statisticsOf(all),
  };
}

function statisticsOf(all: (kind: ParameterKind, value: number) => boolean): NumbersFound["statistics"] {
  if (!all("mean", 0)) return "gathered";
  if (all("variance", 1)) return "initial";
  return all("variance", Math.fround(1 - batchNormEpsilon)) ? "folded" : "gathered";
}

interface Range {
  readonly least: number;
  readonly most: number;
  readonly finite: boolean;
}

function rangeOf(values: Float32Array): Range {
  let [least, most, finite] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
    finite &&= Number.isFinite(value);
  }
  return { least, most, finite };
}

function oddities(kind: ParameterKind, { least, most }: Range): readonly string[] {
  const same = (kind === "kernel" || kind === "weight") && least === most;
  const size = Math.max(Math.abs(least), Math.abs(most));
  return [
    ...(same ? [`holds nothing but ${least}`] : []),
    ...(kind === "variance" && least === 0 ? ["holds a variance of 0"] : []),
    ...(size > largest ? [`reaches ${Number(size.toPrecision(3))}`] : []),
  ];
}
