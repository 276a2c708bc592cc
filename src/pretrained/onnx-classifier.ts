// The layers of a head in an ONNX graph by what they do: products with a fixed matrix, and what is added to them. For
// exports that lost a name on the way, be it of the matrix or of the bias alone, as where a bias was reshaped in advance.

import type { Tensor } from "../models/match-weights.ts";
import type { OnnxNode } from "../onnx/schema.ts";
import type { Constants, OnnxGraph } from "./onnx-constants.ts";

export interface DenseNode {
  /** Name of the fixed matrix in the graph. */
  readonly matrix: string;
  /** [outputs, inputs] */
  weight(): Tensor;
  /** [outputs], where something fixed is added. */
  bias(): Tensor | undefined;
}

/** In the order of the graph; numbers are read when they are asked for, which may throw weights/element-type. */
export function denseNodes({ nodes }: OnnxGraph, constants: Constants): readonly DenseNode[] {
  const sums = new Map(nodes.flatMap((node) => (node.op === "Add" ? node.inputs.map((name) => [name, node]) : [])));
  return nodes.flatMap((node): readonly DenseNode[] => {
    const { op, inputs, outputs } = node;
    const [, matrix = "", added = ""] = inputs;
    const [rows = 0, columns = 0, ...more] = constants.shapeOf(matrix) ?? [];
    if ((op !== "Gemm" && op !== "MatMul") || rows * columns === 0 || more.length > 0) return [];
    const addends = [added, ...(sums.get(outputs[0] ?? "")?.inputs ?? [])];
    return [
      {
        matrix,
        weight: () => (isTransposed(node) ? constants.read(matrix)! : transposed(constants.read(matrix)!)),
        bias: () => flat(constants.read(addends.find((name) => constants.shapeOf(name) !== undefined) ?? "")),
      },
    ];
  });
}

function isTransposed({ op, attributes: { transB } }: OnnxNode): boolean {
  return op === "Gemm" && transB?.kind === "int" && transB.value === 1;
}

function flat(tensor: Tensor | undefined): Tensor | undefined {
  return tensor && { shape: [tensor.values.length], values: tensor.values };
}

/** [rows, columns] -> [columns, rows] */
function transposed({ shape, values }: Tensor): Tensor {
  const [rows = 0, columns = 0] = shape;
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) turned[column * rows + row] = values[row * columns + column]!;
  return { shape: [columns, rows], values: turned };
}
