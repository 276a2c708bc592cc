import { describe, expect, test } from "vitest";
import { placeTile, tilesOf } from "./pixels.js";

describe("tiles", () => {
  test.each([
    [1, 1, 1],
    [2048, 2048, 1],
    [2049, 2048, 2],
    [5000, 4097, 9],
  ])("of %i x %i pixels are %i", (width, height, count) => expect(tilesOf(width, height)).toHaveLength(count));

  test.each([
    [7, 5, 3],
    [6, 6, 3],
    [1, 9, 4],
  ])("put together are the picture of %i x %i, its alpha left out", (width, height, edge) => {
    const value = (x: number, y: number, channel: number) => (x * 31 + y * 7 + channel * 3) % 256;
    const rgb = new Uint8Array(width * height * 3);
    for (const tile of tilesOf(width, height, edge)) {
      const rgba = new Uint8ClampedArray(tile.width * tile.height * 4).map((_, at) => {
        const [pixel, channel] = [Math.floor(at / 4), at % 4];
        const [x, y] = [pixel % tile.width, Math.floor(pixel / tile.width)];
        return channel === 3 ? 255 : value(tile.left + x, tile.top + y, channel);
      });
      placeTile(rgb, width, tile, rgba);
    }
    expect(rgb).toEqual(
      new Uint8Array(rgb.length).map((_, at) => {
        const pixel = Math.floor(at / 3);
        return value(pixel % width, Math.floor(pixel / width), at % 3);
      }),
    );
  });
});
