// Pixels of a picture file or of a camera's frame, as training sees them: upright, in sRGB, transparency on white. A file
// that is no picture, a damaged one and a huge one are refused in words, and nothing is scaled: the model does that itself.

import { pixelLimit, placeTile, tileEdge, tilesOf } from "./pixels.js";
import { problems } from "./words.js";

/**
 * @typedef {object} Pixels
 * @property {number} width
 * @property {number} height
 * @property {Uint8Array} rgb - `[height, width, 3]`
 */

/** A problem in words that are meant for the person in front of the page. */
export class PictureProblem extends Error {}

/**
 * @param {Blob} file
 * @param {string} name
 * @param {string} url - of the same file, for an image element
 * @returns {Promise<Pixels>}
 * @throws {PictureProblem}
 */
export async function pixelsOfFile(file, name, url) {
  // an image element knows its size before its pixels are decoded, so a huge picture costs nothing
  const image = await imageFrom(url);
  if (image === null || file.type === "image/svg+xml") throw new PictureProblem(problems.noPicture(name));
  const { naturalWidth, naturalHeight } = image;
  if (naturalWidth * naturalHeight > pixelLimit)
    throw new PictureProblem(problems.tooLarge(name, naturalWidth, naturalHeight));
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => {
    throw new PictureProblem(problems.damaged(name));
  });
  try {
    return read(bitmap, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
}

/**
 * The frame that a video shows now.
 *
 * @param {HTMLVideoElement} video
 * @returns {Pixels}
 */
export function pixelsOfFrame(video) {
  return read(video, video.videoWidth, video.videoHeight);
}

/**
 * @param {string} url
 * @returns {Promise<HTMLImageElement | null>} null when it is no picture
 */
function imageFrom(url) {
  const image = new Image();
  return new Promise((resolve) => {
    image.onload = () => resolve(image);
    image.onerror = () => resolve(null);
    image.src = url;
  });
}

/**
 * @param {CanvasImageSource} source
 * @param {number} width
 * @param {number} height
 * @returns {Pixels}
 */
function read(source, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.min(width, tileEdge);
  canvas.height = Math.min(height, tileEdge);
  // in main memory, where the colours of a picture come back as they went in
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (context === null) throw new Error("this browser gives no canvas");
  context.imageSmoothingEnabled = false;
  context.fillStyle = "#fff";
  const rgb = new Uint8Array(width * height * 3);
  for (const tile of tilesOf(width, height)) {
    context.fillRect(0, 0, tile.width, tile.height);
    context.drawImage(source, -tile.left, -tile.top);
    placeTile(rgb, width, tile, context.getImageData(0, 0, tile.width, tile.height).data);
  }
  return { width, height, rgb };
}
