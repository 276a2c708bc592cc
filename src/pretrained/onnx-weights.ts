// Weights from an ONNX model: by timm's names where the export kept them, else by their place in the graph. Only what is
// stored is read: the model is not run, and which nodes stand before the network does not matter. Quantised models are
// refused, as their numbers are not those that were learnt.

import { fail } from "../errors.ts";
import { batchNormEpsilon } from "../models/card.ts";
import type { NamedTensors, Tensor } from "../models/match-weights.ts";
import { networkParameters } from "../models/parameters.ts";
import { readModel } from "../onnx/read.ts";
import type { OnnxNode } from "../onnx/schema.ts";
import type { NamedNetwork } from "./named-network.ts";
import { cardMetadata } from "./onnx-card.ts";
import { type DenseNode, denseNodes } from "./onnx-classifier.ts";
import { type Constants, constantsOf, type OnnxGraph } from "./onnx-constants.ts";
import { parametersByPlace } from "./onnx-places.ts";

/**
 * Tensors under timm's names, and what their reader should know about how they were found.
 *
 * @throws onnx/damaged, onnx/not-read, onnx/external-data, weights/quantized, weights/not-inception-v4,
 * weights/onnx-layout, weights/element-type, weights/metadata
 */
export function readOnnxWeights(bytes: Uint8Array): NamedNetwork {
  const { graph, metadata } = readModel(bytes);
  const quantized = graph.nodes.find(({ op }) => /^(?:DynamicQ|Deq|Q)uantize|^QLinear|^QGemm|^ConvInteger$/.test(op));
  if (quantized !== undefined) return fail("weights/quantized", { op: quantized.op });
  const constants = constantsOf(graph);
  const named = namesIn(constants);
  const base = findBase(graph, constants, named);
  const head = findHead(graph, constants, named);
  return {
    format: "onnx",
    tensors: new Map([...base.tensors, ...head.tensors]),
    metadata: cardMetadata(metadata),
    notes: [...base.notes, ...head.notes, ...epsilonNotes(graph.nodes)],
  };
}

interface Found {
  readonly tensors: NamedTensors;
  readonly notes: readonly string[];
}

/** The names of constants in the graph by timm's, which may stand behind a prefix: `model.features.0.conv.weight`. */
function namesIn({ names }: Constants): ReadonlyMap<string, string> {
  const all = [...names];
  const first = "features.0.conv.weight";
  const prefix = all.find((name) => name.endsWith(`.${first}`))?.slice(0, -first.length) ?? "";
  const bare = (name: string) => (name.startsWith(prefix) ? name.slice(prefix.length) : name);
  return new Map(all.map((name) => [bare(name), name]));
}

function findBase(graph: OnnxGraph, constants: Constants, named: ReadonlyMap<string, string>): Found {
  if (!holdsBase(constants, named)) {
    const placed = parametersByPlace(graph, constants);
    if (placed !== undefined) return { tensors: placed.tensors, notes: placed.folded > 0 ? [foldedNote] : [] };
  }
  const tensors = tensorsOf(constants, named, /^features\./);
  return tensors.size > 0 ? { tensors, notes: [] } : fail("weights/not-inception-v4", { names: [...named.keys()] });
}

const foldedNote =
  "its batch norms are folded into its convolutions: it gives the same results, but their statistics are lost, so batch norms that learn begin anew";

/** Whether every parameter of the base is there by name; gammas may be missing, as where they are 1. */
function holdsBase({ shapeOf }: Constants, named: ReadonlyMap<string, string>): boolean {
  const [channels = 0] = shapeOf(named.get("features.0.conv.weight") ?? "") ?? [];
  return channels > 0 && networkParameters(1).every(({ name, kind }) => kind === "gamma" || named.has(name));
}

function findHead(graph: OnnxGraph, constants: Constants, named: ReadonlyMap<string, string>): Found {
  const byName = tensorsOf(constants, named, /^(?:head|last_linear|classif)\./);
  const products = denseNodes(graph, constants);
  if ([...byName.keys()].some((name) => name.endsWith(".weight")))
    return { tensors: new Map([...byName, ...biasesByPlace(products, named)]), notes: [] };
  const [product] = products;
  if (product === undefined) return { tensors: new Map(), notes: [] };
  if (products.length > 1)
    return { tensors: new Map(), notes: [`its head has ${products.length} layers without names and is left out`] };
  const weight = product.weight();
  const bias = product.bias() ?? zeros(weight.shape[0]!);
  const tensors = new Map([
    ["last_linear.weight", weight],
    ["last_linear.bias", bias],
  ]);
  return { tensors, notes: [] };
}

function zeros(length: number): Tensor {
  return { shape: [length], values: new Float32Array(length) };
}

/** The biases beside matrices that have a name, where they have none themselves. */
function biasesByPlace(products: readonly DenseNode[], named: ReadonlyMap<string, string>): NamedTensors {
  const byMatrix = new Map(products.map((product) => [product.matrix, product]));
  const layers = [...named].filter(([name]) => /^(?:head\.\d+|last_linear|classif)\.weight$/.test(name));
  const found = layers.flatMap(([weight, own]) => {
    const name = weight.replace(/weight$/, "bias");
    const bias = named.has(name) ? undefined : byMatrix.get(own)?.bias();
    return bias === undefined ? [] : [[name, bias] as const];
  });
  return new Map(found);
}

function tensorsOf(constants: Constants, named: ReadonlyMap<string, string>, pattern: RegExp): NamedTensors {
  const names = [...named].filter(([name]) => pattern.test(name));
  return new Map(names.map(([name, own]) => [name, constants.read(own)!]));
}

/** ONNX' own epsilon, where a node names none. */
const usualEpsilon = 1e-5;

function epsilonNotes(nodes: readonly OnnxNode[]): readonly string[] {
  const found = nodes.flatMap(({ op, attributes: { epsilon } }) =>
    op === "BatchNormalization" ? [epsilon?.kind === "float" ? epsilon.value : usualEpsilon] : [],
  );
  const other = found.find((epsilon) => Math.abs(epsilon - batchNormEpsilon) > 1e-6);
  if (other === undefined) return [];
  return [
    `its batch norms add ${Number(other.toPrecision(3))} to variances where Inception-v4 adds ${batchNormEpsilon}: results differ from those of the model`,
  ];
}
