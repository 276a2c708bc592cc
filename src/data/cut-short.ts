// Whether a picture that cannot be decoded is the beginning of one: a copy or a download that stopped. Looks for the end
// that each format has; finds no other damage.

import { type PictureKind, pictureKind } from "./picture-kind.ts";

/** How the reason begins for which such a picture is refused. */
export const cutShort = "it ends too early";

/** @param bytes - of a file that the decoder has refused; of others the answer means nothing */
export function isCutShort(bytes: Uint8Array): boolean {
  const kind = pictureKind(bytes);
  return kind !== undefined && (lacksEnd[kind]?.(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)) ?? false);
}

const lacksEnd: { readonly [K in PictureKind]?: (bytes: Buffer) => boolean } = {
  // marker "end of image" behind the last "start of scan": pictures inside a picture come before that
  JPEG: (bytes) => bytes.lastIndexOf("\xff\xd9", "latin1") < Math.max(0, bytes.lastIndexOf("\xff\xda", "latin1")),
  PNG: (bytes) => !bytes.includes("IEND", 0, "latin1"),
  WebP: (bytes) => bytes.length < 12 || bytes.readUInt32LE(4) + 8 > bytes.length,
  GIF: (bytes) => bytes.findLast((byte) => byte !== 0) !== 0x3b,
  TIFF: (bytes) => bytes.length < 8 || firstDirectory(bytes) >= bytes.length,
  AVIF: (bytes) => endOfBoxes(bytes) > bytes.length,
};

function firstDirectory(bytes: Buffer): number {
  return bytes[0] === 0x49 ? bytes.readUInt32LE(4) : bytes.readUInt32BE(4);
}

/** Where the last box ends by its own word. A box of size 0 reaches to the end of the file, one of size 1 is larger. */
function endOfBoxes(bytes: Buffer): number {
  let at = 0;
  while (at + 16 <= bytes.length) {
    const size = bytes.readUInt32BE(at);
    if (size === 0) return bytes.length;
    at += size === 1 ? Math.max(16, Number(bytes.readBigUInt64BE(at + 8))) : Math.max(8, size);
  }
  return at;
}
