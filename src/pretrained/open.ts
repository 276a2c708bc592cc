// Any file of weights as Inception-v4 in timm's names and order of axes: the one way in for weights. Readers give tensors
// by the file's own names; the rules here say which of them is which of the network's.

import { type MatchedWeights, type MatchOptions, matchWeights, type NamedTensors } from "../models/match-weights.ts";
import { embeddedSmall, readWeights, type WeightsFormat } from "../weights/network-file.ts";
import { fromKeras } from "./keras-names.ts";

type Metadata = Readonly<Record<string, string>>;

export interface Pretrained extends MatchedWeights {
  readonly format: WeightsFormat;
  readonly metadata: Metadata;
}

/** From the names and axes of a format's usual writers to timm's; formats whose files have timm's names already have none. */
const namings: { readonly [K in WeightsFormat]?: (tensors: NamedTensors, metadata: Metadata) => NamedTensors } = {
  keras: fromKeras,
};

/**
 * Finds the network in a file, or in the bytes of one.
 *
 * @param file - "small" for the network that comes with the package, else a path or the bytes of a file
 * @throws weights/...
 */
export async function openPretrained(file: Uint8Array | string, options: MatchOptions = {}): Promise<Pretrained> {
  const { format, tensors, metadata } = await readWeights(file === "small" ? embeddedSmall() : file);
  const timm = namings[format]?.(tensors, metadata) ?? tensors;
  return { ...matchWeights(timm, options), format, metadata };
}
