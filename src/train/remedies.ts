// What holds a stage back from learning its pictures by heart, as options to type. Only what is not done yet and would have
// an effect in this stage is named.

import { tiers } from "../data/augment.ts";
import { blocks } from "../models/card.ts";
import { parseUnfreeze, showUnfreeze, type Unfreeze } from "../models/unfreeze.ts";
import type { RunConfig } from "./config.ts";
import { learnsFromPixels } from "./resolve-pictures.ts";
import type { Stage } from "./strategy.ts";

/**
 * One option, or some that belong together, in each line.
 *
 * @param stage - which one of the strategy's, from 0
 * @param sinceEpoch - the first epoch, from 1, in which it learnt its pictures by heart
 */
export function remediesFor(
  config: Pick<RunConfig, "strategy" | "augment" | "views" | "dropout">,
  stage: number,
  sinceEpoch: number,
): readonly string[] {
  const { stages } = config.strategy;
  const at = stages[stage]!;
  const epochs = stages.map((each, i) => (i === stage ? sinceEpoch - 1 : each.epochs));
  return [
    ...(sinceEpoch > 1 ? [`--epochs ${epochs.join(",")}`] : []),
    ...(at.patience === null ? ["--patience 3"] : []),
    ...otherPictures(at, config),
    ...(config.dropout === 0 ? ["--dropout 0.2"] : []),
    ...fewerLayers(at),
  ];
}

/** Where the trunk is kept a change of pictures is seen only if several views are. */
function otherPictures(stage: Stage, { augment, views }: Pick<RunConfig, "augment" | "views">): readonly string[] {
  const order = ["none", ...Object.keys(tiers)];
  const next = order[Math.max(order.indexOf(augment) + 1, order.indexOf("medium"))];
  const tier = next === undefined ? [] : [`--augment ${next}`];
  if (learnsFromPixels(stage) || views > 1) return tier;
  return [[...tier, "--views 4"].join(" ")];
}

/** Half of what learns besides the head. */
function fewerLayers({ unfreeze }: Stage): readonly string[] {
  const half = halfOf(parseUnfreeze(unfreeze));
  return half.count === 0 ? [] : [`--unfreeze "${showUnfreeze(half)}"`];
}

function halfOf(unfreeze: Unfreeze): Extract<Unfreeze, { readonly count: number }> {
  if ("count" in unfreeze) return { ...unfreeze, count: Math.floor(unfreeze.count / 2) };
  return { kind: "blocks", count: Math.floor(blocksOf(unfreeze) / 2) };
}

function blocksOf(unfreeze: Exclude<Unfreeze, { readonly count: number }>): number {
  if (unfreeze.kind === "none") return 0;
  if (unfreeze.kind === "all") return blocks.length;
  return blocks.length - blocks.findIndex(({ name }) => name === unfreeze.block);
}
