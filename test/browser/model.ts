// A small model with an opinion: random parameters, with a head that is centred on one picture and so steep around it that
// other pictures get other answers.

import { InferenceSession, Tensor } from "onnxruntime-node";
import { initialParameters } from "../../src/models/initial-parameters.ts";
import { networkParameters } from "../../src/models/parameters.ts";
import { type ModelCard, modelFile } from "../../src/train/model-file.ts";

/** Names as people give them, and two that would be mischief if a page took them for its own language. */
export const classes = ["discs", "Grüße aus Köln", "猫", "<img src=x onerror=alert(1)>", "a&b", "stripes", "crosses"];

export const card: ModelCard = {
  classes,
  inputFormat: { size: 80, crop: 0.875, interpolation: "bicubic", mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  strategy: "hybrid",
  version: "0.1.0",
  dataFingerprint: "d3b07384d113edec49eaa6238ad5ff00",
  parametersHash: "c157a79031e1c40f85931829bc5fc552",
};

/** @param centre - the picture that the model finds no opinion on, `[80, 80, 3]` */
export async function steepModel(centre: Uint8Array, steepness: number): Promise<Uint8Array> {
  const width = 1 / 32;
  const network = { width, format: card.inputFormat, head: { classes: classes.length, hidden: [], dropout: 0 } };
  const infos = networkParameters(width, network.head);
  const kinds = new Map(infos.map(({ name, kind }) => [name, kind]));
  const parameters = new Map(
    [...initialParameters(infos, 1)].map(([name, { values }]) => [
      name,
      kinds.get(name) === "weight" ? values.map((x) => x * steepness) : values,
    ]),
  );
  const bias = infos.find(({ kind }) => kind === "bias")!.name;
  const size = card.inputFormat.size;
  const { logits } = await nodeOutputs(modelFile(network, parameters, card), {
    width: size,
    height: size,
    rgb: centre,
  });
  return modelFile(network, new Map([...parameters, [bias, logits.map((x) => -x)]]), card);
}

/** What Node's engine says to a picture: `[classes]` each. */
export async function nodeOutputs(
  model: Uint8Array,
  { width, height, rgb }: { readonly width: number; readonly height: number; readonly rgb: Uint8Array },
): Promise<{ readonly logits: Float32Array; readonly probabilities: Float32Array }> {
  const session = await InferenceSession.create(model);
  const { logits, probabilities } = await session.run({ image: new Tensor("uint8", rgb, [1, height, width, 3]) });
  await session.release();
  return { logits: logits!.data as Float32Array, probabilities: probabilities!.data as Float32Array };
}
