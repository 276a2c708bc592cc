// What a program costs: multiply-accumulates of its convolutions, their gradients and its matrix products. Counts what is
// in the program, so it knows of every part that freezing leaves out; element-wise work is not counted.

import type { Inputs, Node, OpName } from "../ir/ops.ts";
import type { Program } from "../ir/program.ts";
import { elementCount, type Shape } from "../ir/tensor-type.ts";

/** Multiply-accumulates of one run of the program, for the batch that it was built for. */
export function programMacs({ graph }: Program): number {
  return graph.nodes.reduce((total, node) => total + nodeMacs(node), 0);
}

function nodeMacs({ op, inputs, output }: Node): number {
  if (op === "conv") return elementCount(output.type.shape) * perElement(shapeOf(inputs, 1));
  if (op === "convInputGradient") return elementCount(shapeOf(inputs, 0)) * perElement(shapeOf(inputs, 1));
  if (op === "convKernelGradient") return elementCount(shapeOf(inputs, 1)) * perElement(output.type.shape);
  if (op !== "matMul") return 0;
  return elementCount(shapeOf(inputs, 0)) * output.type.shape[1]!; // [m, k] x [k, n], either of them transposed
}

/** Products in one element of a convolution's output, of a kernel [out, in, height, width]. */
function perElement([, channels = 0, height = 0, width = 0]: Shape): number {
  return channels * height * width;
}

function shapeOf(inputs: Inputs<OpName>, position: number): Shape {
  return inputs[position]!.type.shape;
}
