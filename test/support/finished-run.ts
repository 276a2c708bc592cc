// The folder of a run as far as a finished model needs it, without the hours of a run: a thin network with parameters of
// chance, its model file and golden.json.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { keepNumbers } from "../../src/head/kept-numbers.ts";
import { prototypesOf } from "../../src/head/prototypes.ts";
import { inceptionInput } from "../../src/input-format.ts";
import { initialParameters } from "../../src/models/initial-parameters.ts";
import { featureCount, networkParameters } from "../../src/models/parameters.ts";
import type { Prototypes } from "../../src/onnx/answers.ts";
import { stream } from "../../src/random.ts";
import { goldenFor } from "../../src/train/golden.ts";
import { goldenAnswers } from "../../src/train/golden-answers.ts";
import { hashParameters } from "../../src/train/parameter-hash.ts";
import { type ModelCard, modelFile } from "../../src/train/model-file.ts";
import type { RunNetwork } from "../../src/train/plan.ts";
import type { Parameters } from "../../src/train/stepper.ts";

export interface FinishedModel {
  readonly network: RunNetwork;
  readonly parameters: Parameters;
  readonly card: Omit<ModelCard, "input">;
  readonly prototypes: Prototypes;
  readonly bytes: Uint8Array;
}

/** Of kernels of chance, so that what a picture shows is not lost on its way through 149 of them. */
const gain = 1.15;

/** As if 50 pictures had been held back. */
const promises = {
  temperature: 1.5,
  trueClassScores: keepNumbers(Float64Array.from({ length: 50 }, (_, row) => row / 100)),
  distances: keepNumbers(Float64Array.from({ length: 50 }, (_, row) => 0.2 + row / 250)),
};

/** A model whose every parameter is drawn, running statistics too, so that none can be mistaken for another. */
export function finishedModel(
  hidden: readonly number[] = [5],
  seed = 1,
  { width: share, size }: { readonly width: number; readonly size: number } = { width: 1 / 32, size: 75 },
): FinishedModel {
  const classes = ["ant", "bee", "cicada"];
  const head = { classes: classes.length, hidden, dropout: 0 };
  const format = { ...inceptionInput, size };
  const network = { width: share, format, head };
  const infos = networkParameters(network.width, head);
  const drawn = initialParameters(infos, seed);
  const random = stream(seed, "statistics");
  const parameters = new Map(
    infos.map(({ name, kind }) => {
      const { values } = drawn.get(name)!;
      const positive = kind === "gamma" || kind === "variance";
      if (kind === "weight") return [name, values];
      if (kind === "kernel") return [name, values.map((value) => gain * value)];
      return [name, values.map(() => (positive ? 0.75 + random() / 2 : (random() - 0.5) / 10))];
    }),
  );
  const parametersHash = hashParameters(parameters, [...parameters.keys()]);
  const about = { strategy: "hybrid", version: "0.0.0", dataFingerprint: "f".repeat(64), parametersHash };
  const card = { classes, inputFormat: format, ...about, ...promises };
  const width = featureCount(network.width);
  const rows = Float32Array.from({ length: 14 * width }, random);
  const prototypes = prototypesOf(rows.subarray(0, 7 * width), rows.subarray(7 * width), width);
  return { network, parameters, card, prototypes, bytes: modelFile(network, parameters, card, prototypes) };
}

/** Writes `model.onnx` and `golden.json` and returns the model. */
export async function writeFinishedRun(folder: string, model = finishedModel()): Promise<FinishedModel> {
  const numbers = { temperature: model.card.temperature, prototypes: model.prototypes };
  const answers = await goldenAnswers(model.network, model.parameters, numbers, 1);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "model.onnx"), model.bytes);
  await writeFile(join(folder, "golden.json"), JSON.stringify(goldenFor(answers, "model.onnx", model.bytes)));
  return model;
}
