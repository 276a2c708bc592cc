// The classifier of an ONNX model by what it does, for exports that lost its name: the one matrix product with a fixed
// matrix. Several such products are a head whose activations are not known, and are left alone.

import type { NamedTensors, Tensor } from "../models/match-weights.ts";
import type { OnnxNode } from "../onnx/schema.ts";
import type { Constants, OnnxGraph } from "./onnx-constants.ts";

export interface Classifier {
  /** `last_linear.weight` [classes, features] and `last_linear.bias` [classes]; empty where there is no classifier. */
  readonly tensors: NamedTensors;
  /** Products with fixed matrices in the graph. */
  readonly products: number;
}

/** @throws weights/element-type */
export function classifierByPlace({ nodes }: OnnxGraph, constants: Constants): Classifier {
  const products = nodes.filter(
    ({ op, inputs }) => (op === "Gemm" || op === "MatMul") && constants.shapeOf(inputs[1] ?? "")?.length === 2,
  );
  const [product] = products;
  const matrix = product && constants.read(product.inputs[1]!);
  if (products.length !== 1 || product === undefined || matrix === undefined || matrix.values.length === 0)
    return { tensors: new Map(), products: products.length };
  const weight = isTransposed(product) ? matrix : transposed(matrix);
  const bias = constants.read(biasOf(product, nodes, constants) ?? "")?.values ?? new Float32Array(weight.shape[0]!);
  const tensors: NamedTensors = new Map([
    ["last_linear.weight", weight],
    ["last_linear.bias", { shape: [bias.length], values: bias }],
  ]);
  return { tensors, products: 1 };
}

function isTransposed({ op, attributes: { transB } }: OnnxNode): boolean {
  return op === "Gemm" && transB?.kind === "int" && transB.value === 1;
}

/** Gemm's third input, or what the next node adds. */
function biasOf({ op, inputs, outputs }: OnnxNode, nodes: readonly OnnxNode[], constants: Constants) {
  if (op === "Gemm" && inputs[2] !== undefined) return inputs[2];
  const sum = nodes.find((node) => node.op === "Add" && node.inputs.includes(outputs[0]!));
  return sum?.inputs.find((name) => constants.shapeOf(name) !== undefined);
}

/** [rows, columns] -> [columns, rows] */
function transposed({ shape, values }: Tensor): Tensor {
  const [rows = 0, columns = 0] = shape;
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) turned[column * rows + row] = values[row * columns + column]!;
  return { shape: [columns, rows], values: turned };
}
