import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { stream } from "../random.ts";
import { isCutShort } from "./cut-short.ts";
import { decodeImage } from "./decode.ts";

const random = stream(1, "noise");
const noise = Uint8Array.from({ length: 90 * 70 * 3 }, () => random() * 256);
const picture = () => sharp(noise, { raw: { width: 90, height: 70, channels: 3 } });

describe.each(["jpeg", "png", "webp", "gif", "tiff", "avif"] as const)("a %s", (format) => {
  test("that is whole is not cut short", async () => {
    expect(isCutShort(await picture().toFormat(format).toBuffer())).toBe(false);
  });

  test("that was cut anywhere is refused for that, unless all pixels are there", async () => {
    const whole = await picture().toFormat(format).toBuffer();
    const pixels = (await decodeImage(whole)).pixels;
    for (const share of [0.1, 0.35, 0.5, 0.8, 0.95]) {
      const answer = decodeImage(whole.subarray(0, Math.floor(whole.length * share)), "a picture");
      const found = await answer.then(
        (image) => image.pixels,
        (error: Error) => error.message,
      );
      if (typeof found !== "string") expect(found).toEqual(pixels);
      else if (format !== "tiff") expect(found).toMatch(/it ends too early|only the beginning/);
    }
  });
});

test("what is no picture is not the beginning of one", () => {
  expect(isCutShort(new TextEncoder().encode("no picture at all, but some text"))).toBe(false);
  expect(isCutShort(new Uint8Array())).toBe(false);
});

test("a preview inside a JPEG does not count as its end", async () => {
  const preview = await picture().resize(20).jpeg().toBuffer();
  const whole = await picture().jpeg().toBuffer();
  const length = Buffer.from([(preview.length + 2) >> 8, (preview.length + 2) & 255]);
  const head = Buffer.concat([whole.subarray(0, 2), Buffer.from([0xff, 0xe1]), length, preview]);
  expect(isCutShort(Buffer.concat([head, whole.subarray(2, 2000)]))).toBe(true);
});
