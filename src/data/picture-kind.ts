// What a file is by its first bytes, for files whose name does not say it. Knows a few formats that cannot be decoded, so
// that a skipped file gets a better reason than "no picture". Decodes nothing.

/** As many bytes as `pictureKind` looks at. */
export const headBytes = 16;

const decodable = ["JPEG", "PNG", "WebP", "GIF", "TIFF", "AVIF"] as const;
const others = ["BMP", "HEIC", "SVG", "JPEG XL", "Photoshop"] as const;

export type PictureKind = (typeof decodable)[number] | (typeof others)[number];

const extensions: ReadonlyMap<string, PictureKind> = new Map([
  ["jpg", "JPEG"],
  ["jpeg", "JPEG"],
  ["jpe", "JPEG"],
  ["jfif", "JPEG"],
  ["png", "PNG"],
  ["webp", "WebP"],
  ["gif", "GIF"],
  ["tif", "TIFF"],
  ["tiff", "TIFF"],
  ["avif", "AVIF"],
]);

/** Whether the name ends like that of a picture which can be decoded. */
export function namedLikePicture(name: string): boolean {
  return kindNamed(name) !== undefined;
}

/** The format which the end of a name announces; undefined where it is none that can be decoded. */
export function kindNamed(name: string): PictureKind | undefined {
  const dot = name.lastIndexOf(".");
  return dot < 0 ? undefined : extensions.get(name.slice(dot + 1).toLowerCase());
}

export function isDecodable(kind: PictureKind): boolean {
  return decodable.some((one) => one === kind);
}

/** The format which the first bytes of a file announce; undefined if none of those known here. */
export function pictureKind(head: Uint8Array): PictureKind | undefined {
  const text = String.fromCharCode(...head.subarray(0, headBytes));
  if (text.startsWith("\xff\xd8\xff")) return "JPEG";
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return "PNG";
  if (text.startsWith("RIFF") && text.slice(8, 12) === "WEBP") return "WebP";
  if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) return "GIF";
  if (/^(II[*+]\0|MM\0[*+])/.test(text)) return "TIFF";
  if (text.slice(4, 8) === "ftyp") return isoMediaKind(text.slice(8, 12));
  if (/^BM.{4}\0{4}/s.test(text)) return "BMP";
  if (text.startsWith("<svg")) return "SVG";
  if (text.startsWith("\xff\x0a") || text.startsWith("\0\0\0\x0cJXL ")) return "JPEG XL";
  if (text.startsWith("8BPS")) return "Photoshop";
  return undefined;
}

function isoMediaKind(brand: string): PictureKind | undefined {
  if (brand === "avif" || brand === "avis") return "AVIF";
  return ["heic", "heix", "hevc", "hevx", "mif1", "msf1"].includes(brand) ? "HEIC" : undefined;
}
