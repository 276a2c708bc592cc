// From a loss to the gradients of what learns, on the same graph.

import { type Builder, build, type Graph } from "../ir/graph.ts";
import type { Node, OpName, Value } from "../ir/ops.ts";
import { dependents } from "../ir/program.ts";
import { sameType, showType } from "../ir/tensor-type.ts";
import { gradients, type Thunk } from "./gradients.ts";

/**
 * Extends a graph with the gradient of `loss` with respect to each of `targets`.
 *
 * Walks the graph from the loss backwards. Where a value is used more than once its gradients are added. Values from
 * which no target can be reached are skipped, so frozen layers cost nothing in the backward pass.
 *
 * @param loss - a scalar
 * @param targets - the parameters which learn; any other value works as well
 * @returns the gradient of each target, of the same type as the target
 * @throws internal: when a rule returns a gradient of another type than its input
 */
export function differentiate(graph: Graph, loss: Value, targets: readonly Value[]): readonly Value[] {
  const forward = [...graph.nodes];
  const learning = dependents(forward, targets);
  const g = build(graph);
  const gradientOf = new Map<Value, Value>([[loss, g.constant({ values: [1], shape: loss.type.shape })]]);

  for (const node of forward.reverse()) {
    const dy = gradientOf.get(node.output);
    if (dy === undefined || !learning.has(node.output)) continue;
    rulesFor(node, dy, g).forEach((rule, i) => {
      const input = node.inputs[i]!;
      if (rule === "none" || !learning.has(input)) return;
      if (rule === "unsupported") throw new Error(`internal: ${node.op} is not differentiated twice`);
      const gradient = rule();
      if (!sameType(gradient.type, input.type))
        throw new Error(
          `internal: gradient ${i} of ${node.op} is ${showType(gradient.type)}, not ${showType(input.type)}`,
        );
      const sofar = gradientOf.get(input);
      gradientOf.set(input, sofar === undefined ? gradient : g.add(sofar, gradient));
    });
  }
  return targets.map((target) => gradientOf.get(target) ?? g.constant({ values: [0], shape: target.type.shape }));
}

function rulesFor<K extends OpName>(node: Node<K>, dy: Value, g: Builder): readonly Thunk[] {
  return gradients[node.op](node, dy, g);
}
