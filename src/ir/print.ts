// A program as text, one node a line, the same for the same program: tests hold it, people read it, hashes are made of it.

import type { Value } from "./ops.ts";
import type { Program } from "./program.ts";
import { showType } from "./tensor-type.ts";

/**
 * ```
 * %0 = input {name: "x", dtype: "float32", shape: [2, 3]} : float32[2, 3]
 * %1 = relu(%0) : float32[2, 3]
 * return y: %1
 * ```
 */
export function print({ graph, outputs }: Program): string {
  const number = new Map<Value, number>();
  const refer = (value: Value) => `%${number.get(value) ?? "?"}`;
  const lines = graph.nodes.map((node, i) => {
    number.set(node.output, i);
    const inputs = node.inputs.length === 0 ? "" : `(${node.inputs.map(refer).join(", ")})`;
    const attributes = showAttributes(node.attributes);
    return `${refer(node.output)} = ${node.op}${inputs}${attributes} : ${showType(node.output.type)}`;
  });
  const wanted = Object.entries(outputs).map(([name, value]) => `${name}: ${refer(value)}`);
  return [...lines, `return ${wanted.join(", ")}`, ""].join("\n");
}

function showAttributes(attributes: object): string {
  const entries = Object.entries(attributes).map(([key, value]) => `${key}: ${show(value)}`);
  return entries.length === 0 ? "" : ` {${entries.join(", ")}}`;
}

function show(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(show).join(", ")}]` : JSON.stringify(value);
}
