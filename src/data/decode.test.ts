import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import fixture from "../../test/fixtures/preprocessing.json" with { type: "json" };
import { inceptionInput } from "../input-format.ts";
import { decodeImage, pngOf, thumbnailOf } from "./decode.ts";
import { evaluationView } from "./view.ts";

const fixtures = new URL("../../test/fixtures/", import.meta.url);
const pathOf = (file: string) => fileURLToPath(new URL(file, fixtures));
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Which of the fixture's ways to read a file is ours, and what we note about it. */
const policy: Record<string, { variant: string; notes: readonly string[] }> = {
  "cmyk-320x360.jpg": { variant: "pillow", notes: ["converted from CMYK without a profile"] },
  "exif6-400x300.jpg": { variant: "upright", notes: ["turned upright"] },
  "gradient-640x480.png": { variant: "rgb", notes: [] },
  "gray-500x333.png": { variant: "rgb", notes: [] },
  "gray16-360x345.png": { variant: "scaled", notes: ["16 bits reduced to 8"] },
  "palette-alpha-350x420.png": { variant: "on-white", notes: ["transparency put on white"] },
  "small-120x90.jpg": { variant: "rgb", notes: [] },
  "stripes-300x500.jpg": { variant: "rgb", notes: [] },
  "text-341x341.png": { variant: "rgb", notes: [] },
};

describe("pixels are those of Pillow, to the last bit", () => {
  for (const { file, variants } of fixture.images) {
    const { variant, notes } = policy[file.replace("images/", "")]!;
    test(`${file}, ${variant}`, async () => {
      const expected = variants.find(({ id }) => id === variant)!.pixels;
      const image = await decodeImage(pathOf(file));
      expect([image.width, image.height]).toEqual(expected.size);
      expect(expected.indices.map((i) => image.pixels[i])).toEqual(expected.values);
      expect(sha256(image.pixels)).toBe(expected.sha256);
      expect(image.notes).toEqual(notes);
    });
  }
});

const gradient = pathOf("images/gradient-640x480.png");

describe("what a file carries besides pixels", () => {
  test("a path and its bytes give the same", async () => {
    const [fromPath, fromBytes] = [await decodeImage(gradient), await decodeImage(readFileSync(gradient))];
    expect(sha256(fromBytes.pixels)).toBe(sha256(fromPath.pixels));
  });

  test("an sRGB profile changes nothing", async () => {
    const tagged = await sharp(gradient).withIccProfile("srgb").png().toBuffer();
    const image = await decodeImage(tagged);
    expect((await sharp(tagged).metadata()).hasProfile).toBe(true);
    expect(image.notes).toEqual([]);
    expect(sha256(image.pixels)).toBe(sha256((await decodeImage(gradient)).pixels));
  });

  test("a wide profile is converted, so that the colours stay", async () => {
    const tagged = await sharp(gradient).withIccProfile("p3").png().toBuffer();
    const [wide, plain] = [await decodeImage(tagged), await decodeImage(gradient)];
    const stored = await sharp(tagged, { ignoreIcc: true }).raw().toBuffer();
    expect(wide.notes).toEqual(["converted from its colour profile to sRGB"]);
    expect(meanDistance(wide.pixels, plain.pixels)).toBeLessThan(0.5);
    expect(meanDistance(stored, plain.pixels)).toBeGreaterThan(5);
  });

  test("CMYK with a profile is converted by it", async () => {
    const tagged = await sharp(gradient).toColourspace("cmyk").withIccProfile("cmyk").jpeg({ quality: 100 }).toBuffer();
    const [inks, plain] = [await decodeImage(tagged), await decodeImage(gradient)];
    expect((await sharp(tagged).metadata()).space).toBe("cmyk");
    expect(inks.notes).toEqual(["converted from its colour profile to sRGB"]);
    expect(meanDistance(inks.pixels, plain.pixels)).toBeLessThan(25);
  });

  test("12 bits stored in 16 are noted", async () => {
    const dark = new Uint16Array(64 * 64 * 3).map((_, i) => (i * 37) % 4096);
    const raw = { width: 64, height: 64, channels: 3 } as const;
    const image = await decodeImage(await sharp(dark, { raw }).toColourspace("rgb16").png().toBuffer());
    expect(image.notes).toEqual(["16 bits reduced to 8", "very dark: only 12 of its 16 bits are used"]);
    expect(Array.from(image.pixels)).toEqual(Array.from(dark, (value) => value >> 8));
  });

  test("16 bits with a profile stay as they are, and it is said", async () => {
    const bright = new Uint16Array(64 * 64 * 3).map((_, i) => (i * 977) & 0xffff);
    const raw = { width: 64, height: 64, channels: 3 } as const;
    const tagged = sharp(bright, { raw }).withIccProfile("p3").toColourspace("rgb16").png();
    const image = await decodeImage(await tagged.toBuffer());
    expect(image.notes).toEqual(["16 bits reduced to 8", "its colour profile was not used"]);
    expect(image.pixels.length).toBe(bright.length);
  });

  test("alpha that hides nothing is not worth a note", async () => {
    const image = await decodeImage(await sharp(gradient).ensureAlpha(1).png().toBuffer());
    expect(image.notes).toEqual([]);
    expect(sha256(image.pixels)).toBe(sha256((await decodeImage(gradient)).pixels));
  });

  test("gray with alpha has three channels", async () => {
    const gray = sharp(pathOf("images/gray-500x333.png")).ensureAlpha(0.5).toColourspace("b-w");
    const image = await decodeImage(await gray.png().toBuffer());
    expect(image.pixels.length).toBe(500 * 333 * 3);
    expect(image.notes).toEqual(["transparency put on white"]);
  });

  test("of several pictures in a file the first is taken", async () => {
    const frames = Buffer.concat([Buffer.alloc(32 * 32 * 3, 0), Buffer.alloc(32 * 32 * 3, 255)]);
    const moving = sharp(frames, { raw: { width: 32, height: 64, channels: 3, pageHeight: 32 } });
    const image = await decodeImage(await moving.gif({ delay: [100, 100] }).toBuffer());
    expect(image.notes).toEqual(["the first of 2 pictures in the file"]);
    expect([image.width, image.height, Math.max(...image.pixels)]).toEqual([32, 32, 0]);
  });
});

describe("every format that is promised is read", () => {
  for (const format of ["jpeg", "png", "webp", "gif", "tiff", "avif"] as const) {
    test(format, async () => {
      const image = await decodeImage(await sharp(gradient).resize(64).toFormat(format).toBuffer());
      expect([image.width, image.height, image.pixels.length]).toEqual([64, 48, 64 * 48 * 3]);
    });
  }
});

describe("what cannot be read is refused", () => {
  const jpeg = readFileSync(pathOf("images/small-120x90.jpg"));
  const claims: Record<string, { bytes: Uint8Array; reason: string | RegExp }> = {
    "an empty file": { bytes: new Uint8Array(0), reason: "it is empty" },
    "a text": { bytes: Buffer.from("<html>404</html>"), reason: "it is no picture" },
    "SVG, a program": { bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), reason: "it is SVG" },
    "a portable pixmap": { bytes: Buffer.from("P6 2 2 255 abcdefghijkl"), reason: "it is no picture" },
    "a JPEG without its last 20 bytes": {
      bytes: jpeg.subarray(0, -20),
      reason: "it ends too early: only the beginning of the JPEG is there",
    },
    "a JPEG cut after its head": { bytes: jpeg.subarray(0, 40), reason: /premature end|only the beginning/ },
  };
  for (const [claim, { bytes, reason }] of Object.entries(claims)) {
    test(claim, async () => {
      const answer = decodeImage(bytes, "cat/1.jpg");
      await expect(answer).rejects.toMatchObject({ code: "data/unreadable" });
      await expect(answer).rejects.toThrow(reason);
      await expect(answer).rejects.toThrow('the picture "cat/1.jpg" cannot be read');
    });
  }

  test("a file that is not there", async () => {
    await expect(decodeImage("/no/such.jpg")).rejects.toThrow('data/unreadable: the picture "/no/such.jpg"');
  });

  test("a bomb, before it is decoded", async () => {
    const side = 17_000;
    const bomb = sharp({
      create: { width: side, height: side, channels: 3, background: "black" },
      limitInputPixels: false,
    });
    const header = (await bomb.extract({ left: 0, top: 0, width: 8, height: 8 }).png().toBuffer()).subarray(0, 33);
    new DataView(header.buffer, header.byteOffset).setUint32(16, side);
    new DataView(header.buffer, header.byteOffset).setUint32(20, side);
    header.writeUInt32BE(crc32(header.subarray(12, 29)), 29);
    const file = Buffer.concat([header, (await sharp(gradient).png().toBuffer()).subarray(33)]);
    await expect(decodeImage(file)).rejects.toMatchObject({ code: "data/too-many-pixels" });
  });

  test("random damage ends in pixels or in one clear error, never otherwise", { timeout: 30_000 }, async () => {
    const damage = fc.record({
      at: fc.nat(jpeg.length - 1),
      value: fc.nat(255),
      length: fc.integer({ min: 1, max: jpeg.length }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ at, value, length }) => {
        const bytes = Uint8Array.from(jpeg.subarray(0, length));
        if (at < length) bytes[at] = value;
        const code = await decodeImage(bytes).then(
          ({ width, height, pixels }) => (pixels.length === width * height * 3 ? "pixels" : "other"),
          (error: { code?: string }) => error.code,
        );
        expect(code).toBeOneOf(["pixels", "data/unreadable", "data/too-many-pixels"]);
      }),
      { numRuns: 150 },
    );
  });
});

function meanDistance(left: Uint8Array, right: Uint8Array): number {
  return left.reduce((sum, value, i) => sum + Math.abs(value - right[i]!), 0) / left.length;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

describe("a thumbnail", () => {
  const edge = 100;

  /** Mean of each colour over squares of ten pixels: what is finer than that differs with the way of resizing. */
  const coarse = (pixels: Uint8Array) => {
    const sums = new Float64Array(300);
    for (const [i, value] of pixels.entries()) {
      const [x, y] = [Math.floor(i / 3) % edge, Math.floor(i / 3 / edge)];
      sums[(Math.floor(y / 10) * 10 + Math.floor(x / 10)) * 3 + (i % 3)]! += value / 100;
    }
    return sums;
  };

  test.each(fixture.images.map(({ file }) => file))("of %s shows what the network sees", async (file) => {
    const bytes = readFileSync(pathOf(file));
    const seen = evaluationView(await decodeImage(bytes), { ...inceptionInput, size: edge });
    const small = await decodeImage(await thumbnailOf(bytes, edge, inceptionInput.crop, file));
    expect([small.width, small.height, small.kind]).toEqual([edge, edge, "WebP"]);
    const [wanted, shown] = [coarse(seen), coarse(small.pixels)];
    const apart = wanted.reduce((total, value, i) => total + Math.abs(value - shown[i]!), 0) / wanted.length;
    expect(apart).toBeLessThan(4);
  });

  test("of what is no picture is refused in words", async () => {
    await expect(thumbnailOf(Buffer.from("no"), edge, 1, "no.jpg")).rejects.toThrow("data/unreadable");
  });
});

test("pixels of our own come back out of a PNG", async () => {
  const rgba = Uint8Array.from({ length: 24 }, (_, i) => (i % 4 === 3 ? 255 : 10 * i));
  const { data } = await sharp(await pngOf(rgba, 3, 2))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(Uint8Array.from(data)).toEqual(rgba);
  const { width, height } = await sharp(await pngOf(rgba, 3, 2, 4)).metadata();
  expect([width, height]).toEqual([12, 8]);
});
