// A small model with an opinion, as a run leaves it: random parameters, with a head that is centred on one picture and so
// steep around it that other pictures get other answers.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { decodeImage } from "../../src/data/decode.ts";
import type { Pixels } from "../../src/data/resize.ts";
import { prototypesOf } from "../../src/head/prototypes.ts";
import { initialParameters } from "../../src/models/initial-parameters.ts";
import { featureCount, networkParameters } from "../../src/models/parameters.ts";
import { stream } from "../../src/random.ts";
import { modelFile } from "../../src/train/model-file.ts";

/** Names as people give them, and two that would be mischief if a page took them for its own language. */
export const classes = ["discs", "Grüße aus Köln", "猫", "<img src=x onerror=alert(1)>", "a&b", "stripes", "crosses"];

const card = {
  classes,
  inputFormat: { size: 80, crop: 0.875, interpolation: "bicubic", mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  strategy: "hybrid",
  version: "0.1.0",
  dataFingerprint: "d3b07384d113edec49eaa6238ad5ff00",
  parametersHash: "c157a79031e1c40f85931829bc5fc552",
  temperature: 1.25,
} as const;

const width = 1 / 32;
const steepness = 1000;

/**
 * Writes model.onnx and what the page reads of a report.
 *
 * @param run - folder to make
 * @param centre - the picture of which the model has no opinion
 * @returns the model's bytes
 */
export async function writeRun(run: string, centre: Pixels): Promise<Uint8Array> {
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
  const { logits } = await nodeOutputs(modelFile(network, parameters, card), centre);
  const drawn = stream(1, "prototypes");
  const rows = Float32Array.from({ length: 20 * featureCount(width) }, drawn);
  const prototypes = prototypesOf(rows, rows, featureCount(width));
  const model = modelFile(network, new Map([...parameters, [bias, logits.map((x) => -x)]]), card, prototypes);
  const report = { parametersHash: card.parametersHash, validation: { accuracy: 0.931, images: 58 }, test: null };
  await mkdir(run);
  await writeFile(join(run, "model.onnx"), model);
  await writeFile(join(run, "report.json"), JSON.stringify(report));
  return model;
}

/** What Node's engine says of a picture: `[classes]` each. */
export async function nodeOutputs(
  model: Uint8Array,
  { width, height, pixels }: Pixels,
): Promise<{ readonly logits: Float32Array; readonly probabilities: Float32Array }> {
  const session = await sessionOf(model);
  const { logits, probabilities } = await session.run({ image: new Tensor("uint8", pixels, [1, height, width, 3]) });
  return { logits: logits!.data as Float32Array, probabilities: probabilities!.data as Float32Array };
}

const sessions = new WeakMap<Uint8Array, Promise<InferenceSession>>();

function sessionOf(model: Uint8Array): Promise<InferenceSession> {
  const opened = sessions.get(model) ?? InferenceSession.create(model, { logSeverityLevel: 3 });
  sessions.set(model, opened);
  return opened;
}

/** What Node says of a file, decoded as training does. */
export async function inNode(model: Uint8Array, file: Uint8Array): Promise<Float32Array> {
  return (await nodeOutputs(model, await decodeImage(file))).probabilities;
}
