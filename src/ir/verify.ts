// The spec which every program must pass, before and after every pass. A finding is a bug of ours.

import { infer } from "./infer.ts";
import type { Node, OpName, Value } from "./ops.ts";
import type { Program } from "./program.ts";
import { sameType, showType } from "./tensor-type.ts";

/**
 * Returns the program if it is sound.
 *
 * @throws internal: when a node uses a value that no earlier node produced, when a type is not the inferred one, when two
 *   parameters or two inputs share a name, or when a wanted value is not in the graph
 */
export function verify(program: Program): Program {
  const known = new Set<Value>();
  const names = new Set<string>();
  program.graph.nodes.forEach((node, at) => {
    const complain = (what: string) => fail(`node ${at} (${node.op}) ${what}`);
    if (node.inputs.some((input) => !known.has(input))) complain("uses a value which is not there yet");
    if (known.has(node.output)) complain("produces a value a second time");
    const inferred = inferType(node);
    if (!sameType(inferred, node.output.type)) complain(`is ${showType(node.output.type)}, not ${showType(inferred)}`);
    if (node.op === "parameter" || node.op === "input") {
      if (names.has(node.attributes.name)) complain(`repeats the name "${node.attributes.name}"`);
      names.add(node.attributes.name);
    }
    known.add(node.output);
  });
  for (const [name, value] of Object.entries(program.outputs))
    if (!known.has(value)) fail(`output "${name}" is not a value of the graph`);
  return program;
}

function inferType<K extends OpName>(node: Node<K>) {
  return infer[node.op](node.inputs, node.attributes);
}

function fail(what: string): never {
  throw new Error(`internal: ${what}`);
}
