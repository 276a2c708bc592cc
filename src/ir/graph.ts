// A graph is a list of nodes in an order in which they can run. It only grows, and only here.

import { infer } from "./infer.ts";
import type { Attributes, Inputs, Node, OpName, Value } from "./ops.ts";

export interface Graph {
  readonly nodes: readonly Node[];
}

/** One function for each operation: `matMul(left, right)`, `reshape(x, { shape })`. Each appends a node. */
export type Builder = {
  readonly [K in OpName]: {} extends Attributes<K>
    ? (...inputsAndAttributes: [...Inputs<K>, attributes?: Attributes<K>]) => Value
    : (...inputsAndAttributes: [...Inputs<K>, attributes: Attributes<K>]) => Value;
};

export function newGraph(): Graph {
  return { nodes: [] };
}

/** The functions that append to `graph`. A graph can be continued at any time by building on it again. */
export function build(graph: Graph): Builder {
  const ops = Object.keys(infer) as OpName[];
  return Object.fromEntries(
    ops.map((op) => [op, (...args: unknown[]) => appendArguments(graph, op, args)]),
  ) as unknown as Builder;
}

/** Appends one node of operation `op`; what `build` does, for passes which copy nodes. */
export function append<K extends OpName>(graph: Graph, op: K, inputs: Inputs<K>, attributes: Attributes<K>): Value {
  const output: Value = { type: infer[op](inputs, attributes) };
  (graph.nodes as Node[]).push({ op, inputs, attributes, output } as unknown as Node);
  return output;
}

function appendArguments<K extends OpName>(graph: Graph, op: K, args: readonly unknown[]): Value {
  const inputs = args.filter(isValue) as unknown as Inputs<K>;
  return append(graph, op, inputs, (args[inputs.length] ?? {}) as Attributes<K>);
}

function isValue(argument: unknown): argument is Value {
  return typeof argument === "object" && argument !== null && "type" in argument;
}
