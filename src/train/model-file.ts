// The one file that leaves a run: pictures of any size in, logits, probabilities and a distance out, with class names,
// everything about the pixels and how far to trust the answers in its metadata. It holds every parameter as it is, under
// timm's name, so that the network can be taken out of it again.

import { compileModel } from "../compile/program.ts";
import { fail } from "../errors.ts";
import type { KeptNumbers } from "../head/kept-numbers.ts";
import type { InputFormat } from "../input-format.ts";
import type { NamedTensors } from "../models/match-weights.ts";
import { hasAnswers, type Prototypes, withAnswers, withoutAnswers } from "../onnx/answers.ts";
import { toOnnx } from "../onnx/lower.ts";
import { hasValue, startingAt, withInputName } from "../onnx/model-inputs.ts";
import { pixelsInput, withImageInput, withViewInput } from "../onnx/pixel-prologue.ts";
import { readModel } from "../onnx/read.ts";
import type { OnnxModel } from "../onnx/schema.ts";
import { writeModel } from "../onnx/write.ts";
import { networkGraph, type RunNetwork } from "./plan.ts";
import type { Parameters } from "./stepper.ts";

/** What a model file takes: pictures of any size, or what has been resized, cropped and normalised. */
export type ModelInput = "image" | "pixels";

/** What a model file says about itself, as text under these names. */
export interface ModelCard {
  readonly classes: readonly string[];
  readonly inputFormat: InputFormat;
  readonly input: ModelInput;
  readonly strategy: string;
  /** Blocks whose averaged maps the head reads, by the paper's names; absent where it reads the last one's alone. */
  readonly depths?: readonly string[];
  readonly version: string;
  readonly dataFingerprint: string;
  /** SHA-256 over name, newline and little-endian float32 of each parameter, in timm's order. */
  readonly parametersHash: string;
  /** What logits are divided by before the softmax; 1 where probabilities have not been calibrated. */
  readonly temperature: number;
  /** 1 - probability of the true class, of pictures that were held back: what sets of classes are made by. */
  readonly trueClassScores?: KeptNumbers;
  /** The output `distance` of pictures that were held back. */
  readonly distances?: KeptNumbers;
}

const prefix = "reinception.";

/**
 * The model as ONNX, opset 18, any batch size.
 *
 * Input `image` uint8 [batch, height, width, 3], RGB, of any size. Outputs `logits` as the network gives them and
 * `probabilities`, which are calibrated, float32 [batch, classes], and with prototypes `distance`, float32 [batch]. Between
 * the value `pixels`, float32 [batch, 3, size, size], and `logits` there is nothing but the network.
 */
export function modelFile(
  network: RunNetwork,
  parameters: Parameters,
  card: Omit<ModelCard, "input">,
  prototypes?: Prototypes,
): Uint8Array {
  const program = compileModel(networkGraph(network));
  const lowered = toOnnx(program, {
    constants: parameters,
    symbolicBatch: true,
    name: "inception_v4",
    producerVersion: card.version,
  });
  const answering = withAnswers(lowered, { temperature: card.temperature, prototypes });
  const inner = withInputName(answering, "image", "pixels");
  return writeModel(withCard(withImageInput(inner, card.inputFormat), { ...card, input: "image" }));
}

/** The model with this card in its metadata; what else is there stays. */
export function withCard(model: OnnxModel, card: ModelCard): OnnxModel {
  const entries = Object.entries(card).map(([key, value]) => [prefix + key, JSON.stringify(value)] as const);
  return { ...model, metadata: { ...model.metadata, ...Object.fromEntries(entries) } };
}

/** A model and what it says about itself. */
export interface ModelWithCard {
  readonly model: OnnxModel;
  readonly card: ModelCard;
}

/**
 * Reads a model file. Tensors are views on `bytes`.
 *
 * @throws `model/not-ours` when an ONNX file lacks what `modelFile` writes; onnx/...
 */
export function readModelFile(path: string, bytes: Uint8Array): ModelWithCard {
  const model = readModel(bytes);
  const entries = Object.entries(model.metadata).flatMap(([key, value]) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), parse(value)] as const] : [],
  );
  const card = Object.fromEntries(entries) as Partial<ModelCard>;
  const whole = Array.isArray(card.classes) && card.inputFormat !== undefined && hasValue(model, "pixels");
  if (!whole) return fail("model/not-ours", { path });
  return { model, card: { input: "image", temperature: 1, ...card } as ModelCard };
}

/** @throws as `readModelFile` */
export function readModelCard(path: string, bytes: Uint8Array): ModelCard {
  return readModelFile(path, bytes).card;
}

/** The same network with the input asked for, whichever it has. */
export function withInput({ model, card }: ModelWithCard, input: ModelInput): ModelWithCard {
  const inner = startingAt(model, [pixelsInput(card.inputFormat)]);
  const wanted = { ...card, input };
  return {
    model: withCard(input === "pixels" ? inner : withImageInput(inner, card.inputFormat), wanted),
    card: wanted,
  };
}

/** The network as it is run here: its one input takes views [batch, size, size, 3], which threads have made already. */
export function takingViews({ model, card }: ModelWithCard): OnnxModel {
  return withViewInput(startingAt(model, [pixelsInput(card.inputFormat)]), card.inputFormat);
}

/** The network alone, from `pixels` to `logits` and `features`: what passes are made for. */
export function networkIn({ model, card }: ModelWithCard): OnnxModel {
  const inner = startingAt(model, [pixelsInput(card.inputFormat)]);
  return hasAnswers(inner) ? withoutAnswers(inner).network : inner;
}

/** The same model with the input `pixels` and another network inside, from which answers are computed as before. */
export function withNetwork({ model, card }: ModelWithCard, network: OnnxModel): ModelWithCard {
  const changed = hasAnswers(model) ? withAnswers(network, withoutAnswers(model).numbers) : network;
  return { model: changed, card: { ...card, input: "pixels" } };
}

/** The tensors of the network by timm's names, which alone among the names in a model file have a dot. */
export function tensorsIn({ graph }: OnnxModel): NamedTensors {
  const found = graph.initializers.filter(({ name, dataType }) => name.includes(".") && dataType === "float32");
  return new Map(
    found.map(({ name, shape, bytes }) => [name, { shape, values: new Float32Array(new Uint8Array(bytes).buffer) }]),
  );
}

/** The numbers of these tensors alone. */
export function parametersIn(model: OnnxModel): Parameters {
  return new Map([...tensorsIn(model)].map(([name, { values }]) => [name, values]));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
