import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { pathsOrPicture, readInput } from "./standard-input.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("a list on standard input", () => {
  test.each([
    ["a.jpg\nb c.jpg\n", ["a.jpg", "b c.jpg"]],
    ["a.jpg\r\n\r\nb.jpg", ["a.jpg", "b.jpg"]],
    ["a\nb.jpg\0c.jpg\0", ["a\nb.jpg", "c.jpg"]],
    ["größe/\u732b.png", ["größe/\u732b.png"]],
    ["", []],
  ])("%j", (text, paths) => expect(pathsOrPicture(bytes(text))).toEqual(paths));
});

describe("a picture on standard input is none", () => {
  const blank = sharp({ create: { width: 1, height: 1, channels: 3, background: "black" } });

  test.each(["jpeg", "png", "webp", "gif", "tiff", "avif"] as const)("as %s", async (format) => {
    const picture = new Uint8Array(await blank.clone().toFormat(format).toBuffer());
    expect(pathsOrPicture(picture)).toBe(picture);
  });

  test("when it comes in parts", async () => {
    const file = fileURLToPath(new URL("../../examples/PHOTOS.md", import.meta.url));
    const [half, picture] = [7, Uint8Array.from([0xff, 0xd8, 0xff, ...readFileSync(file)])];
    const parts = Readable.from([picture.subarray(0, half), picture.subarray(half)]);
    expect(await readInput(parts)).toEqual(picture);
  });
});
