// Where a run begins: the base network with its weights, and a new head for the user's classes.

import type { LinearHead } from "../head/standardise.ts";
import type { InputFormat } from "../input-format.ts";
import { inceptionInput } from "../input-format.ts";
import { headLayers } from "../models/head.ts";
import { initialParameters } from "../models/initial-parameters.ts";
import { featureCount, headInputs, networkParameters } from "../models/parameters.ts";
import { openPretrained, type Pretrained } from "../pretrained/open.ts";
import { inputFormatOf, readCard } from "../weights/network-card.ts";
import type { RunConfig } from "./config.ts";
import { drawParameters } from "./draw-parameters.ts";
import { type Digests, digestsOf, hashDigests } from "./parameter-hash.ts";
import type { RunNetwork } from "./plan.ts";
import type { Parameters } from "./stepper.ts";

/** The classifier that came with the weights: what the network could tell apart before. */
export interface SourceClassifier extends LinearHead {
  /** Empty where the file names none. */
  readonly classNames: readonly string[];
  readonly classIds: readonly string[];
}

export interface Base {
  readonly network: RunNetwork;
  /** Of base and head, by timm's names. */
  readonly parameters: Parameters;
  /** SHA-256 of the base as it was loaded. */
  readonly hash: string;
  /** Of each parameter as it was loaded. */
  readonly digests: Digests;
  /** Inputs of the head's last layer. */
  readonly dropoutUnits: number;
  /** Undefined where the weights have no linear classifier. */
  readonly source: SourceClassifier | undefined;
}

/** @param file - path of the weights where `config.weights` is the name of a published file, else undefined */
export async function loadBase(config: RunConfig, classes: number, file?: string): Promise<Base> {
  const { width, format, base, source } = await loadNetwork({ ...config, weights: file ?? config.weights });
  const head = { classes, hidden: config.strategy.hidden, dropout: config.dropout };
  const infos = networkParameters(width, head).filter(({ block }) => block === "head");
  const fresh = [...initialParameters(infos, config.seed)].map(([name, { values }]) => [name, values] as const);
  const size = config.size ?? format.size;
  const parameters = new Map([...base, ...fresh]);
  const digests = digestsOf(parameters);
  return {
    network: { width, format: { ...format, size }, head },
    parameters,
    hash: hashDigests(base, [...base.keys()], digests),
    digests,
    dropoutUnits: headLayers(headInputs(width), head).at(-1)!.inputs,
    source,
  };
}

interface LoadedNetwork {
  readonly width: number;
  readonly format: InputFormat;
  readonly base: Parameters;
  readonly source: SourceClassifier | undefined;
}

async function loadNetwork({
  weights,
  width,
  seed,
  threads,
}: Pick<RunConfig, "weights" | "width" | "seed" | "threads">): Promise<LoadedNetwork> {
  if (weights === "random") {
    const base = await drawParameters(networkParameters(width), seed, threads);
    return { width, format: inceptionInput, base, source: undefined };
  }
  const matched = await openPretrained(weights);
  // learning parameters change in place, so the file's own memory is left alone
  const base = new Map([...matched.base].map(([name, { values }]) => [name, values.slice()]));
  const format = inputFormatOf(matched.metadata);
  return { width: matched.width, format, base, source: sourceOf(matched) };
}

function sourceOf({ head, width, metadata }: Pretrained): SourceClassifier | undefined {
  const weight = head?.tensors.get("last_linear.weight")?.values;
  const bias = head?.tensors.get("last_linear.bias")?.values;
  const inputs = featureCount(width);
  if (head === undefined || weight === undefined || bias === undefined) return undefined;
  if (weight.length !== head.classes * inputs) return undefined; // it reads hidden layers, or several depths
  const { classNames, classIds } = readCard(metadata);
  const named = classNames.length === head.classes;
  return {
    classes: head.classes,
    width: inputs,
    weight: Float64Array.from(weight),
    bias: Float64Array.from(bias),
    classNames: named ? classNames : [],
    classIds: named ? classIds : [],
  };
}
