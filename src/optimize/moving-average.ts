// Moving averages of parameters, which often classify better than the parameters themselves. One array per parameter,
// changed in place after each update.

import type { FloatArray } from "./rule.ts";

export interface MovingAverage {
  /** What the average begins with: the initial parameters (PyTorch, timm), or those after the first update (Keras). */
  readonly definition: "pytorch" | "keras";
  /** Share of the average that stays at each update. Keras's own is 0.99; timm's 0.9998 suits long runs only. */
  readonly decay: number;
  /** After every so many updates the average takes the place of the parameters. Never, unless given. */
  readonly overwriteEvery?: number;
}

/** The average of a parameter that has not been updated yet. */
export function newAverage<Numbers extends FloatArray>(parameter: Numbers): Numbers {
  return parameter.slice() as Numbers;
}

/**
 * Lets the average follow: average = decay average + (1 - decay) parameter, after the update of number `step`.
 *
 * @param step - updates so far, 1 after the first
 */
export function follow(
  { definition, decay, overwriteEvery }: MovingAverage,
  { average, parameter, step }: { readonly average: FloatArray; readonly parameter: FloatArray; readonly step: number },
): void {
  const stays = definition === "keras" && step === 1 ? 0 : decay;
  const comes = 1 - stays;
  for (let i = 0; i < average.length; i++) average[i] = stays * average[i]! + comes * parameter[i]!;
  if (overwriteEvery !== undefined && step % overwriteEvery === 0) parameter.set(average);
}
