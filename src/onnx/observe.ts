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

export function observe(model: OnnxModel): Observed {
  const { graph } = model;
  const { measured, convolutions } = planQuantization(graph);
  const constants = constantsOf(graph);
  const nodes: OnnxNode[] = [];
  const outputs: OnnxValue[] = [];
  const added: OnnxTensor[] = [tensorOf("observed/axes", [1], BigInt64Array.of(1n))];
  for (const name of measured) {
    nodes.push({ op: "Flatten", inputs: [name], outputs: [`observed/${name}`], attributes: {} });
    nodes.push(reduced("ReduceMin", name, "smallest"), reduced("ReduceMax", name, "largest"));
    outputs.push(
      { name: `smallest:${name}`, dataType: "float32", shape: ["batch"] },
      { name: `largest:${name}`, dataType: "float32", shape: ["batch"] },
    );
  }
  for (const { inputs, outputs: made, attributes } of convolutions.keys()) {
    const [data, kernelName] = inputs as readonly [string, string];
    const name = made[0]!;
    const { shape } = constants.get(kernelName)!;
    const kernel = floatsOf(constants.get(kernelName)!);
    added.push(tensorOf(`observed/${name}/error`, shape, kernelError(kernel, quantizeKernel(kernel, shape))));
    nodes.push(
      { op: "Conv", inputs: [data, `observed/${name}/error`], outputs: [`observed/${name}`], attributes },
      { op: "GlobalAveragePool", inputs: [`observed/${name}`], outputs: [`observed/${name}/mean`], attributes: {} },
      { op: "Flatten", inputs: [`observed/${name}/mean`], outputs: [`shift:${name}`], attributes: {} },
    );
    outputs.push({ name: `shift:${name}`, dataType: "float32", shape: ["batch", shape[0]!] });
  }
  return {
    model: {
      ...model,
      graph: {
        ...graph,
        nodes: [...graph.nodes, ...nodes],
        outputs: [...graph.outputs, ...outputs],
        initializers: [...graph.initializers, ...added],
      },
    },
    measured,
    convolutions: [...convolutions.keys()].map(({ outputs: [name] }) => name!),
  };
}

function reduced(op: "ReduceMin" | "ReduceMax", name: string, word: "smallest" | "largest"): OnnxNode {
  const attributes = { keepdims: { kind: "int", value: 0 } } as const;
  return { op, inputs: [`observed/${name}`, "observed/axes"], outputs: [`${word}:${name}`], attributes };
}
