// A heat map as a picture to lay over another: clear where the network looks, dark where it does not, so that what it looks at
// is seen in its own colours.

import { pngOf } from "../data/decode.ts";

/** Of the night that lies over what is not looked at; of 255. */
const night = { red: 8, green: 10, blue: 28, opacity: 225 };

/**
 * A PNG of as many pixels as the map has numbers; whoever shows it makes it larger, smoothly.
 *
 * @param map - row-major [rows, columns], 0 to 1
 */
export async function heatOverlay(map: Float32Array, rows: number, columns: number): Promise<Uint8Array> {
  const { red, green, blue, opacity } = night;
  const pixels = Array.from(map, (value) => [red, green, blue, Math.round(opacity * (1 - value))]);
  return pngOf(Uint8Array.from(pixels.flat()), columns, rows);
}
