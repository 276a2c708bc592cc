// Which part of a network can be computed in 8-bit whole numbers: convolutions and pools, and what is joined from them.
// The convolution that reads the picture stays as it is, for it is small and every error of it passes through all others,
// and so does everything behind the last map.

import { constantsOf, onlyReaders } from "./lookup.ts";
import type { OnnxModel, OnnxNode } from "./schema.ts";

type Graph = OnnxModel["graph"];

export interface QuantizationPlan {
  /** Convolutions whose kernels are quantised, with the name of what comes out: behind the ReLU where one follows. */
  readonly convolutions: ReadonlyMap<OnnxNode, string>;
  /** ReLUs which the lower end of a range, zero, replaces. */
  readonly absorbed: ReadonlySet<OnnxNode>;
  /** Values which are written as bytes, each with the name of those that have the same scale. */
  readonly scaleOf: ReadonlyMap<string, string>;
  /** Values from whose ranges the scales follow: all but what pools and joins make of others. */
  readonly measured: readonly string[];
}

/** What passes values on: its output has the scale of its inputs, so nothing has to be scaled again. */
const passing = new Set(["MaxPool", "AveragePool", "Concat"]);

export function planQuantization(graph: Graph): QuantizationPlan {
  const constants = constantsOf(graph);
  const onlyReader = onlyReaders(graph);
  const given = new Set(graph.inputs.map(({ name }) => name));
  const convolutions = new Map<OnnxNode, string>();
  const absorbed = new Set<OnnxNode>();
  for (const node of graph.nodes) {
    const [data, ...numbers] = node.inputs;
    const fixed = numbers.every((name) => constants.get(name)?.dataType === "float32");
    if (node.op !== "Conv" || !fixed || given.has(data!)) continue;
    const reader = onlyReader(node.outputs[0]!);
    if (reader?.op === "Relu") absorbed.add(reader);
    convolutions.set(node, (reader?.op === "Relu" ? reader : node).outputs[0]!);
  }
  const passers = graph.nodes.filter(({ op }) => passing.has(op));
  const passed = new Set(passers.flatMap(({ outputs }) => outputs));
  const values = new Set([
    ...[...convolutions].flatMap(([{ inputs }, output]) => [inputs[0]!, output]),
    ...passers.flatMap(({ inputs, outputs }) => [...inputs, outputs[0]!]),
  ]);
  return {
    convolutions,
    absorbed,
    scaleOf: groupsOf(values, passers),
    measured: [...values].filter((name) => !passed.has(name)),
  };
}

/** For each value the first of its group; what one node passes on is one group. */
function groupsOf(values: ReadonlySet<string>, passers: readonly OnnxNode[]): ReadonlyMap<string, string> {
  const parents = new Map([...values].map((name) => [name, name]));
  const first = (name: string): string => {
    const parent = parents.get(name)!;
    return parent === name ? name : first(parent);
  };
  for (const { inputs, outputs } of passers) for (const input of inputs) parents.set(first(input), first(outputs[0]!));
  return new Map([...values].map((name) => [name, first(name)]));
}
