// The rule by which everything that goes into the other fixtures is made, bit for bit: streams, tensors, images.

import { fnv1a, stream } from "../../src/random.ts";
import { type RuleKind, ruleImages, ruleTensor } from "../support/rule.ts";
import { type Check, exactly, guarded, notCovered, type Place, within } from "./check.ts";

export interface RuleFixture {
  readonly seed: number;
  readonly streams: readonly {
    readonly name: string;
    readonly fnv1a32: number;
    readonly uint32: readonly number[];
    readonly r: readonly number[];
  }[];
  readonly tensors: readonly (Filled & { readonly kind: string; readonly width: string; readonly sum: number })[];
  readonly images: readonly (Filled & { readonly sum: number })[];
  readonly dense: readonly Filled[];
}

interface Filled {
  readonly name: string;
  readonly shape: readonly number[];
  readonly first5: readonly number[];
  readonly last: number;
}

const kinds: Readonly<Record<string, RuleKind>> = {
  conv: "kernel",
  gamma: "gamma",
  beta: "beta",
  mean: "mean",
  var: "variance",
  linear: "weight",
  bias: "bias",
};

/** Of a double sum in any order, for each number in it. */
const sumTolerance = 1e-9;

export async function* checkRule({ seed, streams, tensors, images, dense }: RuleFixture): AsyncGenerator<Check> {
  const placeOf = (name: string): Place => ({ file: "rule", case: name, engine: "exact" });
  for (const { name, fnv1a32, uint32, r } of streams) {
    const random = stream(seed, name);
    const drawn = r.map(() => random());
    const found = { fnv1a32: fnv1a(`${seed}:${name}`), uint32: drawn.map((value) => value * 2 ** 32), r: drawn };
    yield exactly(placeOf(`stream ${name}`), "numbers", found, { fnv1a32, uint32, r });
  }
  for (const { name, kind, width, ...filled } of tensors) {
    const place = placeOf(`${name} at width ${width}`);
    const values = () => ruleTensor(seed, name, kinds[kind] ?? notCovered(`a tensor of kind "${kind}"`), filled.shape);
    yield* guarded(place, () => compareFilled(place, values(), filled));
  }
  for (const { name, ...filled } of images) {
    const { shape, values } = ruleImages(seed, name);
    yield exactly(placeOf(name), "shape", shape, filled.shape);
    yield* compareFilled(placeOf(name), values, filled);
  }
  for (const { name, ...filled } of dense)
    yield* compareFilled(placeOf(name), ruleTensor(seed, name, "dense", filled.shape), filled);
}

async function* compareFilled(
  place: Place,
  values: Float32Array,
  expected: Omit<Filled, "name"> & { readonly sum?: number },
) {
  const { first5, last, sum } = expected;
  yield exactly(place, "numbers", { first5: [...values.subarray(0, 5)], last: values.at(-1) }, { first5, last });
  if (sum === undefined) return;
  const total = values.reduce((sofar, value) => sofar + value, 0);
  yield within(place, "sum", Math.abs(total - sum), sumTolerance * values.length);
}
