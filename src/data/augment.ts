// How much training views differ from their picture, in tiers. What each operation does stands in the folder beside.

import type { Stream } from "../random.ts";
import { erase } from "./augment/erase.ts";
import { jitterColours } from "./augment/jitter.ts";
import { trivialAugment } from "./augment/trivial.ts";
import type { Colour } from "./augment/warp.ts";
import type { Pixels } from "./resize.ts";

export interface Augmentation {
  /** The part of the picture's area that a crop shows, drawn uniformly between these. */
  readonly area: readonly [number, number];
  /** Largest change of brightness, contrast and colour, as a share; 0 leaves colours alone. */
  readonly jitter: number;
  /** Whether one operation of TrivialAugment is done on every view. */
  readonly trivial: boolean;
  /** Share of the views in which a rectangle is erased. */
  readonly erasing: number;
}

export type Tier = "light" | "medium" | "strong";

/** Crops of small sets keep at least a third of the picture, so that the object stays in it. */
const crop: Augmentation = { area: [0.35, 1], jitter: 0, trivial: false, erasing: 0 };

/** `light` crops and mirrors; what the others do besides stands here. */
export const tiers: Readonly<Record<Tier, Augmentation>> = {
  light: crop,
  medium: { ...crop, jitter: 0.4 },
  strong: { ...crop, trivial: true, erasing: 0.25 },
};

/**
 * What a tier does with a view after it has been cropped and mirrored. Chance is drawn only for what is asked for.
 *
 * @param fill - where a view has been moved away, or erased: the colour that the network sees as 0
 */
export function changed(
  view: Pixels,
  { jitter, trivial, erasing }: Augmentation,
  fill: Colour,
  random: Stream,
): Pixels {
  const coloured = jitter === 0 ? view : jitterColours(view, jitter, random);
  const moved = trivial ? trivialAugment(coloured, fill, random) : coloured;
  return erasing > 0 && random() < erasing ? erase(moved, fill, random) : moved;
}
