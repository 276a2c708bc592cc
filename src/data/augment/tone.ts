// Operations on a picture that look up each value in a table: posterize, solarize, autocontrast, equalize. Bit for bit those
// of Pillow's ImageOps.

import type { Pixels } from "../resize.ts";

/** Keeps the upper `bits` bits of each value, 1 to 8. */
export function posterize(image: Pixels, bits: number): Pixels {
  const mask = 0xff & ~(2 ** (8 - bits) - 1);
  const table = tableOf((value) => value & mask);
  return lookUp(image, [table, table, table]);
}

/** Inverts the values from `threshold` on. */
export function solarize(image: Pixels, threshold: number): Pixels {
  const table = tableOf((value) => (value < threshold ? value : 255 - value));
  return lookUp(image, [table, table, table]);
}

/** Stretches each channel, so that its darkest value becomes 0 and its brightest 255. */
export function autoContrast(image: Pixels): Pixels {
  const tables = histograms(image).map((histogram) => {
    const low = histogram.findIndex((count) => count > 0);
    const high = histogram.findLastIndex((count) => count > 0);
    if (high <= low) return tableOf((value) => value);
    const scale = 255 / (high - low);
    const offset = -low * scale;
    return tableOf((value) => Math.min(255, Math.max(0, Math.trunc(value * scale + offset))));
  });
  return lookUp(image, tables);
}

/** Bends each channel, so that its values spread as evenly as they can. */
export function equalize(image: Pixels): Pixels {
  const tables = histograms(image).map((histogram) => {
    const last = histogram.findLast((count) => count > 0) ?? 0;
    const step = Math.floor((image.width * image.height - last) / 255);
    if (step === 0) return tableOf((value) => value);
    let reached = Math.floor(step / 2);
    return tableOf((value) => {
      const bent = Math.floor(reached / step);
      reached += histogram[value]!;
      return Math.min(255, bent);
    });
  });
  return lookUp(image, tables);
}

/** The table of `of` at 0, 1, ... 255, asked for in this order. */
export function tableOf(of: (value: number) => number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, value) => of(value));
}

/** Every value replaced by that of its channel's table. */
export function lookUp({ width, height, pixels }: Pixels, [red, green, blue]: readonly Uint8Array[]): Pixels {
  const result = new Uint8Array(pixels.length);
  for (let i = 0; i < pixels.length; i += 3) {
    result[i] = red![pixels[i]!]!;
    result[i + 1] = green![pixels[i + 1]!]!;
    result[i + 2] = blue![pixels[i + 2]!]!;
  }
  return { width, height, pixels: result };
}

/** How often each value occurs, by channel. */
function histograms({ pixels }: Pixels): readonly Uint32Array[] {
  const counts = [0, 1, 2].map(() => new Uint32Array(256));
  for (const [channel, histogram] of counts.entries())
    for (let i = channel; i < pixels.length; i += 3) histogram[pixels[i]!]!++;
  return counts;
}
