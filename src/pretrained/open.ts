// Any file of weights as Inception-v4 in timm's names and order of axes: the one way in for weights. Readers give tensors
// by the file's own names; the rules here say which of them is which of the network's.

import { fail } from "../errors.ts";
import { type MatchedWeights, type MatchOptions, matchWeights, type NamedTensors } from "../models/match-weights.ts";
import { fileKind } from "../weights/file-kind.ts";
import { embeddedSmall, openFile, readOpened } from "../weights/network-file.ts";
import type { WeightsFile, WeightsFormat } from "../weights/named-weights.ts";
import { fromKeras } from "./keras-names.ts";
import type { NamedNetwork } from "./named-network.ts";
import { readOnnxWeights } from "./onnx-weights.ts";
import { fromTensorflow } from "./tensorflow-names.ts";

type Metadata = NamedNetwork["metadata"];

/** Where a model of ours whose head reads several depths says which: see ModelCard. */
const depthsKey = "reinception.depths";

export interface Pretrained extends MatchedWeights, Omit<NamedNetwork, "tensors"> {}

/** From the names and axes of a format's usual writers to timm's; formats whose files have timm's names already have none. */
const namings: { readonly [K in WeightsFormat]?: (tensors: NamedTensors, metadata: Metadata) => NamedTensors } = {
  tensorflow: fromTensorflow,
  keras: fromKeras,
};

/**
 * Finds the network in a file, or in the bytes of one.
 *
 * @param file - "small" for the network that comes with the package, else a path or the bytes of a file
 * @throws weights/..., onnx/...
 */
export async function openPretrained(file: Uint8Array | string, options: MatchOptions = {}): Promise<Pretrained> {
  const { tensors, ...rest } = await readNetwork(openWeights(file));
  const { [depthsKey]: depths } = rest.metadata;
  if (depths !== undefined) fail("weights/several-depths", { depths: namesIn(depths) });
  return { ...matchWeights(tensors, options), ...rest };
}

/**
 * The file itself, before anything is read from it.
 *
 * @throws weights/not-found, weights/too-large
 */
export function openWeights(file: Uint8Array | string): WeightsFile {
  return openFile(file === "small" ? embeddedSmall() : file);
}

/**
 * The tensors of a file under timm's names, whether or not the network is whole.
 *
 * @throws weights/..., onnx/...
 */
export async function readNetwork(file: WeightsFile): Promise<NamedNetwork> {
  if (fileKind(file.bytes) === "onnx") return readOnnxWeights(file.bytes);
  const { format, tensors, metadata } = await readOpened(file);
  return { format, tensors: namings[format]?.(tensors, metadata) ?? tensors, metadata, notes: [] };
}

/** Files come from strangers: of what is written there only names of blocks are taken. */
function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/[a-z]+_[0-9][a-z]/g)].map(([name]) => name);
}
