// Cross-entropy of several linear classifiers on the same features, and its gradient, as one program. The classifiers are
// the members of a cross-validation: they differ in their weights and in which rows count, so the features are read once
// for all of them. Written out, not differentiated: with the classifiers in the rows, both products read the features in
// the order in which they lie.

import { build, newGraph } from "../ir/graph.ts";
import type { Program } from "../ir/program.ts";

export interface LogisticShape {
  /** Classifiers that are computed together. */
  readonly members: number;
  readonly classes: number;
  readonly rows: number;
  readonly width: number;
}

/**
 * For each member m, with weights W, biases b and weights s of the rows:
 *
 *   L = log softmax(X Wᵀ + b)     gradients of -Σ s_i L[i, label_i]:  Rᵀ X and Σ R   with R = s · (exp L - Y)
 *
 * Parameters: `features` X [rows, width], `truth` Y [1, rows, classes] of ones and zeros, `rowWeights` s [members, rows, 1].
 * Inputs: `weight` [members · classes, width], `bias` [members · classes, 1].
 * Outputs: `logProbabilities` L [members, rows, classes], `weightGradient` and `biasGradient`, of the shapes of the inputs.
 */
export function logisticProgram({ members, classes, rows, width }: LogisticShape): Program {
  const graph = newGraph();
  const g = build(graph);
  const features = g.parameter({ name: "features", shape: [rows, width] });
  const truth = g.parameter({ name: "truth", shape: [1, rows, classes] });
  const rowWeights = g.parameter({ name: "rowWeights", shape: [members, rows, 1] });
  const weight = g.input({ name: "weight", dtype: "float32", shape: [members * classes, width] });
  const bias = g.input({ name: "bias", dtype: "float32", shape: [members * classes, 1] });
  const turned = { permutation: [0, 2, 1] };
  const logits = g.add(g.matMul(weight, features, { transposeRight: true }), bias); // [members · classes, rows]
  const byRow = g.transpose(g.reshape(logits, { shape: [members, classes, rows] }), turned);
  const logProbabilities = g.logSoftmax(byRow); // [members, rows, classes]
  const residual = g.multiply(g.subtract(g.exp(logProbabilities), truth), rowWeights);
  const byClass = g.reshape(g.transpose(residual, turned), { shape: [members * classes, rows] });
  return {
    graph,
    outputs: {
      logProbabilities,
      weightGradient: g.matMul(byClass, features),
      biasGradient: g.sum(byClass, { axes: [1] }),
    },
  };
}
