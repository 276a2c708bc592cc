// Softmax cross-entropy. The program knows one form, Σ -target · log softmax(logits); label smoothing, class weights, the
// mean over the batch and mixed labels are all in the targets, which are data.

import { build, type Graph } from "../ir/graph.ts";
import type { Value } from "../ir/ops.ts";

/** How class weights enter the mean: Keras divides by the number of images, PyTorch by the sum of their weights. */
export type ClassWeighting = "keras" | "pytorch";

export interface LossOptions {
  /** In [0, 1): this share of the target is spread evenly over all classes. */
  readonly labelSmoothing: number;
  /** One positive number per class, or none. */
  readonly classWeights?: readonly number[] | undefined;
  readonly classWeighting: ClassWeighting;
}

export const plainLoss: LossOptions = { labelSmoothing: 0, classWeighting: "keras" };

/** Squared kernels added to the loss: factor · Σ w², the definition of Keras' regularizers.l2. */
export interface Penalty {
  readonly factor: number;
  readonly parameters: ReadonlySet<string>;
}

/**
 * Appends the loss to a graph that ends in logits.
 *
 * @param logits - [batch, classes]
 * @returns the scalar loss; `targets` [batch, classes] becomes an input of the program
 */
export function appendLoss(graph: Graph, logits: Value, penalty?: Penalty): Value {
  const g = build(graph);
  const { shape } = logits.type;
  const targets = g.input({ name: "targets", dtype: "float32", shape });
  const total = g.sum(g.multiply(targets, g.logSoftmax(logits)), { axes: [0, 1] }); // [1, 1]
  const crossEntropy = g.multiply(g.reshape(total, { shape: [] }), g.constant({ values: [-1], shape: [] }));
  if (penalty === undefined || penalty.factor === 0) return crossEntropy;
  const squares = graph.nodes.flatMap((node) => {
    if (node.op !== "parameter" || !penalty.parameters.has(node.attributes.name)) return [];
    const axes = [...node.attributes.shape.keys()];
    return [g.reshape(g.sum(g.multiply(node.output, node.output), { axes }), { shape: [] })];
  });
  const factor = g.constant({ values: [penalty.factor], shape: [] });
  return squares.reduce((loss, square) => g.add(loss, g.multiply(square, factor)), crossEntropy);
}

/**
 * The targets of a batch, row-major [batch, classes]. Their rows sum to 1 / batch when classes have no weights.
 *
 * Keras: w(y) · ((1-ε)·[c = y] + ε/K) / batch. PyTorch: ((1-ε)·w(y)·[c = y] + ε/K·w(c)) / Σ w(y).
 *
 * @param labels - class of each image, below `classes`
 */
export function targetsOf(labels: ArrayLike<number>, classes: number, options: LossOptions = plainLoss): Float64Array {
  const { labelSmoothing: epsilon, classWeights, classWeighting } = options;
  const weight = (label: number) => classWeights?.[label] ?? 1;
  const images = Array.from(labels);
  const divisor =
    classWeighting === "pytorch" ? images.reduce((total, label) => total + weight(label), 0) : images.length;
  const targets = new Float64Array(images.length * classes);
  images.forEach((label, image) => {
    for (let c = 0; c < classes; c++) {
      const spread = (epsilon / classes) * weight(classWeighting === "pytorch" ? c : label);
      const own = c === label ? (1 - epsilon) * weight(label) : 0;
      targets[image * classes + c] = (own + spread) / divisor;
    }
  });
  return targets;
}

/** Loss of each image from its logits, in float64: -log softmax(logits)[label]. */
export function crossEntropyOf(logits: ArrayLike<number>, labels: ArrayLike<number>, classes: number): Float64Array {
  return Float64Array.from({ length: labels.length }, (_, image) => {
    const at = image * classes;
    let top = -Infinity;
    for (let c = 0; c < classes; c++) top = Math.max(top, logits[at + c]!);
    let total = 0;
    for (let c = 0; c < classes; c++) total += Math.exp(logits[at + c]! - top);
    return top + Math.log(total) - logits[at + labels[image]!]!;
  });
}
