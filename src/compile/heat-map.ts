// Where in the maps of a block the reasons for a class lie: Grad-CAM (Selvaraju et al., 2017). Extends a graph; it says
// nothing of how a map gets back onto a picture.

import { build, type Graph } from "../ir/graph.ts";
import type { Value } from "../ir/ops.ts";
import { differentiate } from "./3-differentiate.ts";

/**
 * Appends the heat map of a class to a graph that ends in logits.
 *
 *   map = relu(Σ_k w_k A_k),  w_k = mean over rows and columns of ∂ logit / ∂ A_k
 *
 * Pictures of a batch do not touch each other behind the image, so one walk backwards from the sum of their logits gives
 * each its own gradient, whatever its class.
 *
 * @param logits - [batch, classes]
 * @param maps - A, [batch, channels, rows, columns]: what the logits are computed from
 * @returns [batch, rows, columns], not normalised; `classes` [batch, classes], 1 where a row's class is, becomes an input
 */
export function appendHeatMap(graph: Graph, logits: Value, maps: Value): Value {
  const g = build(graph);
  const classes = g.input({ name: "classes", dtype: "float32", shape: logits.type.shape });
  const asked = g.reshape(g.sum(g.multiply(logits, classes), { axes: [0, 1] }), { shape: [] });
  const [gradient] = differentiate(graph, asked, [maps]) as [Value];
  const [batch = 0, , rows = 0, columns = 0] = maps.type.shape;
  const count = g.constant({ values: [rows * columns], shape: [1, 1, 1, 1] });
  const weights = g.divide(g.sum(gradient, { axes: [2, 3] }), count); // [batch, channels, 1, 1]
  const weighed = g.sum(g.multiply(maps, weights), { axes: [1] }); // [batch, 1, rows, columns]
  return g.relu(g.reshape(weighed, { shape: [batch, rows, columns] }));
}
