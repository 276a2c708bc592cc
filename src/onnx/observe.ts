// A network that also says of itself what quantisation has to know: how far its values reach, and by how much each channel
// of a convolution would be shifted on average if its kernel were quantised.

import { constantsOf } from "./lookup.ts";
import { planQuantization } from "./quantization-plan.ts";
import { kernelError, quantizeKernel } from "./quantize-kernel.ts";
import type { OnnxModel, OnnxNode, OnnxTensor, OnnxValue } from "./schema.ts";
import { floatsOf, tensorOf } from "./tensor-values.ts";

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** What quantisation has to know of a network. */
export interface Observations {
  /** Of values by name. */
  readonly ranges: ReadonlyMap<string, Range>;
  /** Mean of what the quantised kernel adds, by the name of the convolution's output: [channels]. */
  readonly shifts: ReadonlyMap<string, Float32Array>;
}

export interface Observed {
  /** Has more outputs: `smallest:<value>` and `largest:<value>` [batch], `shift:<output>` [batch, channels]. */
  readonly model: OnnxModel;
  readonly measured: readonly string[];
  readonly convolutions: readonly string[];
}

/** @param model - batch norms folded */
export function observe(model: OnnxModel): Observed {
  const { measured, convolutions } = planQuantization(model.graph);
  const constants = constantsOf(model.graph);
  const nodes: OnnxNode[] = [];
  const outputs: OnnxValue[] = [];
  const errors: OnnxTensor[] = [];
  for (const { inputs, outputs: made, attributes } of convolutions.keys()) {
    const [data, kernelName] = inputs as readonly [string, string];
    const name = made[0]!;
    const { shape } = constants.get(kernelName)!;
    const kernel = floatsOf(constants.get(kernelName)!);
    errors.push(tensorOf(`observed/${name}/error`, shape, kernelError(kernel, quantizeKernel(kernel, shape))));
    nodes.push(
      { op: "Conv", inputs: [data, `observed/${name}/error`], outputs: [`observed/${name}/shift`], attributes },
      {
        op: "GlobalAveragePool",
        inputs: [`observed/${name}/shift`],
        outputs: [`observed/${name}/mean`],
        attributes: {},
      },
      { op: "Flatten", inputs: [`observed/${name}/mean`], outputs: [`shift:${name}`], attributes: {} },
    );
    outputs.push({ name: `shift:${name}`, dataType: "float32", shape: ["batch", shape[0]!] });
  }
  const observed = extended(observeRanges(model, measured).model, nodes, outputs, errors);
  return { model: observed, measured, convolutions: [...convolutions.keys()].map(({ outputs: [name] }) => name!) };
}

/** How far these values reach, and nothing else. */
export function observeRanges(model: OnnxModel, measured: readonly string[]): Observed {
  const nodes = measured.flatMap((name): OnnxNode[] => [
    { op: "Flatten", inputs: [name], outputs: [`observed/${name}/row`], attributes: {} },
    reduced("ReduceMin", name, "smallest"),
    reduced("ReduceMax", name, "largest"),
  ]);
  const outputs = measured.flatMap((name): OnnxValue[] => [
    { name: `smallest:${name}`, dataType: "float32", shape: ["batch"] },
    { name: `largest:${name}`, dataType: "float32", shape: ["batch"] },
  ]);
  const axes = tensorOf("observed/axes", [1], BigInt64Array.of(1n));
  return { model: extended(model, nodes, outputs, [axes]), measured, convolutions: [] };
}

function reduced(op: "ReduceMin" | "ReduceMax", name: string, word: "smallest" | "largest"): OnnxNode {
  const attributes = { keepdims: { kind: "int", value: 0 } } as const;
  return { op, inputs: [`observed/${name}/row`, "observed/axes"], outputs: [`${word}:${name}`], attributes };
}

function extended(
  model: OnnxModel,
  nodes: readonly OnnxNode[],
  outputs: readonly OnnxValue[],
  initializers: readonly OnnxTensor[],
): OnnxModel {
  const { graph } = model;
  return {
    ...model,
    graph: {
      ...graph,
      nodes: [...graph.nodes, ...nodes],
      outputs: [...graph.outputs, ...outputs],
      initializers: [...graph.initializers, ...initializers],
    },
  };
}
