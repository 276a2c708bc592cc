// From a picture to the square of pixels that a network sees: the fixed view for evaluation, random ones for training.
// Bytes in, bytes out; the network's program normalises them.

import { type InputFormat, resizedShortSide } from "../input-format.ts";
import type { Stream } from "../random.ts";
import { type Augmentation, changed, tiers } from "./augment.ts";
import { type Box, type Pixels, resize } from "./resize.ts";

const narrowest = 3 / 4;
const widest = 4 / 3;
const attempts = 10;

/** Where evaluation looks: the size after the resize, and the upper left corner of the square cut from it. */
export interface EvaluationPlan {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
}

/**
 * timm's evaluation transform (torchvision's Resize and CenterCrop): the short side becomes floor(size / crop), the long
 * side int(short * long / short), and a square is cut at round((side - size) / 2), halves to even.
 */
export function evaluationPlan(width: number, height: number, format: InputFormat): EvaluationPlan {
  const short = resizedShortSide(format);
  const long = Math.trunc((short * Math.max(width, height)) / Math.min(width, height));
  const [newWidth, newHeight] = width <= height ? [short, long] : [long, short];
  const offset = (side: number) => roundHalfToEven((side - format.size) / 2);
  return { width: newWidth, height: newHeight, left: offset(newWidth), top: offset(newHeight) };
}

/**
 * The view on which a network is evaluated and with which it predicts.
 *
 * @returns `[size, size, 3]`
 */
export function evaluationView(image: Pixels, format: InputFormat): Uint8Array {
  const { width, height, left, top } = evaluationPlan(image.width, image.height, format);
  return resize(image, width, height, { window: { left, top, width: format.size, height: format.size } });
}

/**
 * A random view to learn from: a random crop, resized to the square, mirrored half of the time, and changed as much as the
 * tier asks for.
 *
 * As torchvision's RandomResizedCrop, but for the border: there the resize still sees the pixels just outside the crop.
 *
 * @returns `[size, size, 3]`
 */
export function trainingView(
  image: Pixels,
  format: InputFormat,
  random: Stream,
  augmentation: Augmentation = tiers.light,
): Uint8Array {
  const { size, mean } = format;
  const box = randomBox(image.width, image.height, augmentation.area, random);
  const cropped = resize(image, size, size, { box });
  const view = random() < 0.5 ? mirrored(cropped, size) : cropped;
  const [red, green, blue] = mean.map((share) => Math.round(share * 255));
  return changed({ width: size, height: size, pixels: view }, augmentation, [red!, green!, blue!], random).pixels;
}

/** Ten tries at a box of random area and log-uniform aspect; then the largest centred box of an allowed aspect. */
export function randomBox(width: number, height: number, area: Augmentation["area"], random: Stream): Box {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const target = width * height * between(area[0], area[1], random());
    const aspect = Math.exp(between(Math.log(narrowest), Math.log(widest), random()));
    const w = roundHalfToEven(Math.sqrt(target * aspect));
    const h = roundHalfToEven(Math.sqrt(target / aspect));
    if (w < 1 || h < 1 || w > width || h > height) continue;
    const top = Math.floor(random() * (height - h + 1));
    const left = Math.floor(random() * (width - w + 1));
    return { left, top, right: left + w, bottom: top + h };
  }
  const w = width / height > widest ? roundHalfToEven(height * widest) : width;
  const h = width / height < narrowest ? roundHalfToEven(width / narrowest) : height;
  const left = Math.floor((width - w) / 2);
  const top = Math.floor((height - h) / 2);
  return { left, top, right: left + w, bottom: top + h };
}

function between(low: number, high: number, share: number): number {
  return low + (high - low) * share;
}

/** Left and right exchanged, of `[rows, width, 3]`. */
function mirrored(view: Uint8Array, width: number): Uint8Array {
  const result = new Uint8Array(view.length);
  const stride = width * 3;
  for (let row = 0; row < view.length; row += stride) {
    for (let x = 0; x < stride; x += 3) {
      const from = row + stride - 3 - x;
      result[row + x] = view[from]!;
      result[row + x + 1] = view[from + 1]!;
      result[row + x + 2] = view[from + 2]!;
    }
  }
  return result;
}

/** Python's round. */
function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
