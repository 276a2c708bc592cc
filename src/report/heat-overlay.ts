// A heat map as a picture to lay over another: clear where the network looks, dark where it does not, so that what it looks at
// is seen in its own colours.

import { pngOf } from "../data/decode.ts";

/** Of the night that lies over what is not looked at; of 255. */
const night = { red: 8, green: 10, blue: 28, opacity: 225 };

/** Pixels of the overlay, about: a browser that makes few pixels many shows their grid. */
const edge = 24;

/**
 * A small PNG; whoever shows it makes it as large as the picture.
 *
 * @param map - row-major [rows, columns], 0 to 1
 */
export async function heatOverlay(map: Float32Array, rows: number, columns: number): Promise<Uint8Array> {
  const { red, green, blue, opacity } = night;
  const pixels = Array.from(map, (value) => [red, green, blue, Math.round(opacity * (1 - value))]);
  const times = Math.max(1, Math.round(edge / Math.max(rows, columns)));
  return pngOf(Uint8Array.from(pixels.flat()), columns, rows, times);
}
