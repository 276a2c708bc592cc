// Pictures of a dataset as corrections have them. Pure; what corrections say of pictures that are not there means nothing.

import { basename } from "node:path";
import { fail } from "../errors.ts";
import type { Corrections } from "./corrections-file.ts";
import type { Skipped } from "./walk.ts";

/** How many pictures of a dataset were corrected, and in what. */
export interface CorrectionCounts {
  /** Absolute paths. */
  readonly files: readonly string[];
  /** Pictures; one can be among both of the first two. */
  readonly relabelled: number;
  readonly moved: number;
  readonly excluded: number;
  /** Pictures that corrections speak of and that are not in the data. */
  readonly missing: number;
}

/** As much of an image as corrections need to know. */
export interface Correctable {
  readonly name: string;
  /** Index into the classes. */
  readonly label: number;
  /** SHA-256 of its bytes. */
  readonly hash: string;
}

export interface CorrectedDataset<Image> {
  readonly images: readonly (Image & { readonly was?: string; readonly moved?: "train" | "validation" })[];
  /** Those that take no part. */
  readonly skipped: readonly Skipped[];
  readonly counts: CorrectionCounts;
}

const excludedBy = "excluded by ";

/** Whether a picture took no part because a correction said so. */
export function wasExcluded({ reason }: Pick<Skipped, "reason">): boolean {
  return reason.startsWith(excludedBy);
}

/** @throws corrections/unknown-class */
export function applyCorrections<Image extends Correctable>(
  classes: readonly string[],
  images: readonly Image[],
  { files, pictures }: Corrections,
): CorrectedDataset<Image> {
  const labels = new Map(classes.map((name, label) => [name, label]));
  const skipped: Skipped[] = [];
  const corrected = images.flatMap((image): CorrectedDataset<Image>["images"] => {
    const said = pictures.get(image.hash);
    if (said === undefined) return [image];
    if (said.excluded) {
      skipped.push({ path: image.name, reason: excludedBy + basename(said.file) });
      return [];
    }
    const place = `line ${said.line} of "${said.file}"`;
    const label = said.class === undefined ? image.label : labels.get(said.class);
    if (label === undefined) return fail("corrections/unknown-class", { place, class: said.class!, classes });
    const was = label === image.label ? {} : { was: classes[image.label]! };
    return [{ ...image, label, ...was, ...(said.side && { moved: said.side }) }];
  });
  const present = new Set(images.map(({ hash }) => hash));
  return {
    images: corrected,
    skipped,
    counts: {
      files,
      relabelled: corrected.filter(({ was }) => was !== undefined).length,
      moved: corrected.filter(({ moved }) => moved !== undefined).length,
      excluded: skipped.length,
      missing: [...pictures.keys()].filter((hash) => !present.has(hash)).length,
    },
  };
}
