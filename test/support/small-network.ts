// A network with everything that the compiler meets in Inception-v4, in few numbers: convolutions with batch norm and
// relu, branches, both pools, a head. Written out here, apart from src/models, so that the compiler is judged alone.

import type { BatchStatistics, Boundary, Compilable } from "../../src/compile/1-partition.ts";
import { type Builder, build, newGraph } from "../../src/ir/graph.ts";
import type { Pads, Pair, Value } from "../../src/ir/ops.ts";

export interface SmallNetwork extends Compilable {
  readonly logits: Value;
}

export const smallBatch = 3;
export const smallClasses = 4;
const epsilon = 0.001;

/**
 * image [3, 3, 7, 7] -> stem [3, 4, 3, 3] -> mixed (branches "left" and "right") [3, 5, 3, 3] -> pooled [3, 5] -> logits [3, 4].
 * The parameters of a unit are `stem.kernel`, `stem.gamma`, `stem.beta` and, stored, `stem.mean` and `stem.variance`.
 *
 * @param batchStatistics - units whose batch norm uses the statistics of the batch
 */
export function smallNetwork(batchStatistics: readonly string[] = []): SmallNetwork {
  const graph = newGraph();
  const g = build(graph);
  const statistics: BatchStatistics[] = [];
  const unit = (name: string, x: Value, out: number, kernel: Pair, strides: Pair): Value => {
    const y = convolution(g, name, x, out, kernel, strides);
    if (!batchStatistics.includes(name)) return g.relu(storedNorm(g, name, y));
    const { output, ...found } = batchNorm(g, name, y);
    statistics.push({ batchNorm: name, ...found });
    return g.relu(output);
  };

  const image = g.input({ name: "image", dtype: "float32", shape: [smallBatch, 3, 7, 7] });
  const stem = unit("stem", image, 4, [3, 3], [2, 2]);
  const left = unit("left", stem, 3, [1, 1], [1, 1]);
  const averaged = g.averagePool(stem, { kernel: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] });
  const right = unit("right", averaged, 2, [1, 1], [1, 1]);
  const mixed = g.concat(left, right, { axis: 1 });
  const largest = g.maxPool(mixed, { kernel: [2, 2], strides: [1, 1] }); // [3, 5, 2, 2]
  const quarter = g.constant({ values: [1 / 4], shape: [smallBatch, 5, 1, 1] });
  const pooled = g.reshape(g.multiply(g.sum(largest, { axes: [2, 3] }), quarter), { shape: [smallBatch, 5] });
  const weight = g.parameter({ name: "head.weight", shape: [smallClasses, 5] });
  const bias = g.parameter({ name: "head.bias", shape: [smallClasses] });
  const logits = g.add(
    g.matMul(pooled, weight, { transposeRight: true }),
    g.reshape(bias, { shape: [1, smallClasses] }),
  );
  const boundaries: readonly Boundary[] = Object.entries({ image, stem, mixed, pooled }).map(([name, value]) => ({
    name,
    value,
  }));
  return { graph, boundaries, logits, statistics };
}

const noPads: Pads = [0, 0, 0, 0];

function convolution(g: Builder, name: string, x: Value, out: number, kernelSize: Pair, strides: Pair): Value {
  const kernel = g.parameter({ name: `${name}.kernel`, shape: [out, x.type.shape[1]!, ...kernelSize] });
  return g.conv(x, kernel, g.constant({ values: [0], shape: [out] }), { strides, pads: noPads });
}

function storedNorm(g: Builder, name: string, x: Value): Value {
  const shape = [x.type.shape[1]!];
  const [gamma, beta, mean, variance] = ["gamma", "beta", "mean", "variance"].map((role) =>
    g.parameter({ name: `${name}.${role}`, shape }),
  );
  return g.batchNorm(x, gamma!, beta!, mean!, variance!, { epsilon });
}

/** With the mean and the biased variance of the batch, in primitives. What is reported is beside the way to `output`. */
function batchNorm(g: Builder, name: string, x: Value) {
  const [batch = 0, channels = 0, height = 0, width = 0] = x.type.shape;
  const shape = [1, channels, 1, 1];
  const flat = (value: Value) => g.reshape(value, { shape: [channels] });
  const [gamma, beta] = ["gamma", "beta"].map((role) =>
    g.reshape(g.parameter({ name: `${name}.${role}`, shape: [channels] }), { shape }),
  );
  const count = batch * height * width;
  const average = (value: Value) => g.divide(g.sum(value, { axes: [0, 2, 3] }), g.constant({ values: [count], shape }));
  const mean = average(x);
  const centred = g.subtract(x, mean);
  const variance = average(g.multiply(centred, centred));
  const deviation = g.sqrt(g.add(variance, g.constant({ values: [epsilon], shape })));
  const output = g.add(g.multiply(g.divide(centred, deviation), gamma!), beta!);
  return { output, mean: flat(mean), variance: flat(variance), count };
}
