// A model file without a network: what stands before it alone, with its results as outputs.

import type { InputFormat } from "../../src/input-format.ts";
import { pixelsInput, viewInput, withImageInput } from "../../src/onnx/pixel-prologue.ts";
import { writeModel } from "../../src/onnx/write.ts";

/** `image` to `view` and `pixels`. */
export function prologueModel(format: InputFormat): Uint8Array {
  const pixels = pixelsInput(format);
  const nothing = {
    irVersion: 9,
    opset: 18,
    producer: { name: "reinception", version: "" },
    metadata: {},
    graph: { name: "prologue", nodes: [], initializers: [], inputs: [pixels], outputs: [viewInput(format), pixels] },
  };
  return writeModel(withImageInput(nothing, format));
}
