// Where training begins without weights. Each parameter is drawn from a stream of its own, named after it, so that none
// depends on which others are drawn.

import { elementCount } from "../ir/tensor-type.ts";
import { type Stream, stream } from "../random.ts";
import type { Tensor } from "./match-weights.ts";
import type { ParameterInfo } from "./parameters.ts";

type Draw = (shape: readonly number[], random: Stream) => Float32Array;

const draw: { readonly [K in ParameterInfo["kind"]]: Draw } = {
  kernel: heNormal,
  gamma: (shape) => filled(shape, 1),
  beta: (shape) => filled(shape, 0),
  mean: (shape) => filled(shape, 0),
  variance: (shape) => filled(shape, 1),
  weight: glorotUniform,
  bias: (shape) => filled(shape, 0),
};

/** A value for each parameter, the same for the same seed, name and shape. */
export function initialParameters(parameters: readonly ParameterInfo[], seed: number): Map<string, Tensor> {
  return new Map(
    parameters.map(({ name, shape, kind }) => {
      return [name, { shape, values: draw[kind](shape, stream(seed, `initial:${name}`)) }];
    }),
  );
}

/**
 * He's normal distribution as TF-slim draws it (`variance_scaling_initializer`, factor 2, fan-in): a normal
 * distribution truncated at two sigma, with sigma = sqrt(1.3 · 2 / fanIn), since the cut takes 1 / 1.3 of the variance.
 *
 * He, Zhang, Ren, Sun: "Delving Deep into Rectifiers", arXiv 1502.01852; the factor 1.3 is
 * tensorflow/contrib/layers/python/layers/initializers.py.
 *
 * @param shape - [out, in, height, width]
 */
function heNormal(shape: readonly number[], random: Stream): Float32Array {
  const fanIn = elementCount(shape.slice(1));
  const sigma = Math.sqrt((1.3 * 2) / fanIn);
  const values = new Float32Array(elementCount(shape));
  for (let at = 0; at < values.length; ) {
    const value = normal(random);
    if (Math.abs(value) <= 2) values[at++] = sigma * value; // else drawn again: 4.6 % of the draws
  }
  return values;
}

/** Standard normal by Box and Muller. */
function normal(random: Stream): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

/**
 * Uniform in ±sqrt(6 / (in + out)), as Keras' Dense begins.
 *
 * Glorot, Bengio: "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010, formula
 * 16.
 *
 * @param shape - [out, in]
 */
function glorotUniform(shape: readonly number[], random: Stream): Float32Array {
  const limit = Math.sqrt(6 / (shape[0]! + shape[1]!));
  return filled(shape, 0).map(() => limit * (2 * random() - 1));
}

function filled(shape: readonly number[], value: number): Float32Array {
  return new Float32Array(elementCount(shape)).fill(value);
}
