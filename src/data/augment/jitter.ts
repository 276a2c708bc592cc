// Colour jitter: brightness, contrast and colour, each changed by a factor of its own, one after the other in an order of
// chance, as torchvision's ColorJitter does it without a change of hue.

import { type Stream, shuffled } from "../../random.ts";
import type { Pixels } from "../resize.ts";
import { adjustBrightness, adjustColour, adjustContrast } from "./enhance.ts";

const adjustments = [adjustBrightness, adjustContrast, adjustColour];

/** @param most - factors are drawn evenly between 1 - most and 1 + most, in [0, 1] */
export function jitterColours(image: Pixels, most: number, random: Stream): Pixels {
  const factors = adjustments.map(() => 1 - most + 2 * most * random());
  const order = shuffled(adjustments.length, random);
  return order.reduce((picture, which) => adjustments[which]!(picture, factors[which]!), image);
}
