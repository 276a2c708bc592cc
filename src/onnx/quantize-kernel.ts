// A kernel in whole numbers: one scale for each output channel, symmetric about zero, 7 bits. Two products of an 8-bit
// activation and a 7-bit weight fit into 16 bits (2 · 255 · 63 = 32130), and processors without instructions made for it
// (VNNI) add them up there, where 8-bit weights would be cut off without a word.

/** Largest magnitude of a weight. */
export const weightLimit = 63;

/** A channel's scale is at least this share of the layer's largest, so that a channel of zeros has one too. */
const leastShare = 2 ** -12;

export interface QuantizedKernel {
  /** In the order of the kernel, from -63 to 63. */
  readonly values: Int8Array;
  /** weight ≈ value · scale, for each output channel. */
  readonly scales: Float32Array;
}

/**
 * Quantises a kernel.
 *
 * What rounding leaves of a tap is passed on to the next tap of the same input channel, so that a weight is less than one
 * step from where it was, and the taps of an input channel together at most half a step. Neighbouring pixels are alike,
 * therefore it is the sum that shows in the result.
 *
 * @param kernel - [out, in, height, width]
 */
export function quantizeKernel(kernel: Float32Array, shape: readonly number[]): QuantizedKernel {
  const [channels, , ...map] = shape as readonly [number, number, ...number[]];
  const taps = map.reduce((product, axis) => product * axis, 1);
  const each = kernel.length / channels;
  const scales = scalesOf(kernel, channels);
  const values = new Int8Array(kernel.length);
  for (let start = 0; start < kernel.length; start += taps) {
    const scale = scales[Math.floor(start / each)]!;
    let left = 0;
    for (let i = start; i < start + taps; i++) {
      const wanted = kernel[i]! / scale + left;
      values[i] = Math.max(-weightLimit, Math.min(weightLimit, Math.round(wanted)));
      left = wanted - values[i]!;
    }
  }
  return { values, scales };
}

/** What the quantised kernel adds to the kernel: value · scale - weight. */
export function kernelError(kernel: Float32Array, { values, scales }: QuantizedKernel): Float32Array {
  const each = kernel.length / scales.length;
  return kernel.map((weight, i) => values[i]! * scales[Math.floor(i / each)]! - weight);
}

function scalesOf(kernel: Float32Array, channels: number): Float32Array {
  const each = kernel.length / channels;
  const largest = Float64Array.from({ length: channels }, (_, c) =>
    kernel.subarray(c * each, (c + 1) * each).reduce((most, weight) => Math.max(most, Math.abs(weight)), 0),
  );
  const ofLayer = largest.reduce((most, value) => Math.max(most, value), 0) || 1;
  return Float32Array.from(largest, (value) => Math.max(value, ofLayer * leastShare) / weightLimit);
}
