// What would learn in a network, where its frozen part ends, and what a step would cost. Builds the programs of a stage
// and counts in them; runs nothing.

import { compileTraining, compileTrunk } from "../compile/program.ts";
import { type InputFormat, inceptionInput } from "../input-format.ts";
import { bytesPerElement, elementCount } from "../ir/tensor-type.ts";
import { blocks } from "../models/card.ts";
import type { ParameterInfo, ParameterKind } from "../models/parameters.ts";
import { learningOf, parseUnfreeze, showUnfreeze } from "../models/unfreeze.ts";
import { asList, checkOption } from "../option-values.ts";
import { type OptionName, type OptionValues, options } from "../options.ts";
import { openPretrained } from "../pretrained/open.ts";
import { isPublished } from "../pretrained/published.ts";
import { inputFormatOf } from "../weights/network-card.ts";
import { buildNetwork, cutAt, planStages } from "./plan.ts";
import { programMacs } from "./program-macs.ts";
import { fineTuning } from "./strategy.ts";

type NetworkOption = "weights" | "width" | "size" | "unfreeze" | "head" | "batchNorm" | "classes" | "cachePrecision";

/** As for `retrain`; `width` alone describes a network of random weights. */
export type InspectNetworkOptions = { readonly [K in NetworkOption]?: OptionValues[K] | undefined };

export interface Count {
  readonly tensors: number;
  readonly parameters: number;
}

/** A layer of which something learns. */
export interface LearningLayer {
  /** timm's prefix, or `head.0`, `last_linear`. */
  readonly name: string;
  /** The paper's name of the block, or "head". */
  readonly block: string;
  readonly kinds: readonly ParameterKind[];
  readonly parameters: number;
}

export interface NetworkInspection {
  readonly kind: "network";
  readonly weights: string;
  readonly width: number;
  /** Pixels. */
  readonly size: number;
  readonly unfreeze: string;
  readonly classes: number;
  /** Units of the head's hidden layers. */
  readonly hidden: readonly number[];
  /** Of base and head, running statistics left out. */
  readonly total: Count;
  readonly learning: {
    readonly kernels: Count;
    /** Gammas of batch norms. */
    readonly scales: Count;
    /** Betas of batch norms. */
    readonly offsets: Count;
    readonly head: Count;
    readonly total: Count;
  };
  readonly layers: readonly LearningLayer[];
  /** Batch norms that are unfrozen: `features.20.branch0.bn`. */
  readonly batchNorms: readonly string[];
  readonly trunk: {
    /** Where the frozen part ends: "image" where nothing is kept, a block's timm name, or "pooled". */
    readonly boundary: string;
    /** The paper's name of that block, or `null`. */
    readonly block: string | null;
    /** Of what is kept of one image. */
    readonly shape: readonly number[];
    readonly bytesPerImage: number;
    /** Multiply-accumulates of one image, once. */
    readonly macs: number;
  };
  /** Multiply-accumulates of one image in one training step: forward, and every gradient that is needed. */
  readonly step: { readonly macs: number };
}

/** @throws options/..., weights/... */
export async function inspectNetwork(given: InspectNetworkOptions): Promise<NetworkInspection> {
  for (const [name, value] of Object.entries(given)) if (value !== undefined) checkOption(name as OptionName, value);
  const { weights, width, format } = await formatOf(given);
  const size = given.size ?? format.size;
  const unfreeze = parseUnfreeze(given.unfreeze ?? options.unfreeze.default);
  const classes = given.classes ?? options.classes.default;
  const hidden = given.head === undefined ? [] : asList(given.head);
  const network = { width, format: { ...format, size }, head: { classes, hidden, dropout: 0 } };
  const batchNorm = given.batchNorm ?? options.batchNorm.default;
  const { stages } = fineTuning({ unfreeze: showUnfreeze(unfreeze), batchNorm });
  const [{ learns, boundary: name, batchStatistics, infos }] = planStages(network, stages) as [PlannedOne];

  const built = buildNetwork(network, { batch: 1, learning: true, batchStatistics });
  const cut = cutAt(built, name, given.cachePrecision ?? options.cachePrecision.default);
  const { shape } = cut.boundary.value.type;
  const kept = name !== "image";
  const learning = infos.filter((info) => learns.has(info.name));
  const count = (...kinds: readonly ParameterKind[]) => countOf(learning.filter(({ kind }) => kinds.includes(kind)));
  return {
    kind: "network",
    weights,
    width,
    size,
    unfreeze: showUnfreeze(unfreeze),
    classes,
    hidden,
    total: countOf(infos.filter(({ kind }) => kind !== "mean" && kind !== "variance")),
    learning: {
      kernels: count("kernel"),
      scales: count("gamma"),
      offsets: count("beta"),
      head: count("weight", "bias"),
      total: countOf(learning),
    },
    layers: layersOf(learning),
    batchNorms: learningOf(unfreeze).batchNorms,
    trunk: {
      boundary: name,
      block: paperName(name) ?? null,
      shape: shape.slice(1),
      bytesPerImage: kept ? elementCount(shape) * bytesPerElement[cut.dtype] : 0,
      macs: kept ? programMacs(compileTrunk(built, [cut])) : 0,
    },
    step: { macs: programMacs(compileTraining(built, cut, learns)) },
  };
}

type PlannedOne = ReturnType<typeof planStages>[number];

interface Described {
  readonly weights: string;
  readonly width: number;
  readonly format: InputFormat;
}

async function formatOf({ weights, width }: InspectNetworkOptions): Promise<Described> {
  if (weights === "random" || (weights === undefined && width !== undefined))
    return { weights: "random", width: width ?? options.width.default, format: inceptionInput };
  const named = weights ?? options.weights.default;
  if (isPublished(named)) return { weights: named, width: 1, format: inceptionInput }; // known without the file
  const { width: own, metadata } = await openPretrained(named);
  return { weights: named, width: own, format: inputFormatOf(metadata) };
}

function countOf(infos: readonly ParameterInfo[]): Count {
  return { tensors: infos.length, parameters: infos.reduce((total, { shape }) => total + elementCount(shape), 0) };
}

function layersOf(learning: readonly ParameterInfo[]): readonly LearningLayer[] {
  return [...new Set(learning.map(({ layer }) => layer))].map((name) => {
    const infos = learning.filter(({ layer }) => layer === name);
    const { block } = infos[0]!;
    const kinds = infos.map(({ kind }) => kind);
    return { name, block: paperName(block) ?? block, kinds, parameters: countOf(infos).parameters };
  });
}

function paperName(block: string): string | undefined {
  return blocks.find(({ name }) => name === block)?.paper;
}
