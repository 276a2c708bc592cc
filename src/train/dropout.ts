// Which inputs of the head's last layer are left out in a step. Drawn outside the program, under the step's own name, so
// that a resumed run draws the same.

import { stream } from "../random.ts";
import type { RunConfig } from "./config.ts";
import type { Feeds } from "./stepper.ts";

/**
 * Zeros where a unit is left out, 1 / (1 - rate) elsewhere, so that the mean stays (inverted dropout, as Keras' layer).
 *
 * @param units - inputs of the last layer
 * @param step - names the step in the whole run
 * @returns `dropout.0` [batch, units]; nothing where nothing is left out
 */
export function dropoutMasks(
  { dropout, seed }: Pick<RunConfig, "dropout" | "seed">,
  units: number,
  step: string,
  batch: number,
): Feeds {
  if (dropout === 0) return {};
  const random = stream(seed, `dropout:${step}`);
  const mask = Float32Array.from({ length: batch * units }, () => (random() < dropout ? 0 : 1 / (1 - dropout)));
  return { "dropout.0": mask };
}
