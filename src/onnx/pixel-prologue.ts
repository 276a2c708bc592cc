// What stands in a model file before the network: from pictures of any size to what the network takes, as ONNX nodes.
//
//   image   uint8 [batch, height, width, 3], red, green, blue, of any size
//   view    uint8 [batch, size, size, 3]: resized and cropped, the bytes that data/view gives for the same picture
//   pixels  float32 [batch, 3, size, size]: normalised

import { type InputFormat, resizedShortSide } from "../input-format.ts";
import { type NodeList, newNodeList } from "./node-list.ts";
import { appendResizedAxis } from "./resize-axis.ts";
import { dataTypes, type OnnxModel, type OnnxValue } from "./schema.ts";

/** The input of a model that takes pictures. */
export const imageInput: OnnxValue = { name: "image", dataType: "uint8", shape: ["batch", "height", "width", 3] };

/** The input of a model that takes pictures which have been resized and cropped. */
export function viewInput({ size }: InputFormat): OnnxValue {
  return { name: "view", dataType: "uint8", shape: ["batch", size, size, 3] };
}

/** The input of a model that takes what the network itself takes. */
export function pixelsInput({ size }: InputFormat): OnnxValue {
  return { name: "pixels", dataType: "float32", shape: ["batch", 3, size, size] };
}

/** A model with the input `pixels` as one with the input `image`. */
export function withImageInput(model: OnnxModel, format: InputFormat): OnnxModel {
  return preceded(model, imageInput, (g) => appendPixels(g, appendView(g, format), format));
}

/** A model with the input `pixels` as one with the input `view`. */
export function withViewInput(model: OnnxModel, format: InputFormat): OnnxModel {
  return preceded(model, viewInput(format), (g) => appendPixels(g, "view", format));
}

/** Puts nodes before a model, which lead from `input` to its input `pixels`. */
function preceded(model: OnnxModel, input: OnnxValue, append: (g: NodeList) => void): OnnxModel {
  const { graph } = model;
  const others = graph.inputs.filter(({ name }) => name !== "pixels");
  if (others.length + 1 !== graph.inputs.length) throw new Error("internal: the model has no input `pixels`");
  const g = newNodeList("prologue");
  append(g);
  return {
    ...model,
    graph: {
      ...graph,
      inputs: [input, ...others],
      nodes: [...g.nodes, ...graph.nodes],
      initializers: [...g.initializers, ...graph.initializers],
    },
  };
}

/**
 * timm's evaluation transform as data/view's evaluationPlan has it, one axis after the other: columns first, as Pillow,
 * with bytes between.
 */
function appendView(g: NodeList, format: InputFormat): string {
  const shape = g.node("Shape", ["image"]);
  const lengthOf = (axis: number) => g.node("Gather", [shape, g.scalar("int64", axis)]);
  const [height, width] = [lengthOf(1), lengthOf(2)];
  const shortSide = g.node("Min", [height, width]);
  /** The axis that lies first becomes `size` long: of [axis, b, c, d] the rest stays as it is. */
  const resized = (name: string, inputs: string) => {
    const outputs = g.node("Div", [g.node("Mul", [inputs, g.scalar("int64", resizedShortSide(format))]), shortSide]);
    const margin = g.node("Cast", [g.node("Sub", [outputs, g.scalar("int64", format.size)])], {
      to: dataTypes.float64,
    });
    const offset = g.node("Round", [g.node("Mul", [margin, g.scalar("float64", 0.5)])]); // halves to even
    const from = g.node("Cast", [offset], { to: dataTypes.int64 });
    const rest = g.node("Slice", [g.node("Shape", [name]), g.tensor("int64", [1]), g.tensor("int64", [4])]);
    const source = g.node("Flatten", [name], { axis: 1 });
    const result = appendResizedAxis(g, { source, inputs, outputs, from, count: format.size });
    return g.node("Reshape", [result, g.node("Concat", [g.tensor("int64", [format.size]), rest], { axis: 0 })]);
  };
  const columns = g.node("Transpose", ["image"], { perm: [2, 0, 1, 3] }); // [width, batch, height, 3]
  const rows = g.node("Transpose", [resized(columns, width)], { perm: [2, 0, 1, 3] }); // [height, size, batch, 3]
  return g.node("Transpose", [resized(rows, height)], { perm: [2, 0, 1, 3] }, "view");
}

/** (pixel - 255 mean) / (255 std), which rounds once, as the network itself does it. */
function appendPixels(g: NodeList, view: string, { mean, std }: InputFormat): string {
  const perChannel = (values: readonly number[]) =>
    g.tensor(
      "float32",
      values.map((value) => 255 * value),
      [1, 3, 1, 1],
    );
  const planes = g.node("Cast", [g.node("Transpose", [view], { perm: [0, 3, 1, 2] })], { to: dataTypes.float32 });
  return g.node("Div", [g.node("Sub", [planes, perChannel(mean)]), perChannel(std)], {}, "pixels");
}
