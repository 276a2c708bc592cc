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

/** What is said of the images of a batch besides their labels. */
export interface BatchNotes {
  /** Factor of each image's loss; 1 for all where absent. */
  readonly weights?: ArrayLike<number> | undefined;
  /** What is left of each image where image i was mixed with image batch - 1 - i; 1 where absent. */
  readonly ownShare?: number;
}

export const plainLoss: LossOptions = { labelSmoothing: 0, classWeighting: "keras" };

/** Squared kernels added to the loss: factor · Σ w², the definition of Keras' regularizers.l2. */
export interface Penalty {
  readonly factor: number;
  readonly parameters: ReadonlySet<string>;
}

/** What belongs to the loss besides the logits. */
export interface LossTerms {
  readonly penalty?: Penalty | undefined;
  /**
   * Added to the logits in the loss alone, one number for each class: logit adjustment (Menon et al., 2020) by the
   * logarithms of the classes' shares, after which the plain logits treat rare classes like frequent ones.
   */
  readonly logitOffsets?: readonly number[] | undefined;
}

/**
 * Appends the loss to a graph that ends in logits.
 *
 * @param logits - [batch, classes]
 * @returns the scalar loss; `targets` [batch, classes] becomes an input of the program
 */
export function appendLoss(graph: Graph, logits: Value, { penalty, logitOffsets }: LossTerms = {}): Value {
  const g = build(graph);
  const { shape } = logits.type;
  const targets = g.input({ name: "targets", dtype: "float32", shape });
  const adjusted =
    logitOffsets === undefined
      ? logits
      : g.add(logits, g.constant({ values: [...logitOffsets], shape: [1, logitOffsets.length] }));
  const total = g.sum(g.multiply(targets, g.logSoftmax(adjusted)), { axes: [0, 1] }); // [1, 1]
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
 * The targets of a batch, row-major [batch, classes]. Their rows sum to 1 / batch where nothing has weights.
 *
 * Keras: w(y) · ((1-ε)·[c = y] + ε/K) / batch. PyTorch: ((1-ε)·w(y)·[c = y] + ε/K·w(c)) / Σ w(y). An image's own weight is
 * a factor beside w(y), as Keras' sample_weight. A mixed image has both images' rows by their shares.
 *
 * @param labels - class of each image, below `classes`
 */
export function targetsOf(
  labels: ArrayLike<number>,
  classes: number,
  options: LossOptions = plainLoss,
  { weights, ownShare = 1 }: BatchNotes = {},
): Float64Array {
  const { labelSmoothing: epsilon, classWeights, classWeighting } = options;
  const ofClass = (label: number) => classWeights?.[label] ?? 1;
  const ofImage = (image: number) => weights?.[image] ?? 1;
  const images = Array.from(labels);
  const divisor =
    classWeighting === "pytorch"
      ? images.reduce((total, label, image) => total + ofClass(label) * ofImage(image), 0)
      : images.length;
  const targets = new Float64Array(images.length * classes);
  images.forEach((label, image) => {
    for (let c = 0; c < classes; c++) {
      const spread = (epsilon / classes) * ofClass(classWeighting === "pytorch" ? c : label);
      const own = c === label ? (1 - epsilon) * ofClass(label) : 0;
      targets[image * classes + c] = ((own + spread) * ofImage(image)) / divisor;
    }
  });
  return ownShare === 1 ? targets : mixedWithReverse(targets, classes, ownShare);
}

/** share · row i + (1 - share) · row n - 1 - i. */
function mixedWithReverse(rows: Float64Array, classes: number, share: number): Float64Array {
  const last = rows.length / classes - 1;
  return rows.map((value, at) => {
    const row = Math.floor(at / classes);
    return share * value + (1 - share) * rows[(last - row) * classes + (at % classes)]!;
  });
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
