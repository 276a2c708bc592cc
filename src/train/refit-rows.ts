// The pictures of a finished run with the labels and on the sides that corrections give them now, from what the run has
// written down: no source is listed and no picture looked at. What an earlier correction had changed is undone first, so
// that one which was taken back since is gone.

import { applyCorrections, type CorrectionCounts } from "../data/apply-corrections.ts";
import type { Corrections } from "../data/corrections-file.ts";
import { fingerprintOf } from "../data/fingerprint.ts";
import type { Side } from "../data/sources.ts";
import type { RunAnswers } from "./answers-file.ts";
import { checkCorrected } from "./check-corrected.ts";
import type { RunData, Skipped } from "./run-data.ts";
import type { Answers } from "./stepper.ts";
import type { KnownImage } from "./views.ts";

/** A picture of the run, and where what was said of it stands. */
export interface RefitImage extends KnownImage {
  /** Row of the answers. */
  readonly row: number;
}

export interface RefitRows {
  readonly data: RunData<RefitImage>;
  readonly corrections: CorrectionCounts | null;
}

/**
 * @param corrections - undefined where they are to be left aside
 * @param skipped - what took no part in the run
 * @throws corrections/unknown-class, corrections/nothing-to-learn, corrections/nothing-to-check
 */
export function refitRows(
  { pictures, classes }: Pick<RunAnswers, "pictures" | "classes">,
  corrections: Corrections | undefined,
  skipped: readonly Skipped[],
): RefitRows {
  const said = corrections ?? { files: [], pictures: new Map(), last: null };
  const labels = new Map(classes.map((name, label) => [name, label]));
  const before = pictures.map((line, row) => ({
    ...{ name: line.name, hash: line.hash, row },
    label: labels.get(line.was?.class ?? line.class)!,
    side: line.was?.split ?? line.split,
    ...(line.weight !== undefined && { weight: line.weight }),
  }));
  const { images, skipped: excluded, counts } = applyCorrections(classes, before, said);
  const placed = images.map(({ moved, side, ...image }) => {
    const place = moved ?? side;
    return { side: place, image: moved === undefined ? image : { ...image, cameFrom: side } };
  });
  const on = (wanted: Side): readonly RefitImage[] =>
    placed.filter(({ side }) => side === wanted).map(({ image }) => image);
  const marked = placed.map(({ side, image }) => ({ ...image, split: side }));
  const data = {
    classes,
    ...{ train: on("train"), validation: on("validation"), test: on("test") },
    skipped: [...skipped, ...excluded],
    fingerprint: fingerprintOf(classes, marked),
  };
  const found = said.files.length === 0 ? null : counts;
  checkCorrected(data, found);
  return { data, corrections: found };
}

/** What was said of these pictures. */
export function answersOf({ logits, features, pictures }: RunAnswers, images: readonly RefitImage[]): Answers {
  const pick = (numbers: Float32Array) => {
    const width = numbers.length / pictures.length;
    const own = new Float32Array(images.length * width);
    for (const [i, { row }] of images.entries()) own.set(numbers.subarray(row * width, (row + 1) * width), i * width);
    return own;
  };
  return { logits: pick(logits), features: pick(features) };
}
