// Mixup (Zhang et al., 2017) and cutmix (Yun et al., 2019) of a batch, as timm does them: image i is mixed with image
// batch - 1 - i, one share for the whole batch. Changes pixels; the targets follow by the same share in compile/2-loss.

import { type Stream, symmetricBeta } from "../../random.ts";

/** Parameters of the Beta distributions from which shares are drawn; 0 for never. Where both are there, each half the time. */
export interface Mixing {
  readonly mixup: number;
  readonly cutmix: number;
}

/** How a batch is mixed: all pixels by shares, or those of a rectangle wholly. */
export interface Mix {
  /** Of an image's own pixels. */
  readonly ownShare: number;
  /** First and one behind the last row and column that come from the other image. */
  readonly box?: { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number };
}

/** Draws how a batch of pictures of `size` x `size` pixels is mixed. */
export function drawMix({ mixup, cutmix }: Mixing, size: number, random: Stream): Mix {
  const cuts = cutmix > 0 && (mixup === 0 || random() < 0.5);
  const share = symmetricBeta(cuts ? cutmix : mixup, random);
  if (!cuts) return { ownShare: share };
  const side = Math.trunc(size * Math.sqrt(1 - share));
  const [centreY, centreX] = [Math.floor(random() * size), Math.floor(random() * size)];
  return cutAt(size, side, centreY, centreX);
}

/** A square around a centre; its share is corrected for what of it lies outside the picture. */
export function cutAt(size: number, side: number, centreY: number, centreX: number): Mix {
  const from = (centre: number) => Math.max(0, centre - Math.floor(side / 2));
  const to = (centre: number) => Math.min(size, centre + Math.floor((side + 1) / 2));
  const box = { top: from(centreY), bottom: to(centreY), left: from(centreX), right: to(centreX) };
  return { ownShare: 1 - ((box.bottom - box.top) * (box.right - box.left)) / (size * size), box };
}

/**
 * The mixed batch.
 *
 * @param pixels - `[batch, size, size, 3]`
 */
export function mixed(pixels: Uint8Array, size: number, { ownShare, box }: Mix): Uint8Array {
  const bytes = size * size * 3;
  const batch = pixels.length / bytes;
  const result = pixels.slice();
  for (let i = 0; i < batch; i++) {
    const other = pixels.subarray((batch - 1 - i) * bytes, (batch - i) * bytes);
    const own = result.subarray(i * bytes, (i + 1) * bytes);
    if (box === undefined) average(own, other, ownShare);
    else
      for (let y = box.top; y < box.bottom; y++) {
        const row = y * size;
        own.set(other.subarray((row + box.left) * 3, (row + box.right) * 3), (row + box.left) * 3);
      }
  }
  return result;
}

/** share · own + (1 - share) · other in float32, to the nearest whole number, halves to even. */
function average(own: Uint8Array, other: Uint8Array, share: number): void {
  const part = (of: number) => Float32Array.from({ length: 256 }, (_, value) => value * Math.fround(of));
  const [ownPart, otherPart] = [part(share), part(1 - share)];
  for (let i = 0; i < own.length; i++) {
    const sum = Math.fround(ownPart[own[i]!]! + otherPart[other[i]!]!);
    const below = Math.floor(sum);
    own[i] = sum - below === 0.5 ? below + (below & 1) : Math.round(sum);
  }
}
