// Batch norms with stored statistics become part of the convolution before them:
//
//   scale = gamma / sqrt(variance + epsilon)     kernel' = scale · kernel     bias' = scale · (bias - mean) + beta
//
// in float64, rounded once. A norm behind anything else, or behind a convolution that others read too, stays as it is.

import { constantsOf, onlyReaders, withoutUnread } from "./lookup.ts";
import type { OnnxModel, OnnxNode, OnnxTensor } from "./schema.ts";
import { floatsOf, tensorOf } from "./tensor-values.ts";

/** ONNX' default. */
const defaultEpsilon = 1e-5;

/** The same model with fewer operations. A folded kernel is called after its convolution's output: `<output>/kernel`. */
export function foldNorms(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const constants = constantsOf(graph);
  const onlyReader = onlyReaders(graph);
  const folded = new Set<OnnxNode>();
  const added: OnnxTensor[] = [];
  const nodes = graph.nodes.flatMap((node) => {
    if (folded.has(node)) return [];
    const norm = node.op === "Conv" ? onlyReader(node.outputs[0]!) : undefined;
    if (norm?.op !== "BatchNormalization" || norm.inputs[0] !== node.outputs[0]) return [node];
    const numbers = [...node.inputs.slice(1), ...norm.inputs.slice(1)].map((name) => constants.get(name));
    if (numbers.some((tensor) => tensor?.dataType !== "float32")) return [node];
    const [kernel, bias] = fold(node, norm, constants);
    added.push(kernel, bias);
    folded.add(norm);
    return [{ ...node, inputs: [node.inputs[0]!, kernel.name, bias.name], outputs: norm.outputs }];
  });
  return withoutUnread({ ...model, graph: { ...graph, nodes, initializers: [...graph.initializers, ...added] } });
}

function fold(
  conv: OnnxNode,
  norm: OnnxNode,
  constants: ReadonlyMap<string, OnnxTensor>,
): readonly [kernel: OnnxTensor, bias: OnnxTensor] {
  const [, kernelName, biasName] = conv.inputs;
  const { shape } = constants.get(kernelName!)!;
  const kernel = floatsOf(constants.get(kernelName!)!);
  const channels = shape[0]!;
  const bias = biasName === undefined ? new Float32Array(channels) : floatsOf(constants.get(biasName)!);
  const [gamma, beta, mean, variance] = norm.inputs.slice(1).map((name) => floatsOf(constants.get(name)!));
  const { epsilon } = norm.attributes;
  const scales = Float64Array.from(
    variance!,
    (value, c) => gamma![c]! / Math.sqrt(value + (epsilon?.kind === "float" ? epsilon.value : defaultEpsilon)),
  );
  const each = kernel.length / channels;
  const name = norm.outputs[0]!;
  return [
    tensorOf(
      `${name}/kernel`,
      shape,
      kernel.map((value, i) => value * scales[Math.floor(i / each)]!),
    ),
    tensorOf(
      `${name}/bias`,
      [channels],
      bias.map((value, c) => scales[c]! * (value - mean![c]!) + beta![c]!),
    ),
  ];
}
