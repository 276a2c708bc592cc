// Tensors of a file against the network: which width they are, whether all are there in the right shape, and where base
// and head part. Knows timm's names and Cadene's; says what is missing instead of guessing.

import { fail } from "../errors.ts";
import { elementCount, type Shape, sameShape } from "../ir/tensor-type.ts";
import type { HeadOptions } from "./head.ts";
import { networkParameters, type ParameterInfo } from "./parameters.ts";

export interface Tensor {
  readonly shape: Shape;
  readonly values: Float32Array;
}

/** Row-major tensors by name. */
export type NamedTensors = ReadonlyMap<string, Tensor>;

export interface MatchedHead {
  readonly classes: number;
  readonly hidden: readonly number[];
  /** `head.0.weight`, ..., `last_linear.bias`. */
  readonly tensors: NamedTensors;
  /** Whether the first of 1001 rows, TensorFlow's background class, was left out. */
  readonly backgroundDropped: boolean;
}

export interface MatchedWeights {
  readonly width: number;
  /** Every parameter of the base, in timm's order. */
  readonly base: NamedTensors;
  /** The classifier, where the file has one. */
  readonly head: MatchedHead | undefined;
  /** Names in the file that the network has no place for. */
  readonly unused: readonly string[];
}

export interface MatchOptions {
  /** "drop" takes a plain classifier of 1001 rows for TensorFlow's, whose first is "background"; "keep" does not. */
  readonly backgroundRow?: "drop" | "keep";
}

/**
 * Finds the network in named tensors.
 *
 * Leading `module.` is taken off, `classif.` is read as `last_linear.`. Where no gamma occurs at all (networks
 * converted from TensorFlow without scale) all are 1. Tensors are not copied.
 *
 * @throws weights/not-inception-v4, weights/missing, weights/shape, weights/not-finite, weights/variance
 */
export function matchWeights(given: NamedTensors, { backgroundRow = "drop" }: MatchOptions = {}): MatchedWeights {
  const tensors = underTimmNames(given);
  const width = widthOf(tensors);
  const shape = headShape(tensors);
  const parameters = networkParameters(width, shape);
  const withGamma = parameters.some(({ name, kind }) => kind === "gamma" && tensors.has(name));
  const needed = withGamma ? parameters : parameters.filter(({ kind }) => kind !== "gamma");
  const missing = needed.filter(({ name }) => !tensors.has(name)).map(({ name }) => name);
  if (missing.length > needed.length / 2) return fail("weights/not-inception-v4", { names: [...tensors.keys()] });
  if (missing.length > 0) return fail("weights/missing", { missing, needed: needed.length });
  for (const info of needed) check(info, tensors.get(info.name)!);

  const matched = parameters.map((info): readonly [ParameterInfo, Tensor] => [
    info,
    tensors.get(info.name) ?? ones(info.shape),
  ]);
  const part = (inHead: boolean) =>
    new Map(matched.flatMap(([{ name, block }, tensor]) => ((block === "head") === inHead ? [[name, tensor]] : [])));
  const names = new Set(parameters.map(({ name }) => name));
  const unused = [...tensors.keys()].filter((name) => !names.has(name) && !name.endsWith(".num_batches_tracked"));
  const base = part(false);
  if (shape === undefined) return { width, base, head: undefined, unused };
  const { classes, hidden } = shape;
  const head: MatchedHead = { classes, hidden, tensors: part(true), backgroundDropped: false };
  return { width, base, head: backgroundRow === "drop" ? withoutBackground(head) : head, unused };
}

/** The same tensors without what other writers put before timm's names, or have in their place. */
export function underTimmNames(given: NamedTensors): NamedTensors {
  const timmName = (name: string) => name.replace(/^module\./, "").replace(/^classif\./, "last_linear.");
  return new Map(Array.from(given, ([name, tensor]) => [timmName(name), tensor]));
}

/** From the first kernel, [32 · width, 3, 3, 3]. */
function widthOf(tensors: NamedTensors): number {
  const [channels = 0, ...rest] = tensors.get("features.0.conv.weight")?.shape ?? [];
  if (channels === 0 || !sameShape(rest, [3, 3, 3]))
    return fail("weights/not-inception-v4", { names: [...tensors.keys()] });
  return channels / 32;
}

/** The head that the names and first axes speak of; whether its shapes fit is checked with all others. */
export function headShape(tensors: NamedTensors): HeadOptions | undefined {
  const rows = (layer: string) => tensors.get(`${layer}.weight`)?.shape[0];
  const hidden: number[] = [];
  for (let units = rows("head.0"); units !== undefined; units = rows(`head.${hidden.length}`)) hidden.push(units);
  const classes = rows("last_linear");
  return classes === undefined ? undefined : { classes, hidden, dropout: 0 };
}

function check({ name, shape, kind }: ParameterInfo, tensor: Tensor): void {
  if (!sameShape(tensor.shape, shape)) fail("weights/shape", { name, found: tensor.shape, needed: shape });
  for (const value of tensor.values) {
    if (!Number.isFinite(value)) fail("weights/not-finite", { name, value });
    if (kind === "variance" && value < 0) fail("weights/variance", { name, value });
  }
}

/** TensorFlow's networks number 1001 classes, "background" first (inception-v4 in TF-slim, older files of Cadene's). */
function withoutBackground(head: MatchedHead): MatchedHead {
  if (head.classes !== 1001 || head.hidden.length > 0) return head;
  const tensors = new Map(
    Array.from(head.tensors, ([name, { shape, values }]) => {
      const [rows = 0, ...row] = shape;
      return [name, { shape: [rows - 1, ...row], values: values.subarray(elementCount(row)) }];
    }),
  );
  return { ...head, classes: 1000, tensors, backgroundDropped: true };
}

function ones(shape: Shape): Tensor {
  return { shape, values: new Float32Array(elementCount(shape)).fill(1) };
}
