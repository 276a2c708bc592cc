// The strategies that are compared: every one that a user could try by hand, and the one that is chosen for the user.

import { epochsFor } from "../src/advise/space.ts";
import { featureExtraction, fineTuning, hybrid, type RetrainOptions } from "../src/index.ts";
import { options } from "../src/options.ts";

export interface Candidate {
  readonly name: string;
  readonly strategy: NonNullable<RetrainOptions["strategy"]>;
}

export interface TableOptions {
  /** Hybrid strategies at a smaller and a larger learning rate too. */
  readonly full: boolean;
  /** The strategy that is chosen from the data, after all others. */
  readonly auto: boolean;
  /** Pictures to learn from: strategies get as many epochs as the adviser gives its last trials. */
  readonly images?: number;
}

export const chosenByData = "auto" as const;

/** What learns in the second stage of the hybrid strategies. */
const depths = ["50 layers", "from mixed_7b", "from mixed_6b", "from mixed_5a", "from mixed_4a", "all"] as const;

/** Learning rates of the second stage beside the usual one. */
const otherRates = [3e-4, 3e-3] as const;

export function strategyTable({ full, auto, images = 1000 }: TableOptions): readonly Candidate[] {
  const epochs = epochsFor(images, options.batchSize.default);
  const headRate = hybrid().stages[0]!.learningRate;
  const atRate = (unfreeze: string, rate: number): Candidate => ({
    name: `${nameOf(unfreeze)}-at-${rate}`,
    strategy: hybrid({ unfreeze, learningRate: [headRate, rate], epochs: [5, epochs] }),
  });
  return [
    { name: "feature-extraction", strategy: featureExtraction({ epochs: 30 }) },
    { name: "fine-tuning", strategy: fineTuning({ epochs }) },
    ...depths.map((unfreeze) => ({ name: nameOf(unfreeze), strategy: hybrid({ unfreeze, epochs: [5, epochs] }) })),
    ...(full ? otherRates.flatMap((rate) => depths.map((unfreeze) => atRate(unfreeze, rate))) : []),
    ...(auto ? [{ name: chosenByData, strategy: chosenByData }] : []),
  ];
}

/** hybrid-50-layers, hybrid-mixed_7b, hybrid-all: names that need no quotes on a command line. */
function nameOf(unfreeze: string): string {
  return `hybrid-${unfreeze.replace(/^from /, "").replaceAll(" ", "-")}`;
}
