// Convolutions and their gradients. In a training program all three are one matrix product each, in the order
// [channels, batch, h, w]: the taps of the kernel become shifted copies of the map, stacked on the channel axis,
//
//   columns(x)  [ci · taps, n · oh · ow]
//   y  = W [co, ci · taps] × columns(x)            dW = dy [co, n · oh · ow] × columns(x)ᵀ
//   dx = Wᵀ [ci, co · taps] × columns(dy), shifted the other way
//
// and columns(x) serves y and dW. A 1x1 kernel has no copies at all. Where maps are large, or the stride of
// an input gradient is not 1, ONNX' own operators do it.

import type { Node, Pads, Pair, Value } from "../ir/ops.ts";
import { elementCount, sameShape } from "../ir/tensor-type.ts";
import type { Emitter, Place } from "./emitter.ts";

/** Largest map, in elements, of which shifted copies are stacked; above it the copies cost more than they save. */
const largestArea = 400;

export function lowerConv(node: Node<"conv">, e: Emitter): Place {
  const { inputs, output, attributes } = node;
  const [x, kernel, bias] = inputs;
  const [co, ci, kh, kw] = kernel.type.shape as readonly [number, number, number, number];
  const shifts = shiftsOf([kh, kw], attributes.strides, attributes.pads);
  const biased = !e.isZero(bias);
  if (!e.matrixConvolutions || !fits(output)) {
    const name = e.node(
      "Conv",
      [e.read(x, "batch-first"), e.read(kernel, "batch-first"), ...(biased ? [e.read(bias)] : [])],
      {
        strides: attributes.strides,
        pads: attributes.pads,
      },
    );
    return { name, layout: "batch-first" };
  }
  const rows = reshape(e, e.read(kernel, "batch-first"), [co, ci * kh * kw]);
  const column = biased ? [reshape(e, e.read(bias), [co, 1])] : [];
  const product = e.node("Gemm", [rows, columnsOf(e, x, mapSize(output), shifts), ...column]);
  return inMaps(e, product, output);
}

export function lowerConvKernelGradient(node: Node<"convKernelGradient">, e: Emitter): Place {
  const { inputs, output, attributes } = node;
  const [x, dy] = inputs;
  const [co, ci, kh, kw] = output.type.shape as readonly [number, number, number, number];
  const shifts = shiftsOf([kh, kw], attributes.strides, attributes.pads);
  const rows = asMatrix(e, dy); // [co, n·oh·ow]
  if (fits(dy)) {
    const product = e.node("Gemm", [rows, columnsOf(e, x, mapSize(dy), shifts)], { transB: 1 });
    return { name: reshape(e, product, [co, ci, kh, kw]), layout: "batch-first" };
  }
  // one product for each tap: [co, n·oh·ow] × [ci, n·oh·ow]ᵀ
  const taps = shifts.map((shift) => {
    const product = e.node("Gemm", [rows, columnsOf(e, x, mapSize(dy), [shift])], { transB: 1 });
    return reshape(e, product, [co, ci, 1]);
  });
  return { name: reshape(e, e.node("Concat", taps, { axis: 2 }), [co, ci, kh, kw]), layout: "batch-first" };
}

export function lowerConvInputGradient(node: Node<"convInputGradient">, e: Emitter): Place {
  const { inputs, output, attributes } = node;
  const [dy, kernel] = inputs;
  const [co, ci, kh, kw] = kernel.type.shape as readonly [number, number, number, number];
  const {
    strides,
    pads: [top, left],
    inputSize,
  } = attributes;
  // dx(i) = Σ w(tap) dy(i + pad - tap): copies of dy, shifted the other way
  const shifts = tapsOf([kh, kw]).map(([i, j]): Shift => ({ from: [top - i, left - j], strides: [1, 1] }));
  if (strides[0] !== 1 || strides[1] !== 1 || !e.matrixConvolutions || !fits(output)) {
    const [oh, ow] = mapSize(dy);
    const reach = [strides[0] * (oh - 1) + kh - top, strides[1] * (ow - 1) + kw - left] as const;
    const name = e.node("ConvTranspose", [e.read(dy, "batch-first"), e.read(kernel, "batch-first")], {
      strides,
      // what the strides left over at the bottom and on the right stays zero, or is cut off
      pads: [top, left, Math.max(0, reach[0] - inputSize[0]), Math.max(0, reach[1] - inputSize[1])],
      output_padding: [Math.max(0, inputSize[0] - reach[0]), Math.max(0, inputSize[1] - reach[1])],
    });
    return { name, layout: "batch-first" };
  }
  if (kh * kw === 1 && sameShape(mapSize(dy), inputSize)) {
    const rows = reshape(e, e.read(kernel, "batch-first"), [co, ci]);
    return inMaps(e, e.node("Gemm", [rows, asMatrix(e, dy)], { transA: 1 }), output);
  }
  // the kernel turned as a plain matrix, which is four times as fast as turning its first two axes: so copies come first
  const flat = reshape(e, e.read(kernel, "batch-first"), [co, ci * kh * kw]);
  const rows = reshape(e, e.node("Transpose", [flat], { perm: [1, 0] }), [ci, kh * kw * co]);
  return inMaps(e, e.node("Gemm", [rows, columnsOf(e, dy, inputSize, shifts, "copies-first")]), output);
}

/** A copy of a map: element (y, x) of the copy is element (y · stride + from) of the map, zero outside. */
interface Shift {
  readonly from: Pair;
  readonly strides: Pair;
}

function tapsOf([kh, kw]: Pair): readonly Pair[] {
  return Array.from({ length: kh * kw }, (_, tap): Pair => [Math.floor(tap / kw), tap % kw]);
}

function shiftsOf(kernel: Pair, strides: Pair, [top, left]: Pads): readonly Shift[] {
  return tapsOf(kernel).map(([i, j]) => ({ from: [i - top, j - left], strides }));
}

function fits(like: Value): boolean {
  const [height, width] = mapSize(like);
  return height * width <= largestArea;
}

/** Order of the rows of a stack of copies. */
type Rows = "channels-first" | "copies-first";

/** The stack of shifted copies of a map, [channels · copies, n · height · width] for copies of this height and width. */
function columnsOf(e: Emitter, x: Value, size: Pair, shifts: readonly Shift[], order: Rows = "channels-first"): string {
  const [n = 0, channels = 0, height = 0, width = 0] = x.type.shape;
  const [oh, ow] = size;
  const isMapItself = ({ from, strides }: Shift) => `${from},${strides},${size}` === `0,0,1,1,${height},${width}`;
  if (shifts.length === 1 && isMapItself(shifts[0]!)) return asMatrix(e, x);
  return e.once(`columns ${e.id(x)} ${size} ${order} ${JSON.stringify(shifts)}`, () => {
    const before = (axis: 0 | 1) => Math.max(0, ...shifts.map(({ from }) => -from[axis]));
    const after = (axis: 0 | 1) =>
      Math.max(
        0,
        ...shifts.map(
          ({ from, strides }) => from[axis] + (size[axis] - 1) * strides[axis] + 1 - [height, width][axis]!,
        ),
      );
    const [top, left, bottom, right] = [before(0), before(1), after(0), after(1)];
    const source = e.read(x, "channels-first");
    const padded =
      top + left + bottom + right === 0
        ? source
        : e.node("Pad", [source, e.ints([0, 0, top, left, 0, 0, bottom, right])]);
    const rows = order === "copies-first" ? [1, channels, n * oh * ow] : [channels, 1, n * oh * ow];
    const copies = shifts.map((shift) => {
      if (isMapItself(shift)) return reshape(e, source, rows);
      const { from, strides } = shift;
      const start = [from[0] + top, from[1] + left];
      const end = [start[0]! + (oh - 1) * strides[0] + 1, start[1]! + (ow - 1) * strides[1] + 1];
      const copy = e.node("Slice", [padded, e.ints(start), e.ints(end), e.ints([2, 3]), e.ints(strides)]); // [c, n, oh, ow]
      return reshape(e, copy, rows);
    });
    const axis = order === "copies-first" ? 0 : 1;
    const stacked = copies.length === 1 ? copies[0]! : e.node("Concat", copies, { axis });
    return reshape(e, stacked, [channels * shifts.length, n * oh * ow]);
  });
}

/** A map as the matrix [channels, n · h · w]. */
function asMatrix(e: Emitter, x: Value): string {
  const [, channels = 0] = x.type.shape;
  const columns = elementCount(x.type.shape) / channels;
  return e.once(`matrix ${e.id(x)}`, () => reshape(e, e.read(x, "channels-first"), [channels, columns]));
}

/** A product [channels, n · h · w] as the maps of `output`. */
function inMaps(e: Emitter, product: string, output: Value): Place {
  const [n = 0, channels = 0, height = 0, width = 0] = output.type.shape;
  return { name: reshape(e, product, [channels, n, height, width]), layout: "channels-first" };
}

function reshape(e: Emitter, name: string, shape: readonly number[]): string {
  return e.node("Reshape", [name, e.ints(shape)]);
}

function mapSize({ type: { shape } }: Value): Pair {
  return [shape[2]!, shape[3]!];
}
