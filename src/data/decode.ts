// The only door to the image decoder. Any readable picture becomes upright sRGB with 8 bits, the same way for training,
// evaluation and prediction, with a note for everything that was changed on the way. Resizes nothing and repairs nothing:
// a damaged picture is an error, never half a picture.
//
// Read are JPEG, PNG, WebP, GIF, TIFF (of both the first picture) and AVIF. The decoder's other loaders are blocked, SVG
// and PDF above all: they are programs more than pictures.
//
// - Orientation (EXIF) comes first.
// - Numbers without a colour profile, or with that of sRGB, stay as they are. Those with another profile are converted,
//   except 16-bit ones, for which the decoder would end in another space.
// - CMYK without a profile: red = (255 - C) (255 - K) / 255 and so on, as Pillow has it; with a profile, by the profile.
// - Alpha is blended on white, as Pillow's alpha_composite does it.
// - 16 bits lose the lower 8.

import { isMainThread } from "node:worker_threads";
import sharp, { type Metadata, type Sharp } from "sharp";
import { fail, ReinceptionError } from "../errors.ts";
import { isStandardRgb } from "./colour-profile.ts";
import { cutShort, isCutShort } from "./cut-short.ts";
import { fileAt } from "./locator.ts";
import { type PictureKind, pictureKind } from "./picture-kind.ts";
import { readLocated } from "./read-located.ts";
import type { Pixels } from "./resize.ts";

export interface RgbImage extends Pixels {
  /** By the first bytes of the file, whatever its name says; null where they announce none that is known. */
  readonly kind: PictureKind | null;
  /** What was changed on the way, in words. Empty for a plain RGB picture. */
  readonly notes: readonly string[];
}

/** A picture may have so many unless less is allowed. */
export const pixelLimit = 100e6;
const loaders = ["Jpeg", "Png", "Webp", "Nsgif", "Tiff", "Heif"];

// All threads of a process share the decoder, so these are said once: a thread that said them anew would block, for a
// moment, what another one is just decoding.
if (isMainThread) {
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({ operation: loaders.map((loader) => `VipsForeignLoad${loader}`) });
  sharp.concurrency(1);
  sharp.cache(false);
}

/**
 * Decodes one picture.
 *
 * The size is checked against the limit before anything is decoded.
 *
 * @param source - a path, or the bytes of a file
 * @param name - what to call it in an error
 * @param limit - of width times height, at most `pixelLimit`
 * @throws data/unreadable when the file is damaged, truncated or of another format; data/too-many-pixels
 */
export async function decodeImage(
  source: string | Uint8Array,
  name = nameOf(source),
  limit = pixelLimit,
): Promise<RgbImage> {
  const bytes = typeof source === "string" ? await readLocated(fileAt(source)) : source;
  try {
    const header = await sharp(bytes, { limitInputPixels: false }).metadata();
    const { width, height } = header;
    if (width * height > limit) fail("data/too-many-pixels", { name, width, height, limit });
    if (header.depth !== "uchar" && header.depth !== "ushort") {
      fail("data/unreadable", { name, reason: `its numbers are of type ${header.depth}, not of 8 or 16 bits` });
    }
    return { ...(await decodePixels(bytes, header)), kind: pictureKind(bytes) ?? null };
  } catch (error) {
    if (error instanceof ReinceptionError) throw error;
    fail("data/unreadable", { name, reason: reasonFor(error, bytes) });
  }
}

/**
 * The square of a picture that a network sees, small and as a WebP of its own: upright, on white, and with nothing of the file
 * but its pixels. For people to look at: it is resized by the decoder, not by the resize of training.
 *
 * @param edge - height and width, pixels
 * @param crop - the square's side as a share of the picture's short one
 * @throws data/unreadable
 */
export async function thumbnailOf(bytes: Uint8Array, edge: number, crop: number, name: string): Promise<Uint8Array> {
  const whole = Math.max(edge, Math.round(edge / crop));
  const margin = Math.floor((whole - edge) / 2);
  try {
    return await (await opened(bytes, name))
      .resize(whole, whole, { fit: "cover" })
      .extract({ left: margin, top: margin, width: edge, height: edge })
      .flatten({ background: "white" })
      .toColourspace("srgb")
      .webp({ quality: 76 })
      .toBuffer();
  } catch (error) {
    return fail("data/unreadable", { name, reason: reasonFor(error, bytes) });
  }
}

/**
 * A whole picture, at most `edge` pixels long and otherwise as `thumbnailOf`.
 *
 * @throws data/unreadable
 */
export async function shrunkPicture(bytes: Uint8Array, edge: number, name = nameOf(bytes)): Promise<Uint8Array> {
  try {
    return await (await opened(bytes, name))
      .resize(edge, edge, { fit: "inside", withoutEnlargement: true })
      .flatten({ background: "white" })
      .toColourspace("srgb")
      .webp({ quality: 80, effort: 1 })
      .toBuffer();
  } catch (error) {
    if (error instanceof ReinceptionError) throw error;
    return fail("data/unreadable", { name, reason: reasonFor(error, bytes) });
  }
}

/** Upright; in our own colours where the decoder would take others. */
async function opened(bytes: Uint8Array, name: string): Promise<Sharp> {
  const image = sharp(bytes, { limitInputPixels: pixelLimit });
  if ((await image.metadata()).space !== "cmyk") return image.autoOrient();
  const { width, height, pixels } = await decodeImage(bytes, name);
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/**
 * Pixels of our own as a PNG, `times` as wide and as high and smooth in between.
 *
 * @param rgba - [height, width, 4]: red, green, blue, opacity
 */
export async function pngOf(rgba: Uint8Array, width: number, height: number, times = 1): Promise<Uint8Array> {
  const image = sharp(rgba, { raw: { width, height, channels: 4 } });
  return image
    .resize(width * times, height * times, { kernel: "cubic", fit: "fill" })
    .png()
    .toBuffer();
}

/** What the result of `decodeImage` depends on besides the file: for keys of what is kept from it. */
export const decoderVersion = `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`;

function nameOf(source: string | Uint8Array): string {
  return typeof source === "string" ? source : `picture of ${source.length} bytes`;
}

async function decodePixels(bytes: Uint8Array, header: Metadata): Promise<Omit<RgbImage, "kind">> {
  const notes: string[] = [];
  if ((header.pages ?? 1) > 1) notes.push(`the first of ${header.pages} pictures in the file`);
  if ((header.orientation ?? 1) !== 1) notes.push("turned upright");
  const wide = header.depth === "ushort";
  const foreign = header.icc !== undefined && !isStandardRgb(header.icc);
  const open = () => sharp(bytes, { failOn: "warning", limitInputPixels: pixelLimit, ignoreIcc: wide || !foreign });
  if (wide) notes.push(...(await notesOnDepth(open())));
  if (foreign) notes.push(wide ? "its colour profile was not used" : "converted from its colour profile to sRGB");

  const inks = header.space === "cmyk" && !foreign;
  const upright = open().autoOrient();
  const converted = inks ? upright.pipelineColourspace("cmyk").toColourspace("cmyk") : upright.toColourspace("srgb");
  const { data, info } = await converted.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  if (inks)
    return { width, height, pixels: fromInks(data), notes: [...notes, "converted from CMYK without a profile"] };
  if (info.channels === 4) {
    const opaque = data.every((value, i) => i % 4 !== 3 || value === 255);
    return { width, height, pixels: onWhite(data), notes: opaque ? notes : [...notes, "transparency put on white"] };
  }
  if (info.channels !== 3) throw new Error(`it has ${info.channels} channels`);
  return { width, height, pixels: new Uint8Array(data.buffer, data.byteOffset, data.length), notes };
}

/** 12 bits stored in 16 come out nearly black; that is the user's to know. */
async function notesOnDepth(image: Sharp): Promise<readonly string[]> {
  const { channels } = await image.stats();
  const largest = Math.max(...channels.slice(0, 3).map(({ max }) => max));
  const bits = [12, 14].find((one) => largest < 2 ** one);
  return ["16 bits reduced to 8", ...(bits === undefined ? [] : [`very dark: only ${bits} of its 16 bits are used`])];
}

/** `[pixels, 4]` cyan, magenta, yellow, black to `[pixels, 3]`. */
function fromInks(inks: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((inks.length / 4) * 3);
  for (let from = 0, to = 0; from < inks.length; from += 4, to += 3) {
    const paper = 255 - inks[from + 3]!;
    for (let c = 0; c < 3; c++) rgb[to + c] = by255((255 - inks[from + c]!) * paper);
  }
  return rgb;
}

/** `[pixels, 4]` with alpha to `[pixels, 3]`: (colour alpha + 255 (255 - alpha)) / 255, in Pillow's fixed point. */
function onWhite(rgba: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  const fraction = 7;
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    const share = rgba[from + 3]! << fraction;
    const white = 255 * ((255 << fraction) - share);
    for (let c = 0; c < 3; c++) {
      const blended = rgba[from + c]! * share + white + (0x80 << fraction);
      rgb[to + c] = ((blended + (blended >> 8)) >> 8) >> fraction;
    }
  }
  return rgb;
}

/** value / 255, rounded, for 0 to 255 * 255. */
function by255(value: number): number {
  const shifted = value + 128;
  return (shifted + (shifted >> 8)) >> 8;
}

function reasonFor(error: unknown, bytes: Uint8Array): string {
  if (bytes.length === 0) return "it is empty";
  if (isCutShort(bytes)) return `${cutShort}: only the beginning of the ${pictureKind(bytes)} is there`;
  const text = error instanceof Error ? error.message : String(error);
  if (/unsupported image format/.test(text)) {
    const kind = pictureKind(bytes);
    return kind === undefined ? "it is no picture" : `it is ${kind}, or only the beginning of it is`;
  }
  return text
    .replace(/^Input buffer has corrupt header: /, "")
    .split("\n")[0]!
    .replace(/\.$/, "");
}
