// Where a run begins: the base network with its weights, and a new head for the user's classes.

import type { InputFormat } from "../input-format.ts";
import { inceptionInput } from "../input-format.ts";
import { headLayers } from "../models/head.ts";
import { initialParameters } from "../models/initial-parameters.ts";
import { featureCount, headInputs, networkParameters } from "../models/parameters.ts";
import { openPretrained } from "../pretrained/open.ts";
import { inputFormatOf } from "../weights/network-card.ts";
import type { RunConfig } from "./config.ts";
import { drawParameters } from "./draw-parameters.ts";
import { type SourceClassifier, sourceClassifierOf } from "./source-classifier.ts";
import { type Digests, digestsOf, hashDigests } from "./parameter-hash.ts";
import type { RunNetwork } from "./plan.ts";
import type { Parameters } from "./stepper.ts";

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
  /** What the weights told apart before; undefined for random ones and for files without a classifier over the features. */
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
  const { metadata, head } = matched;
  return {
    width: matched.width,
    format: inputFormatOf(metadata),
    base,
    source: sourceClassifierOf(head, metadata, featureCount(matched.width)),
  };
}
