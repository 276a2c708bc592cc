// Inception-v4 at a sixteenth of its width as an ONNX model from `pixels` on, with statistics of norms that are not those
// of a fresh network, and what it says of pictures of noise.

import { compileModel } from "../../src/compile/program.ts";
import { inceptionV4 } from "../../src/models/inception-v4.ts";
import { initialParameters } from "../../src/models/initial-parameters.ts";
import { networkParameters } from "../../src/models/parameters.ts";
import { toOnnx } from "../../src/onnx/lower.ts";
import { withInputName } from "../../src/onnx/model-inputs.ts";
import type { OnnxModel } from "../../src/onnx/schema.ts";
import { writeModel } from "../../src/onnx/write.ts";
import { stream } from "../../src/random.ts";
import { openModel, type TensorData } from "../../src/runtime/session.ts";
import { uniform } from "./numbers.ts";

const width = 1 / 16;
const size = 75;
const head = { classes: 5, hidden: [], dropout: 0 };

export function drawnNetwork(): OnnxModel {
  const drawn = [...initialParameters(networkParameters(width, head), 1)].map(([name, { values }]) => {
    const random = stream(2, name);
    if (name.endsWith("running_mean"))
      return [name, Float32Array.from(uniform(random, values.length, -0.2, 0.2))] as const;
    if (name.endsWith("running_var"))
      return [name, Float32Array.from(uniform(random, values.length, 0.5, 1.5))] as const;
    return [name, values] as const;
  });
  const graph = inceptionV4({ width, batch: 1, size: [size, size], image: "preprocessed", head });
  return withInputName(
    toOnnx(compileModel(graph), { constants: new Map(drawn), symbolicBatch: true }),
    "image",
    "pixels",
  );
}

/** Everything that a model with the input `pixels` says of `count` pictures. */
export async function outputsOf(model: OnnxModel, count = 4): Promise<Record<string, TensorData>> {
  const session = await openModel(writeModel(model), { threads: 1 });
  const pixels = Float32Array.from(uniform(stream(3, "pixels"), count * 3 * size * size));
  const outputs = await session.run({ pixels });
  await session.release();
  return outputs;
}
