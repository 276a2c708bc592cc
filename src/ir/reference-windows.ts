// Convolutions and pools of the reference: windows that slide over maps `[batch, channels, height, width]`.

import type { Node, Pads, Pair } from "./ops.ts";
import { elementCount, type Shape } from "./tensor-type.ts";

const noPads: Pads = [0, 0, 0, 0];

/** Every pair of an element inside the picture and the window position that covers it, for one map, as flat lists. */
function slides([height, width]: Pair, [oh, ow]: Pair, window: { kernel: Pair; strides: Pair; pads: Pads }) {
  const {
    kernel: [kh, kw],
    strides: [sh, sw],
    pads: [top, left],
  } = window;
  const [from, to, tap]: [number[], number[], number[]] = [[], [], []];
  for (let y = 0; y < oh; y++)
    for (let x = 0; x < ow; x++)
      for (let i = 0; i < kh; i++)
        for (let j = 0; j < kw; j++) {
          const [row, column] = [y * sh - top + i, x * sw - left + j];
          if (row < 0 || row >= height || column < 0 || column >= width) continue;
          from.push(row * width + column);
          to.push(y * ow + x);
          tap.push(i * kw + j);
        }
  return { from: Int32Array.from(from), to: Int32Array.from(to), tap: Int32Array.from(tap) };
}

interface Sizes {
  readonly n: number;
  readonly ci: number;
  readonly co: number;
  readonly input: Pair;
  readonly output: Pair;
  readonly kernel: Pair;
}

/** Calls `work` for each image and pair of channels with the offsets of the input map, the output map and the kernel. */
function eachMap({ n, ci, co, input, output, kernel }: Sizes, work: (x: number, y: number, k: number) => void): void {
  const [inputArea, outputArea, kernelArea] = [area(input), area(output), area(kernel)];
  for (let image = 0; image < n; image++)
    for (let o = 0; o < co; o++)
      for (let i = 0; i < ci; i++)
        work((image * ci + i) * inputArea, (image * co + o) * outputArea, (o * ci + i) * kernelArea);
}

function sizes(x: Shape, kernel: Shape, y: Shape): Sizes {
  return { n: x[0]!, ci: x[1]!, co: y[1]!, input: mapSize(x), output: mapSize(y), kernel: mapSize(kernel) };
}

export function convolve(node: Node<"conv">, x: Float64Array, kernel: Float64Array, bias: Float64Array): Float64Array {
  const { inputs, output, attributes } = node;
  const size = sizes(inputs[0].type.shape, inputs[1].type.shape, output.type.shape);
  const { from, to, tap } = slides(size.input, size.output, { ...attributes, kernel: size.kernel });
  const outputArea = area(size.output);
  const y = new Float64Array(elementCount(output.type.shape)).map(
    (_, i) => bias[Math.floor(i / outputArea) % size.co]!,
  );
  eachMap(size, (atX, atY, atK) => {
    for (let i = 0; i < from.length; i++) {
      const at = atY + to[i]!;
      y[at] = y[at]! + x[atX + from[i]!]! * kernel[atK + tap[i]!]!;
    }
  });
  return y;
}

export function convolveInputGradient(
  node: Node<"convInputGradient">,
  dy: Float64Array,
  kernel: Float64Array,
): Float64Array {
  const { inputs, output, attributes } = node;
  const size = sizes(output.type.shape, inputs[1].type.shape, inputs[0].type.shape);
  const { from, to, tap } = slides(size.input, size.output, { ...attributes, kernel: size.kernel });
  const dx = new Float64Array(elementCount(output.type.shape));
  eachMap(size, (atX, atY, atK) => {
    for (let i = 0; i < from.length; i++) {
      const at = atX + from[i]!;
      dx[at] = dx[at]! + dy[atY + to[i]!]! * kernel[atK + tap[i]!]!;
    }
  });
  return dx;
}

export function convolveKernelGradient(
  node: Node<"convKernelGradient">,
  x: Float64Array,
  dy: Float64Array,
): Float64Array {
  const { inputs, output, attributes } = node;
  const size = sizes(inputs[0].type.shape, output.type.shape, inputs[1].type.shape);
  const { from, to, tap } = slides(size.input, size.output, { ...attributes, kernel: size.kernel });
  const dk = new Float64Array(elementCount(output.type.shape));
  eachMap(size, (atX, atY, atK) => {
    for (let i = 0; i < from.length; i++) {
      const at = atK + tap[i]!;
      dk[at] = dk[at]! + x[atX + from[i]!]! * dy[atY + to[i]!]!;
    }
  });
  return dk;
}

export function maxPool(node: Node<"maxPool">, x: Float64Array): Float64Array {
  const { inputs, output, attributes } = node;
  const argmax = largest(x, inputs[0].type.shape, output.type.shape, attributes);
  return Float64Array.from(argmax, (at) => x[at]!);
}

export function maxPoolGradient(node: Node<"maxPoolGradient">, x: Float64Array, dy: Float64Array): Float64Array {
  const { inputs, attributes } = node;
  const dx = new Float64Array(x.length);
  largest(x, inputs[0].type.shape, inputs[1].type.shape, attributes).forEach((at, i) => {
    dx[at] = dx[at]! + dy[i]!;
  });
  return dx;
}

/** For each window of each map the position of its largest element, the first of equals. */
function largest(
  x: Float64Array,
  shape: Shape,
  outputShape: Shape,
  window: { kernel: Pair; strides: Pair },
): Int32Array {
  const [input, output] = [mapSize(shape), mapSize(outputShape)];
  const { from, to } = slides(input, output, { ...window, pads: noPads });
  const argmax = new Int32Array(elementCount(outputShape)).fill(-1);
  for (let map = 0; map * area(output) < argmax.length; map++)
    for (let i = 0; i < from.length; i++) {
      const [at, candidate] = [map * area(output) + to[i]!, map * area(input) + from[i]!];
      if (argmax[at] === -1 || x[candidate]! > x[argmax[at]!]!) argmax[at] = candidate;
    }
  return argmax;
}

export function averagePool(node: Node<"averagePool">, x: Float64Array): Float64Array {
  const { inputs, output, attributes } = node;
  const [input, size] = [mapSize(inputs[0].type.shape), mapSize(output.type.shape)];
  const { from, to } = slides(input, size, attributes);
  const covered = coverage(to, area(size));
  const y = new Float64Array(elementCount(output.type.shape));
  for (let map = 0; map * area(size) < y.length; map++)
    for (let i = 0; i < from.length; i++) {
      const at = map * area(size) + to[i]!;
      y[at] = y[at]! + x[map * area(input) + from[i]!]! / covered[to[i]!]!;
    }
  return y;
}

export function averagePoolGradient(node: Node<"averagePoolGradient">, dy: Float64Array): Float64Array {
  const { inputs, output, attributes } = node;
  const [input, size] = [mapSize(output.type.shape), mapSize(inputs[0].type.shape)];
  const { from, to } = slides(input, size, attributes);
  const covered = coverage(to, area(size));
  const dx = new Float64Array(elementCount(output.type.shape));
  for (let map = 0; map * area(input) < dx.length; map++)
    for (let i = 0; i < from.length; i++) {
      const at = map * area(input) + from[i]!;
      dx[at] = dx[at]! + dy[map * area(size) + to[i]!]! / covered[to[i]!]!;
    }
  return dx;
}

/** Number of elements inside the picture for each window position. */
function coverage(to: Int32Array, positions: number): Float64Array {
  const count = new Float64Array(positions);
  for (const at of to) count[at] = count[at]! + 1;
  return count;
}

function mapSize(shape: Shape): Pair {
  return [shape[2]!, shape[3]!];
}

function area([height, width]: Pair): number {
  return height * width;
}
