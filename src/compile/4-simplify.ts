// Passes which keep the meaning of a program and make it smaller. Each is a function from program to program.

import type { Builder } from "../ir/graph.ts";
import type { Node, Value } from "../ir/ops.ts";
import { type Program, rewrite } from "../ir/program.ts";

/** Leaves out every node that no output depends on. */
export function removeDead({ graph, outputs }: Program): Program {
  const needed = new Set(Object.values(outputs));
  const nodes = [...graph.nodes].reverse().filter(({ output, inputs }) => {
    if (!needed.has(output)) return false;
    for (const input of inputs) needed.add(input);
    return true;
  });
  return { graph: { nodes: nodes.reverse() }, outputs };
}

/** Computes equal nodes once: same operation, same inputs, same attributes. */
export function shareEqual(program: Program): Program {
  const numbers = new Map<Value, number>();
  const seen = new Map<string, Value>();
  return rewrite(program, ({ op, attributes }, _, inputs, copy) => {
    const key = JSON.stringify([op, inputs.map((input) => numberOf(input, numbers)), attributes]);
    const value = seen.get(key) ?? copy();
    seen.set(key, value);
    return value;
  });
}

/**
 * Puts batch norms with stored statistics into the convolutions before them:
 * (conv(x, w) + b - μ) γ/σ + β = conv(x, w γ/σ) + (b - μ) γ/σ + β.
 *
 * Exact in both directions: the new kernel and bias are expressions of the old parameters, so what is frozen in them is
 * computed once when the program is bound, and what learns keeps its gradient: ∂w = ∂w' γ/σ, ∂γ = Σ ∂w' w / σ.
 */
export function foldBatchNorm(program: Program): Program {
  const uses = countUses(program);
  const convolutions = new Map<Value, Node<"conv">>();
  for (const node of program.graph.nodes)
    if (node.op === "conv" && uses.get(node.output) === 1) convolutions.set(node.output, node);
  const operands = new Map<Value, readonly Value[]>(); // of each foldable convolution, in the new graph
  return removeDead(
    rewrite(program, (node, g, inputs) => {
      if (node.op === "conv") operands.set(node.output, inputs);
      if (node.op !== "batchNorm") return undefined;
      const conv = convolutions.get(node.inputs[0]);
      return conv && fold(g, conv, operands.get(conv.output)!, inputs, node.attributes.epsilon);
    }),
  );
}

function fold(
  g: Builder,
  conv: Node<"conv">,
  operands: readonly Value[],
  norm: readonly Value[],
  epsilon: number,
): Value {
  const [x, kernel, bias] = operands as [Value, Value, Value];
  const [, gamma, beta, mean, variance] = norm as [Value, Value, Value, Value, Value];
  const { shape } = gamma.type;
  const sigma = g.sqrt(g.add(variance, g.constant({ values: [epsilon], shape })));
  const scale = g.divide(gamma, sigma); // [co]
  const scaledKernel = g.multiply(kernel, g.reshape(scale, { shape: [shape[0]!, 1, 1, 1] }));
  const scaledBias = g.add(g.multiply(g.subtract(bias, mean), scale), beta);
  return g.conv(x, scaledKernel, scaledBias, conv.attributes);
}

function countUses({ graph, outputs }: Program): ReadonlyMap<Value, number> {
  const uses = new Map<Value, number>();
  const use = (value: Value) => uses.set(value, (uses.get(value) ?? 0) + 1);
  for (const node of graph.nodes) node.inputs.forEach(use);
  Object.values(outputs).forEach(use);
  return uses;
}

function numberOf(value: Value, numbers: Map<Value, number>): number {
  const known = numbers.get(value);
  if (known !== undefined) return known;
  numbers.set(value, numbers.size);
  return numbers.size - 1;
}
