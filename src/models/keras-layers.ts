// The 491 layers of the network without top as Keras lists them in `base.layers`, which defines what "the last 50
// layers" are. Keras sorts by depth in the graph, not by creation, so such a cut goes through branches unevenly.

import { blocks } from "./card.ts";
import { readParts } from "./read-parts.ts";

export type KerasType =
  | "InputLayer"
  | "Conv2D"
  | "BatchNormalization"
  | "Activation"
  | "MaxPooling2D"
  | "AveragePooling2D"
  | "Concatenate";

export interface KerasLayer {
  readonly index: number;
  readonly type: KerasType;
  /** Keras 3's name in a fresh process: `conv2d`, `conv2d_1`, ... */
  readonly name: string;
  /** timm's prefix of the convolution to which a Conv2D, BatchNormalization or Activation belongs; else "". */
  readonly timm: string;
}

interface Layer extends Omit<KerasLayer, "index"> {
  readonly inputs: readonly Layer[];
}

const baseNames: { readonly [K in KerasType]: string } = {
  InputLayer: "input_layer",
  Conv2D: "conv2d",
  BatchNormalization: "batch_normalization",
  Activation: "activation",
  MaxPooling2D: "max_pooling2d",
  AveragePooling2D: "average_pooling2d",
  Concatenate: "concatenate",
};

/** `base.layers` in Keras' order, the input first. */
export function kerasLayers(): readonly KerasLayer[] {
  return inKerasOrder(lastLayer()).map(({ type, name, timm }, index) => ({ index, type, name, timm }));
}

/** Makes the layers in the order of creation, which gives them their numbers, and returns the one at the end. */
function lastLayer(): Layer {
  const made = new Map<KerasType, number>();
  const make = (type: KerasType, timm: string, inputs: readonly Layer[]): Layer => {
    const count = made.get(type) ?? 0;
    made.set(type, count + 1);
    return { type, timm, inputs, name: count === 0 ? baseNames[type] : `${baseNames[type]}_${count}` };
  };
  return blocks.reduce(
    (x, { parts }) =>
      readParts<Layer>(parts, x, {
        conv: (x, { name }) =>
          make("Activation", name, [make("BatchNormalization", name, [make("Conv2D", name, [x])])]),
        pool: (x, { part }) => make(part === "maxPool" ? "MaxPooling2D" : "AveragePooling2D", "", [x]),
        concat: (branches) => make("Concatenate", "", branches),
      }),
    make("InputLayer", "", []),
  );
}

/**
 * Keras' order (keras/src/ops/function.py, `map_graph`): depth-first from the output, each layer gets a visit index
 * when it is entered; its depth is the longest way from it to the output; layers are sorted by depth, deepest first,
 * and those of one depth by visit index.
 */
function inKerasOrder(output: Layer): readonly Layer[] {
  const visitIndex = new Map<Layer, number>();
  const finished: Layer[] = [];
  const visit = (layer: Layer) => {
    if (visitIndex.has(layer)) return;
    visitIndex.set(layer, visitIndex.size);
    layer.inputs.forEach(visit);
    finished.push(layer);
  };
  visit(output);

  const depths = new Map<Layer, number>([[output, 0]]);
  for (const layer of finished.toReversed())
    for (const input of layer.inputs) depths.set(input, Math.max(depths.get(input) ?? 0, depths.get(layer)! + 1));
  return finished.sort((a, b) => depths.get(b)! - depths.get(a)! || visitIndex.get(a)! - visitIndex.get(b)!);
}
