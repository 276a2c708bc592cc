// TensorFlow's and Keras' order of axes to timm's: kernels [height, width, in, out] and dense layers [in, out] become
// [out, in, height, width] and [out, in].

import type { Tensor } from "../models/match-weights.ts";

/** Neighbouring numbers are read together for so many outputs: as many as one line of a cache holds. */
const outputsAtOnce = 16;

/** A tensor of two or four axes with its outputs first, as a copy. */
export function outputsFirst({ shape, values }: Tensor): Tensor {
  const [inputs = 1, outputs = 1] = shape.slice(-2);
  const positions = shape.slice(0, -2);
  const count = positions.reduce((total, axis) => total * axis, 1); // of places in the kernel: height · width
  const stride = inputs * count; // from one output to the next
  const into = new Float32Array(values.length);
  for (let first = 0; first < outputs; first += outputsAtOnce) {
    const end = Math.min(first + outputsAtOnce, outputs);
    for (let position = 0; position < count; position++) {
      for (let input = 0; input < inputs; input++) {
        let from = (position * inputs + input) * outputs + first;
        let to = first * stride + input * count + position;
        for (let output = first; output < end; output++, from++, to += stride) into[to] = values[from]!;
      }
    }
  }
  return { shape: [outputs, inputs, ...positions], values: into };
}
