// The network inside a finished model: as a graph can be built of it again, with every parameter. What has lost its
// parameters on the way, by folding or in fewer bits, is refused.

import { fail } from "../errors.ts";
import { blocks } from "../models/card.ts";
import { headShape } from "../models/match-weights.ts";
import { networkParameters } from "../models/parameters.ts";
import { type ModelWithCard, tensorsIn } from "./model-file.ts";
import type { RunNetwork } from "./plan.ts";
import type { Parameters } from "./stepper.ts";

export interface FinishedNetwork {
  readonly network: RunNetwork;
  /** By timm's names, in timm's order. Blocks that no head reads may have none. */
  readonly parameters: Parameters;
}

/**
 * @param path - of the model, for messages
 * @throws model/no-parameters
 */
export function finishedNetwork(path: string, model: ModelWithCard): FinishedNetwork {
  const { card } = model;
  const tensors = tensorsIn(model.model);
  const [channels = 0] = tensors.get("features.0.conv.weight")?.shape ?? [];
  const head = headShape(tensors);
  if (channels === 0 || head === undefined) return fail("model/no-parameters", { path });
  const width = channels / 32;
  const depths = card.depths?.map((paper) => blocks.find((block) => block.paper === paper)!.name);
  const network = { width, format: card.inputFormat, head: { ...head, ...(depths && { depths }) } };
  const infos = networkParameters(width, network.head);
  const last = blocks.findIndex(({ name }) => name === deepestBlock(network));
  const needed = new Set(blocks.slice(0, last + 1).map(({ name }) => name)).add("head");
  if (infos.some(({ name, block }) => needed.has(block) && !tensors.has(name)))
    return fail("model/no-parameters", { path });
  const present = infos.flatMap(({ name }) => (tensors.has(name) ? [[name, tensors.get(name)!.values] as const] : []));
  return { network, parameters: new Map(present) };
}

/** The last block that the head reads. */
export function deepestBlock({ head: { depths = [] } }: RunNetwork): string {
  const read = blocks.filter(({ name }) => depths.includes(name));
  return (read.at(-1) ?? blocks.at(-1)!).name;
}
