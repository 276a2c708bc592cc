// Who reads what in an ONNX graph, and what nobody reads.

import type { OnnxModel, OnnxNode, OnnxTensor } from "./schema.ts";

type Graph = OnnxModel["graph"];

/** The constants of a graph by name. */
export function constantsOf({ initializers }: Graph): ReadonlyMap<string, OnnxTensor> {
  return new Map(initializers.map((tensor) => [tensor.name, tensor]));
}

/**
 * A function that gives the node which reads a value, where it is the only one and the value does not leave the graph.
 *
 * A node that reads a value twice counts as two.
 */
export function onlyReaders({ nodes, outputs }: Graph): (value: string) => OnnxNode | undefined {
  const readers = new Map<string, OnnxNode | undefined>();
  for (const node of nodes) for (const input of node.inputs) readers.set(input, readers.has(input) ? undefined : node);
  for (const { name } of outputs) readers.set(name, undefined);
  return (value) => readers.get(value);
}

/** The model without constants that no node reads. */
export function withoutUnread(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const read = new Set([...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ name }) => name)]);
  return { ...model, graph: { ...graph, initializers: graph.initializers.filter(({ name }) => read.has(name)) } };
}
