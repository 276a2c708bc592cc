// The classifier behind the pooled features: hidden layers with relu, dropout, and the layer that gives the logits.

import type { Builder } from "../ir/graph.ts";
import type { Value } from "../ir/ops.ts";

export interface HeadOptions {
  readonly classes: number;
  /** Units of each hidden layer; none for a linear classifier. */
  readonly hidden: readonly number[];
  /** Share of the inputs of the last layer that is left out in training, in [0, 1). 0.2 in the paper. */
  readonly dropout: number;
  /**
   * Blocks whose averaged maps it reads, one behind the other: `["features.9", "features.21"]`; the last block's alone where
   * none are named. Nothing but the head can learn where there are others, since the network is cut at one place.
   */
  readonly depths?: readonly string[] | undefined;
}

export interface DenseLayer {
  /** `head.0`, `head.1`, ..., `last_linear`. */
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
}

/** The layers of a head over `features` numbers, the one that gives the logits last. */
export function headLayers(features: number, { classes, hidden }: HeadOptions): readonly DenseLayer[] {
  const outputs = [...hidden, classes];
  return outputs.map((count, i) => ({
    name: i === hidden.length ? "last_linear" : `head.${i}`,
    inputs: outputs[i - 1] ?? features,
    outputs: count,
  }));
}

/**
 * Appends the head and returns the logits.
 *
 * With `dropoutMasks` what enters the last layer is multiplied by the input `dropout.0` [batch, inputs], whose elements
 * are 0 with probability `dropout` and else 1 / (1 - dropout). Without it there is no dropout, as in evaluation.
 *
 * @param features - [batch, features]
 * @returns [batch, classes]
 */
export function appendHead(g: Builder, features: Value, head: HeadOptions, dropoutMasks: boolean): Value {
  const [batch, width] = features.type.shape as readonly [number, number];
  return headLayers(width, head).reduce((x, { name, inputs, outputs }) => {
    const last = name === "last_linear";
    const masked = last && dropoutMasks && head.dropout > 0;
    const mask = () => g.input({ name: "dropout.0", dtype: "float32", shape: [batch, inputs] });
    const weight = g.parameter({ name: `${name}.weight`, shape: [outputs, inputs] });
    const bias = g.parameter({ name: `${name}.bias`, shape: [outputs] });
    const product = g.matMul(masked ? g.multiply(x, mask()) : x, weight, { transposeRight: true });
    const sum = g.add(product, g.reshape(bias, { shape: [1, outputs] }));
    return last ? sum : g.relu(sum);
  }, features);
}
