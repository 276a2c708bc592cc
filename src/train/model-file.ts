// The one file that leaves a run: raw RGB pixels in, logits and probabilities out, with class names and everything about
// the pixels in its metadata.

import { bind } from "../compile/5-bind.ts";
import { compileEvaluation } from "../compile/program.ts";
import { fail } from "../errors.ts";
import type { InputFormat } from "../input-format.ts";
import { build } from "../ir/graph.ts";
import { toOnnx } from "../onnx/lower.ts";
import { readModel } from "../onnx/read.ts";
import { writeModel } from "../onnx/write.ts";
import { buildNetwork, cutAt, type RunNetwork } from "./plan.ts";
import type { Parameters } from "./stepper.ts";

/** What a model file says about itself, as text under these names. */
export interface ModelCard {
  readonly classes: readonly string[];
  readonly inputFormat: InputFormat;
  readonly strategy: string;
  readonly version: string;
  readonly dataFingerprint: string;
  readonly parametersHash: string;
}

const prefix = "reinception.";

/**
 * The model as ONNX, opset 18, any batch size.
 *
 * Input `image` uint8 [batch, size, size, 3], RGB, resized and cropped as `inputFormat` says. Outputs `logits` and
 * `probabilities`, float32 [batch, classes].
 */
export function modelFile(network: RunNetwork, parameters: Parameters, card: ModelCard): Uint8Array {
  const built = buildNetwork(network, { batch: 1, learning: false, batchStatistics: new Set() });
  const { graph, outputs } = compileEvaluation(built, cutAt(built, "image", "float32"));
  const g = build(graph);
  const logits = outputs.logits!;
  const { program, constants } = bind(
    { graph, outputs: { logits, probabilities: g.exp(g.logSoftmax(logits)) } },
    parameters,
  );
  const metadata = Object.fromEntries(
    Object.entries(card).map(([key, value]) => [prefix + key, JSON.stringify(value)]),
  );
  return writeModel(toOnnx(program, { constants, metadata, symbolicBatch: true, name: "inception_v4" }));
}

/** @throws `model/not-ours` when an ONNX file lacks what `modelFile` writes */
export function readModelCard(path: string, bytes: Uint8Array): ModelCard {
  const { metadata } = readModel(bytes);
  const entries = Object.entries(metadata).flatMap(([key, value]) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), parse(value)] as const] : [],
  );
  const card = Object.fromEntries(entries) as Partial<ModelCard>;
  if (!Array.isArray(card.classes) || card.inputFormat === undefined) return fail("model/not-ours", { path });
  return card as ModelCard;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
