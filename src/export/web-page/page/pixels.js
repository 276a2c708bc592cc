// From what a canvas holds to what the model takes: bytes of red, green and blue, row after row. A large picture is read
// in tiles, because browsers limit a canvas, and some do so at 16 million pixels. Knows nothing of canvases.

/** Pictures beyond are refused, here as in training. */
export const pixelLimit = 100e6;

/** Edge of a tile in pixels. */
export const tileEdge = 2048;

/**
 * @typedef {object} Tile
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 */

/**
 * Tiles that cover a picture without overlap, from left to right, then down.
 *
 * @param {number} width
 * @param {number} height
 * @param {number} edge
 * @returns {Tile[]}
 */
export function tilesOf(width, height, edge = tileEdge) {
  /** @type {Tile[]} */
  const tiles = [];
  for (let top = 0; top < height; top += edge)
    for (let left = 0; left < width; left += edge)
      tiles.push({ left, top, width: Math.min(edge, width - left), height: Math.min(edge, height - top) });
  return tiles;
}

/**
 * Copies a tile to its place in the picture, without the alpha, which is 255 everywhere behind a white ground.
 *
 * @param {Uint8Array} rgb - the picture, `[height, width, 3]`
 * @param {number} width - of the picture
 * @param {Tile} tile
 * @param {Uint8ClampedArray} rgba - `[tile.height, tile.width, 4]`
 */
export function placeTile(rgb, width, tile, rgba) {
  let from = 0;
  for (let y = 0; y < tile.height; y++) {
    let to = ((tile.top + y) * width + tile.left) * 3;
    for (let x = 0; x < tile.width; x++, from += 4, to += 3) {
      rgb[to] = rgba[from] ?? 0;
      rgb[to + 1] = rgba[from + 1] ?? 0;
      rgb[to + 2] = rgba[from + 2] ?? 0;
    }
  }
}
