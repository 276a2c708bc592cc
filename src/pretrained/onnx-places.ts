// Parameters of an ONNX model by their place in it, for exports that lost timm's names: the convolutions in the order of
// the graph are those of the card, each with the batch norm behind it or with the bias that a batch norm was folded into.
// A graph that is wired otherwise is refused, since a wrong guess would give a network that runs and knows nothing.

import { fail } from "../errors.ts";
import { batchNormEpsilon } from "../models/card.ts";
import type { NamedTensors, Tensor } from "../models/match-weights.ts";
import { convolutions } from "../models/parameters.ts";
import type { OnnxNode } from "../onnx/schema.ts";
import type { Constants, OnnxGraph } from "./onnx-constants.ts";
import { newNumbering, wiringOfCard, wiringOfGraph } from "./onnx-wiring.ts";

export interface Placed {
  readonly tensors: NamedTensors;
  /** Convolutions whose batch norm is folded into them. */
  readonly folded: number;
}

/**
 * The base of the network; `undefined` where the graph has not as many convolutions.
 *
 * A folded batch norm becomes one that adds the bias and changes nothing else: gamma 1, mean 0, variance 1 - epsilon.
 *
 * @throws weights/onnx-layout, weights/element-type
 */
export function parametersByPlace(graph: OnnxGraph, constants: Constants): Placed | undefined {
  const nodes = graph.nodes.filter(({ op }) => op === "Conv");
  const numberOf = newNumbering();
  const expected = wiringOfCard(numberOf);
  if (nodes.length !== expected.length) return undefined;
  const wiring = wiringOfGraph(graph, numberOf);
  const places = convolutions(1);
  const astray = places.find((_, i) => wiring[i]!.join() !== expected[i]!.join());
  if (astray !== undefined) return fail("weights/onnx-layout", { name: astray.name, what: "reads something else" });

  const norms = new Map(
    graph.nodes.flatMap((node) => (node.op === "BatchNormalization" ? [[node.inputs[0], node]] : [])),
  );
  const filled = newFilling();
  const tensors = new Map<string, Tensor>();
  let folded = 0;
  for (const [i, { name }] of places.entries()) {
    const { inputs, outputs } = nodes[i]!;
    const bias = constants.read(inputs[2] ?? "");
    const norm = norms.get(outputs[0]);
    if (norm !== undefined && bias !== undefined)
      return fail("weights/onnx-layout", { name, what: "has a bias beside its batch norm" });
    if (norm === undefined && bias !== undefined) folded++;
    const parameters = {
      "conv.weight": constants.read(inputs[1] ?? ""),
      ...(norm === undefined ? foldedNorm(bias, filled) : storedNorm(norm, constants)),
    };
    for (const [suffix, tensor] of Object.entries(parameters))
      if (tensor !== undefined) tensors.set(`${name}.${suffix}`, tensor);
  }
  return { tensors, folded };
}

type Norm = Readonly<Record<`bn.${"weight" | "bias" | "running_mean" | "running_var"}`, Tensor | undefined>>;

function storedNorm({ inputs }: OnnxNode, { read }: Constants): Norm {
  const [gamma, beta, mean, variance] = inputs.slice(1).map(read);
  return { "bn.weight": gamma, "bn.bias": beta, "bn.running_mean": mean, "bn.running_var": variance };
}

function foldedNorm(bias: Tensor | undefined, filled: Filling): Norm {
  const all = (value: number) => bias && filled(value, bias.values.length);
  return {
    "bn.weight": all(1),
    "bn.bias": bias,
    "bn.running_mean": all(0),
    "bn.running_var": all(1 - batchNormEpsilon),
  };
}

type Filling = (value: number, length: number) => Tensor;

/** The same tensor for the same value and length, so that memory is bounded by that of the biases. */
function newFilling(): Filling {
  const made = new Map<string, Tensor>();
  return (value, length) => {
    const key = `${value} ${length}`;
    const tensor = made.get(key) ?? { shape: [length], values: new Float32Array(length).fill(value) };
    made.set(key, tensor);
    return tensor;
  };
}
