// Random erasing (Zhong et al., 2017): a rectangle of chance becomes one colour, so that no single part of a picture is
// relied on. Area and aspect as torchvision draws them.

import type { Stream } from "../../random.ts";
import type { Pixels } from "../resize.ts";
import type { Colour } from "./warp.ts";

const area = [0.02, 1 / 3] as const;
const aspect = [0.3, 3.3] as const;
const attempts = 10;

/** The picture with a rectangle of 2 to 33 % of its area in `fill`; unchanged where ten drawn ones do not fit. */
export function erase(image: Pixels, fill: Colour, random: Stream): Pixels {
  const { width, height } = image;
  const between = (low: number, high: number) => low + (high - low) * random();
  for (let attempt = 0; attempt < attempts; attempt++) {
    const wanted = width * height * between(...area);
    const ratio = Math.exp(between(Math.log(aspect[0]), Math.log(aspect[1])));
    const rows = Math.round(Math.sqrt(wanted * ratio));
    const columns = Math.round(Math.sqrt(wanted / ratio));
    if (rows >= height || columns >= width) continue;
    const top = Math.floor(random() * (height - rows + 1));
    const left = Math.floor(random() * (width - columns + 1));
    const pixels = image.pixels.slice();
    for (let y = top; y < top + rows; y++)
      for (let x = left; x < left + columns; x++) pixels.set(fill, (y * width + x) * 3);
    return { width, height, pixels };
  }
  return image;
}
