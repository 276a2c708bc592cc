// TrivialAugmentWide (Müller and Hutter, 2021) as torchvision has it: one operation of fourteen, drawn evenly, at one of 31
// strengths, drawn evenly, and to either side where there are two.

import type { Stream } from "../../random.ts";
import type { Pixels } from "../resize.ts";
import { adjustBrightness, adjustColour, adjustContrast, adjustSharpness } from "./enhance.ts";
import { autoContrast, equalize, posterize, solarize } from "./tone.ts";
import { type Colour, rotate, shearX, shearY, translate } from "./warp.ts";

interface Operation {
  /** Strength in bin 0 to 30; absent where there is nothing to choose. */
  readonly strength?: (bin: number) => number;
  /** Whether the strength may also be negative. */
  readonly signed?: true;
  readonly apply: (image: Pixels, strength: number, fill: Colour) => Pixels;
}

const bins = 31;

/** Even steps from 0 to `most`, rounded to float32 as torch.linspace does it: from the nearer end. */
function upTo(most: number): (bin: number) => number {
  const end = Math.fround(most);
  const step = Math.fround(end / (bins - 1));
  return (bin) => Math.fround(bin < (bins - 1) / 2 ? step * bin : end - step * (bins - 1 - bin));
}

export const operations = {
  Identity: { apply: (image) => image },
  ShearX: { strength: upTo(0.99), signed: true, apply: shearX },
  ShearY: { strength: upTo(0.99), signed: true, apply: shearY },
  TranslateX: {
    strength: upTo(32),
    signed: true,
    apply: (image, by, fill) => translate(image, Math.trunc(by), 0, fill),
  },
  TranslateY: {
    strength: upTo(32),
    signed: true,
    apply: (image, by, fill) => translate(image, 0, Math.trunc(by), fill),
  },
  Rotate: { strength: upTo(135), signed: true, apply: rotate },
  Brightness: { strength: upTo(0.99), signed: true, apply: (image, by) => adjustBrightness(image, 1 + by) },
  Color: { strength: upTo(0.99), signed: true, apply: (image, by) => adjustColour(image, 1 + by) },
  Contrast: { strength: upTo(0.99), signed: true, apply: (image, by) => adjustContrast(image, 1 + by) },
  Sharpness: { strength: upTo(0.99), signed: true, apply: (image, by) => adjustSharpness(image, 1 + by) },
  Posterize: { strength: (bin) => 8 - Math.round((6 * bin) / (bins - 1)), apply: posterize },
  Solarize: { strength: (bin) => 255 - upTo(255)(bin), apply: solarize },
  AutoContrast: { apply: autoContrast },
  Equalize: { apply: equalize },
} as const satisfies Readonly<Record<string, Operation>>;

const drawn: readonly Operation[] = Object.values(operations);

/**
 * One operation on the picture.
 *
 * @param fill - what shows where a picture has been moved away
 */
export function trivialAugment(image: Pixels, fill: Colour, random: Stream): Pixels {
  const { strength, signed, apply } = drawn[Math.floor(random() * drawn.length)]!;
  const size = strength === undefined ? 0 : strength(Math.floor(random() * bins));
  return apply(image, signed === true && random() < 0.5 ? -size : size, fill);
}
