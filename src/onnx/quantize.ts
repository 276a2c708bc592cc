// A network in 8-bit whole numbers, as ONNX' QDQ form has it: every value that is to be bytes is quantised and restored
// again, kernels and biases are restored from whole numbers, and engines make operations on bytes of what lies between.
// One that does not know the form computes the same in float32.
//
//   activations  uint8, value = scale · (byte - zero)
//   kernels      int8, one scale for each output channel
//   biases       int32, scale of the activation · scale of the channel

import { constantsOf, withoutUnread } from "./lookup.ts";
import type { Observations, Range } from "./observe.ts";
import { planQuantization, type QuantizationPlan } from "./quantization-plan.ts";
import { quantizeKernel } from "./quantize-kernel.ts";
import type { OnnxModel, OnnxNode, OnnxTensor } from "./schema.ts";
import { floatsOf, tensorOf } from "./tensor-values.ts";

interface Scale {
  readonly step: number;
  /** The byte that stands for zero. */
  readonly zero: number;
}

/** @param observations - of the same model */
export function quantize(model: OnnxModel, { ranges, shifts }: Observations): OnnxModel {
  const { graph } = model;
  const plan = planQuantization(graph);
  const constants = constantsOf(graph);
  const scales = scalesOf(plan, ranges);
  const scaleOf = (value: string) => scales.get(plan.scaleOf.get(value)!)!;
  const added: OnnxTensor[] = [...scales].flatMap(([name, { step, zero }]) => [
    tensorOf(`${name}/scale`, [], Float32Array.of(step)),
    tensorOf(`${name}/zero`, [], Uint8Array.of(zero)),
  ]);
  const restored = (value: string) => (plan.scaleOf.has(value) ? `${value}/restored` : value);
  const pair = (value: string): readonly OnnxNode[] => {
    const group = plan.scaleOf.get(value);
    if (group === undefined) return [];
    const by = [`${group}/scale`, `${group}/zero`];
    return [
      { op: "QuantizeLinear", inputs: [value, ...by], outputs: [`${value}/quantized`], attributes: {} },
      { op: "DequantizeLinear", inputs: [`${value}/quantized`, ...by], outputs: [`${value}/restored`], attributes: {} },
    ];
  };
  const convolution = (node: OnnxNode, output: string): readonly OnnxNode[] => {
    const [data, kernelName, biasName] = node.inputs as readonly [string, string, string?];
    const { shape } = constants.get(kernelName)!;
    const name = node.outputs[0]!;
    const bias = biasName === undefined ? new Float32Array(shape[0]!) : floatsOf(constants.get(biasName)!);
    const shift = shifts.get(name)!;
    const { values, scales: steps } = quantizeKernel(floatsOf(constants.get(kernelName)!), shape);
    const biasSteps = steps.map((step) => step * scaleOf(data).step);
    const corrected = Int32Array.from(bias, (value, c) => toInt32((value - shift[c]!) / biasSteps[c]!));
    added.push(
      tensorOf(`${name}/kernel/quantized`, shape, values),
      tensorOf(`${name}/kernel/scale`, [shape[0]!], steps),
      tensorOf(`${name}/kernel/zero`, [shape[0]!], new Int8Array(shape[0]!)),
      tensorOf(`${name}/bias/quantized`, [shape[0]!], corrected),
      tensorOf(`${name}/bias/scale`, [shape[0]!], biasSteps),
      tensorOf(`${name}/bias/zero`, [shape[0]!], new Int32Array(shape[0]!)),
    );
    const inputs = [restored(data), `${name}/kernel/restored`, `${name}/bias/restored`];
    return [byChannel(`${name}/kernel`), byChannel(`${name}/bias`), { ...node, inputs, outputs: [output] }];
  };
  const nodes = graph.nodes.flatMap((node) => {
    if (plan.absorbed.has(node)) return [];
    const output = plan.convolutions.get(node);
    if (output !== undefined) return [...convolution(node, output), ...pair(output)];
    return [{ ...node, inputs: node.inputs.map(restored) }, ...node.outputs.flatMap(pair)];
  });
  const first = graph.inputs.flatMap(({ name }) => pair(name));
  const initializers = [...graph.initializers, ...added];
  return withoutUnread({ ...model, graph: { ...graph, nodes: [...first, ...nodes], initializers } });
}

/** The number of a constant's channel is its first axis. */
function byChannel(name: string): OnnxNode {
  return {
    op: "DequantizeLinear",
    inputs: [`${name}/quantized`, `${name}/scale`, `${name}/zero`],
    outputs: [`${name}/restored`],
    attributes: { axis: { kind: "int", value: 0 } },
  };
}

/** One scale for each group, which reaches from the lowest of its ranges, or zero, to the highest. */
function scalesOf({ scaleOf }: QuantizationPlan, ranges: ReadonlyMap<string, Range>): ReadonlyMap<string, Scale> {
  const reached = new Map<string, Range>();
  for (const [value, group] of scaleOf) {
    const before = reached.get(group) ?? { low: 0, high: 0 };
    const { low, high } = ranges.get(value) ?? before;
    reached.set(group, { low: Math.min(before.low, low), high: Math.max(before.high, high) });
  }
  return new Map([...reached].map(([group, range]) => [group, scaleFor(range)]));
}

function scaleFor({ low, high }: Range): Scale {
  if (!Number.isFinite(high - low)) throw new Error(`internal: a range from ${low} to ${high}`);
  const step = Math.fround((high - low) / 255) || 1; // what is always zero may have any
  return { step, zero: Math.round(-low / step) };
}

function toInt32(value: number): number {
  return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.round(value)));
}
