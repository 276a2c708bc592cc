// Gradients of pools. ONNX has none, so they are said with what it has; both are exact.

import type { Node, Pair } from "../ir/ops.ts";
import { elementCount } from "../ir/tensor-type.ts";
import type { Emitter, Place } from "./emitter.ts";

/** Adds each element of dy to where its window's maximum stood. MaxPool says where: the first of equals. */
export function lowerMaxPoolGradient(
  { inputs: [x, dy], attributes: { kernel, strides } }: Node<"maxPoolGradient">,
  e: Emitter,
): Place {
  const layout = e.layoutOf(x);
  const { shape } = x.type;
  const turned = layout === "channels-first" ? [shape[1]!, shape[0]!, shape[2]!, shape[3]!] : shape;
  const [, indices] = e.nodeOf("MaxPool", 2, [e.read(x)], { kernel_shape: kernel, strides });
  const flat = (name: string) => e.node("Reshape", [name, e.ints([-1])]);
  const zeros = e.node("ConstantOfShape", [e.ints([elementCount(shape)])]);
  const scattered = e.node("ScatterElements", [zeros, flat(indices!), flat(e.read(dy, layout))], {
    axis: 0,
    reduction: "add",
  });
  return { name: e.node("Reshape", [scattered, e.ints(turned)]), layout };
}

/** dx(i) = Σ dy(o) / count(o) over the windows o that cover i. */
export function lowerAveragePoolGradient(node: Node<"averagePoolGradient">, e: Emitter): Place {
  const { inputs, output, attributes } = node;
  const [dy] = inputs;
  const { kernel, strides, pads, inputSize } = attributes;
  const [n = 0, channels = 0, oh = 0, ow = 0] = dy.type.shape;
  const layout = e.layoutOf(dy);
  const counts = windowCounts([oh, ow], inputSize, attributes);
  const symmetric = kernel.every(
    (length, axis) => length % 2 === 1 && pads[axis] === (length - 1) / 2 && pads[axis + 2] === pads[axis],
  );
  if (symmetric && strides.every((stride) => stride === 1)) {
    // the windows that cover i are those of the window around i, so the sum is a pool again
    const area = kernel[0] * kernel[1];
    const weights = e.floats(
      counts.map((count) => area / count),
      [1, 1, oh, ow],
    );
    const weighted = e.node("Mul", [e.read(dy), weights]);
    return { name: e.node("AveragePool", [weighted], { kernel_shape: kernel, pads, count_include_pad: 1 }), layout };
  }
  const weighted = e.node("Mul", [
    e.read(dy, "batch-first"),
    e.floats(
      counts.map((count) => 1 / count),
      [1, 1, oh, ow],
    ),
  ]);
  const single = e.node("Reshape", [weighted, e.ints([n * channels, 1, oh, ow])]);
  const ones = e.floats(new Float32Array(kernel[0] * kernel[1]).fill(1), [1, 1, ...kernel]);
  const reach = ([0, 1] as const).map((axis) => strides[axis] * ([oh, ow][axis]! - 1) + kernel[axis] - pads[axis]!);
  const spread = e.node("ConvTranspose", [single, ones], {
    strides,
    pads: [pads[0], pads[1], ...reach.map((length, axis) => Math.max(0, length - inputSize[axis]!))],
    output_padding: reach.map((length, axis) => Math.max(0, inputSize[axis]! - length)),
  });
  return { name: e.node("Reshape", [spread, e.ints(output.type.shape)]), layout: "batch-first" };
}

/** Number of elements inside the picture under each window. */
function windowCounts(
  [oh, ow]: Pair,
  [height, width]: Pair,
  { kernel, strides, pads }: Node<"averagePoolGradient">["attributes"],
): readonly number[] {
  const inside = (at: number, axis: 0 | 1, length: number) => {
    const start = at * strides[axis] - pads[axis];
    return Math.min(start + kernel[axis], length) - Math.max(start, 0);
  };
  return Array.from({ length: oh * ow }, (_, i) => inside(Math.floor(i / ow), 0, height) * inside(i % ow, 1, width));
}
