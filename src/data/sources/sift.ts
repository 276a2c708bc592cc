// Which files of a source are pictures. Looks at names, and only where those say nothing at the first bytes; whether a
// picture can be decoded is found out by whoever decodes it.

import { headBytes, isDecodable, namedLikePicture, pictureKind } from "../picture-kind.ts";
import { reasonOf, type Skipped } from "../walk.ts";
import type { SourceFile } from "./listing.ts";

/** Far beyond any photo, and still a piece of memory. */
export const largestPictureBytes = 512 * 2 ** 20;

/** Reads the first bytes of a file. */
export type HeadOf = (file: SourceFile, length: number) => Promise<Uint8Array>;

export interface Sifted {
  readonly pictures: readonly SourceFile[];
  readonly skipped: readonly Skipped[];
}

/** Parts the pictures from the other files, each of which is listed with the reason. */
export async function sift(files: readonly SourceFile[], headOf: HeadOf): Promise<Sifted> {
  const pictures: SourceFile[] = [];
  const skipped: Skipped[] = [];
  for (const file of files) {
    const reason = await whyNoPicture(file, headOf);
    if (reason === undefined) pictures.push(file);
    else skipped.push({ path: file.name, reason });
  }
  return { pictures, skipped };
}

async function whyNoPicture(file: SourceFile, headOf: HeadOf): Promise<string | undefined> {
  if (file.sizeBytes === 0) return "empty";
  if (namedLikePicture(file.parts.at(-1)!)) return tooLarge(file.sizeBytes);
  try {
    const kind = pictureKind(await headOf(file, headBytes));
    if (kind === undefined) return "no picture";
    return isDecodable(kind) ? tooLarge(file.sizeBytes) : `${kind} is not among the formats that can be read`;
  } catch (error) {
    return `cannot be opened (${reasonOf(error)})`;
  }
}

/** The reason why a picture of so many bytes is left out; undefined where it is not. */
export function tooLarge(sizeBytes: number): string | undefined {
  if (sizeBytes <= largestPictureBytes) return undefined;
  return `has ${Math.ceil(sizeBytes / 2 ** 20)} MB, more than ${largestPictureBytes / 2 ** 20}`;
}
