// Pull towards where a parameter began, apart from the gradient: L2-SP (Li, Grandvalet and Davoine, 2018) in the decoupled
// form that AdamW gave to weight decay, which an optimizer's own scaling does not touch.

import type { FloatArray } from "./rule.ts";

/**
 * w ← w - share · (w - origin), in place.
 *
 * @param origin - zero where nothing is given
 * @param share - in [0, 1]: 0 changes nothing, 1 goes all the way
 */
export function pullBack(parameter: FloatArray, origin: FloatArray | undefined, share: number): void {
  if (origin === undefined) {
    for (let i = 0; i < parameter.length; i++) parameter[i] = parameter[i]! - share * parameter[i]!;
    return;
  }
  for (let i = 0; i < parameter.length; i++) parameter[i] = parameter[i]! - share * (parameter[i]! - origin[i]!);
}
