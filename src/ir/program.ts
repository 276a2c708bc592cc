// A program is a graph and what is wanted of it. Passes take a program and return one.

import { append, type Builder, build, type Graph, newGraph } from "./graph.ts";
import type { Node, OpName, Value } from "./ops.ts";

export interface Program {
  readonly graph: Graph;
  /** Wanted values by name, in the order in which the engine returns them. */
  readonly outputs: Readonly<Record<string, Value>>;
}

/**
 * What a pass puts in the place of `node`, whose `inputs` are already those of the new graph that `g` builds; `copy`
 * appends the node as it is, and so does returning nothing.
 */
export type Replacement = (node: Node, g: Builder, inputs: readonly Value[], copy: () => Value) => Value | undefined;

/** Copies a program node by node and lets `replace` put something else in the place of any of them. */
export function rewrite({ graph, outputs }: Program, replace: Replacement): Program {
  const next = newGraph();
  const g = build(next);
  const now = new Map<Value, Value>();
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((value) => now.get(value)!);
    const copy = () => copyNode(next, node, inputs);
    now.set(node.output, replace(node, g, inputs, copy) ?? copy());
  }
  return {
    graph: next,
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, now.get(value)!])),
  };
}

function copyNode<K extends OpName>(graph: Graph, node: Node<K>, inputs: readonly Value[]): Value {
  return append(graph, node.op, inputs as unknown as Node<K>["inputs"], node.attributes);
}

/** Names of the parameters that occur in a program, in order. */
export function parametersOf({ graph }: Program): readonly string[] {
  return graph.nodes.flatMap((node) => (node.op === "parameter" ? [node.attributes.name] : []));
}

/** Every value that one of `sources` leads to, the sources themselves included. */
export function dependents(nodes: readonly Node[], sources: Iterable<Value>): ReadonlySet<Value> {
  const reached = new Set(sources);
  for (const { inputs, output } of nodes) if (inputs.some((input) => reached.has(input))) reached.add(output);
  return reached;
}
