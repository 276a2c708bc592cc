// Where the adviser looks, by the size of the data; or where a user wants it to look.

import type { RunConfig } from "../train/config.ts";
import type { SearchSpace } from "./search.ts";

/**
 * From few to many. What lies before is kept: with everything behind the first maps learning there is no more to gain, and
 * no picture has to be decoded twice.
 */
const amounts = ["from mixed_7b", "from mixed_6b", "from mixed_5a", "from mixed_4a"];
const rates = [1e-3, 3e-4, 3e-3];

/** Steps which a trial of the last rung takes, within these numbers of epochs. */
const steps = 260;
const epochs = { least: 8, most: 20 };
/** Of them in the first rung, and the fewest steps which say anything. */
const first = { share: 1 / 8, steps: 20 };

/** As many as a trial of the last rung takes with so many pictures to learn from. */
export function epochsFor(images: number, batchSize: number): number {
  const stepsPerEpoch = Math.ceil(images / batchSize);
  return Math.min(epochs.most, Math.max(epochs.least, Math.round(steps / stepsPerEpoch)));
}

export function spaceOf({ search, batchSize }: Pick<RunConfig, "search" | "batchSize">, images: number): SearchSpace {
  const last = epochsFor(images, batchSize);
  const enough = Math.ceil(first.steps / Math.ceil(images / batchSize));
  const early = Math.min(last, Math.max(2, enough, Math.round(last * first.share)));
  const unfreeze = search?.unfreeze ?? amounts;
  const own = search?.unfreeze !== null || search.learningRates !== null || search.epochs !== null;
  return {
    unfreeze,
    learningRates: search?.learningRates ?? (own ? [rates[0]!] : rates),
    rungs: search?.epochs ?? [early, last],
    grid: own,
  };
}
