// What is known of a picture once it has been decoded: enough to tell whether something is odd about it and which other
// pictures look the same, and small enough to be kept. Says what is; what of it is a fault is audit.ts's business.

import type { RgbImage } from "./decode.ts";
import { entropy, glanceAt, luminance, quantile } from "./glance.ts";
import { hashedSide, perceptualHash } from "./perceptual-hash.ts";
import type { PictureKind } from "./picture-kind.ts";

export interface PictureFacts {
  /** Upright, in pixels. */
  readonly width: number;
  readonly height: number;
  /** By the first bytes of the file; null where they announce none that is known. */
  readonly kind: PictureKind | null;
  /** What the decoder had to change, in its words. */
  readonly notes: readonly string[];
  /** Luminance from 0 to 255 which 5 % of the pixels, and which 99 % of them, do not exceed. */
  readonly darkest: number;
  readonly brightest: number;
  /** Of the luminance, in bits. */
  readonly entropy: number;
  /** Perceptual hashes of the picture and of its mirror image, 16 hexadecimal digits each. */
  readonly hash: string;
  readonly mirrored: string;
  /** `[8, 8, 3]` mean colours as bytes, in base64. */
  readonly thumbnail: string;
}

/** Rises whenever the same picture has other facts than before, so that none that are kept are taken for them. */
export const factsVersion = 1;

/** Height and width of a thumbnail. */
export const thumbnailSide = 8;

export function factsOf(image: RgbImage): PictureFacts {
  const { colours, histogram } = glanceAt(image, hashedSide);
  const grid = new Float64Array(hashedSide ** 2);
  for (let i = 0; i < grid.length; i++) {
    grid[i] = luminance(colours[i * 3]!, colours[i * 3 + 1]!, colours[i * 3 + 2]!);
  }
  return {
    width: image.width,
    height: image.height,
    kind: image.kind,
    notes: image.notes,
    darkest: quantile(histogram, 0.05),
    brightest: quantile(histogram, 0.99),
    entropy: Number(entropy(histogram).toFixed(3)),
    ...perceptualHash(grid),
    thumbnail: Buffer.from(shrunk(colours)).toString("base64"),
  };
}

/** `[32, 32, 3]` to `[8, 8, 3]`, rounded. */
function shrunk(colours: Float64Array): Uint8Array {
  const step = hashedSide / thumbnailSide;
  const means = new Float64Array(thumbnailSide ** 2 * 3);
  for (let y = 0; y < hashedSide; y++)
    for (let x = 0; x < hashedSide; x++)
      for (let c = 0; c < 3; c++) {
        const to = (Math.floor(y / step) * thumbnailSide + Math.floor(x / step)) * 3 + c;
        means[to]! += colours[(y * hashedSide + x) * 3 + c]! / step ** 2;
      }
  return Uint8Array.from(means, Math.round);
}
