import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { crc32 } from "../crc32.ts";
import { shrunkPicture } from "./decode.ts";

/** Red on the left, blue on the right. */
const halves = () =>
  sharp({ create: { width: 200, height: 100, channels: 3, background: "#ff0000" } }).composite([
    { input: { create: { width: 100, height: 100, channels: 3, background: "#0000ff" } }, left: 100, top: 0 },
  ]);
const shown = async (bytes: Uint8Array, edge: number) => sharp(await shrunkPicture(bytes, edge));

describe("a picture that is shown", () => {
  test("keeps its shape, is no longer than asked, and is never made larger", async () => {
    const bytes = await halves().png().toBuffer();
    expect(await (await shown(bytes, 50)).metadata()).toMatchObject({ format: "webp", width: 50, height: 25 });
    expect(await (await shown(bytes, 900)).metadata()).toMatchObject({ width: 200, height: 100 });
  });

  test("is upright, and has nothing of what its file says about it", async () => {
    const about = { IFD0: { Copyright: "a name" }, IFD3: { GPSLatitude: "51/1 30/1 0/1" } };
    const turned = await halves().jpeg().withExif(about).withMetadata({ orientation: 6 }).toBuffer();
    const upright = await shown(turned, 80);
    const { width, height, exif, icc, xmp, orientation } = await upright.metadata();
    expect({ width, height }).toEqual({ width: 40, height: 80 });
    expect([exif, icc, xmp, orientation]).toEqual([undefined, undefined, undefined, undefined]);
    const pixels = await upright.removeAlpha().raw().toBuffer();
    expect(pixels[0]).toBeGreaterThan(200); // red on top
    expect(pixels.at(-1)).toBeGreaterThan(200);
  });

  test("is put on white where it is transparent, and is a picture of three channels whatever it was", async () => {
    const clear = await sharp({ create: { width: 8, height: 8, channels: 4, background: "#00000000" } })
      .png()
      .toBuffer();
    expect([...(await (await shown(clear, 8)).removeAlpha().raw().toBuffer())].every((value) => value > 250)).toBe(
      true,
    );
    const grey = await halves().toColourspace("b-w").png().toBuffer();
    const wide = await halves().toColourspace("rgb16").png().toBuffer();
    const inks = await halves().toColourspace("cmyk").jpeg().toBuffer();
    for (const bytes of [grey, wide, inks]) expect((await (await shown(bytes, 20)).metadata()).channels).toBe(3);
  });

  test("is refused where it is damaged, no picture, a program, or too large to be decoded", async () => {
    const jpeg = await halves().jpeg().toBuffer();
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
    );
    for (const bytes of [jpeg.subarray(0, jpeg.length / 2), Buffer.from("no picture"), svg, new Uint8Array(0)])
      await expect(shrunkPicture(bytes, 64)).rejects.toMatchObject({ code: "data/unreadable" });
    const huge = Buffer.from(await halves().png().toBuffer());
    huge.writeUInt32BE(20_000, 16);
    huge.writeUInt32BE(20_000, 20);
    huge.writeUInt32BE(crc32(huge.subarray(12, 29)), 29);
    await expect(shrunkPicture(huge, 64)).rejects.toThrow(/data\/unreadable.*exceeds pixel limit/);
  });
});
