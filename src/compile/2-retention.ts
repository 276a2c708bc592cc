// What holds the network to what it knew, as a term of the loss. The original network's answers are data: its features
// enter as inputs `original:<name>`, computed once where they can be, so no original network is part of a training step.

import { build, type Graph } from "../ir/graph.ts";
import type { Value } from "../ir/ops.ts";

/** Parameters of the source classifier, the one that the weights came with: frozen in every program. */
export const sourceParameters = { weight: "source.weight", bias: "source.bias" } as const;

/**
 * `lwf`: learning without forgetting (Li and Hoiem, 2016), strength · CE(softmax(z⁰ / T), softmax(z / T)), where z are the
 * logits of the source classifier over the features as they are now, z⁰ over the original ones.
 *
 * `ldifs`: strength times the mean over blocks and images of ‖φ - φ⁰‖² / ‖φ⁰‖², where φ are averaged maps of a block and φ⁰
 * the original ones (Mukhoti et al., 2024).
 *
 * `rehearsal`: cross-entropy of the source classifier; its targets are the input `sourceTargets`, rows of zeros for images
 * that are not of the source.
 */
export type Retention =
  | {
      readonly method: "lwf";
      readonly strength: number;
      readonly temperature: number;
      /** Of the source classifier. */
      readonly classes: number;
    }
  /** `blocks` are the names of the averages: `features.20.pooled`, `pooled`. */
  | { readonly method: "ldifs"; readonly strength: number; readonly blocks: readonly string[] }
  | { readonly method: "rehearsal"; readonly classes: number };

/** Values of the network which the term reads, by name: averages, [batch, channels]. */
export function readBy(retention: Retention): readonly string[] {
  return retention.method === "ldifs" ? retention.blocks : ["pooled"];
}

/** The inputs that the term takes besides the usual ones, by the name of the average that they hold of the original network. */
export function originalInput(name: string): string {
  return `original:${name}`;
}

/**
 * Appends the term to a graph and returns it as a scalar.
 *
 * @param values - what `readBy` names
 */
export function appendRetention(graph: Graph, values: Readonly<Record<string, Value>>, retention: Retention): Value {
  if (retention.method === "ldifs") return appendDistance(graph, values, retention);
  const g = build(graph);
  const features = values.pooled!;
  const [batch = 0, width = 0] = features.type.shape;
  const { classes } = retention;
  const logitsOf = appendSource(graph, width, classes);
  if (retention.method === "rehearsal") {
    const targets = g.input({ name: "sourceTargets", dtype: "float32", shape: [batch, classes] });
    return scaledSum(graph, g.multiply(targets, g.logSoftmax(logitsOf(features))), -1);
  }
  const { strength, temperature } = retention;
  const original = g.input({ name: originalInput("pooled"), dtype: "float32", shape: features.type.shape });
  const softened = (x: Value) =>
    g.logSoftmax(g.divide(logitsOf(x), g.constant({ values: [temperature], shape: [1, 1] })));
  const product = g.multiply(g.exp(softened(original)), softened(features));
  return scaledSum(graph, product, -strength / batch);
}

/** From features, [batch, width], to logits of the source classifier, [batch, classes]. Called once for a graph. */
export function appendSource(graph: Graph, width: number, classes: number): (features: Value) => Value {
  const g = build(graph);
  const weight = g.parameter({ name: sourceParameters.weight, shape: [classes, width] });
  const bias = g.reshape(g.parameter({ name: sourceParameters.bias, shape: [classes] }), { shape: [1, classes] });
  return (features) => g.add(g.matMul(features, weight, { transposeRight: true }), bias);
}

/** An image whose original averages are all zero has no share in them; this keeps its quotient finite. */
const leastSquare = 1e-12;

function appendDistance(
  graph: Graph,
  values: Readonly<Record<string, Value>>,
  { strength, blocks }: Retention & { readonly method: "ldifs" },
): Value {
  const g = build(graph);
  const terms = blocks.map((name) => {
    const now = values[name]!;
    const original = g.input({ name: originalInput(name), dtype: "float32", shape: now.type.shape });
    const away = g.subtract(now, original);
    const squares = (x: Value) => g.sum(g.multiply(x, x), { axes: [1] }); // [batch, 1]
    const size = g.add(squares(original), g.constant({ values: [leastSquare], shape: [1, 1] }));
    return scaledSum(graph, g.divide(squares(away), size), strength / blocks.length / now.type.shape[0]!);
  });
  return terms.reduce((total, term) => g.add(total, term));
}

/** factor · Σ of a matrix, as a scalar. */
function scaledSum(graph: Graph, matrix: Value, factor: number): Value {
  const g = build(graph);
  const total = g.reshape(g.sum(matrix, { axes: [0, 1] }), { shape: [] });
  return g.multiply(total, g.constant({ values: [factor], shape: [] }));
}
