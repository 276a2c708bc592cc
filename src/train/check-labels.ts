// Pictures whose label is probably wrong: linear heads on what the frozen network makes of all pictures, each judged by heads
// that have not seen it. Done before anything learns, since a network that has learnt a wrong label by heart agrees with it.
// It reports, and leaves nothing out.

import { decodeFloat16 } from "../float16.ts";
import { fitHead } from "../head/fit-head.ts";
import { type LabelIssue, labelIssues } from "../head/label-issues.ts";
import { accuracy } from "../metrics.ts";
import type { Kept } from "./keep.ts";
import type { OpenRun } from "./open-run.ts";
import { readLabelCheck } from "./run-folder.ts";
import { plainView, type RunImage } from "./views.ts";

export interface SuspectLabel {
  readonly name: string;
  readonly truth: string;
  /** The class that the heads say with confidence. */
  readonly suggested: string;
  /** Probability of its label. */
  readonly confidence: number;
  /** (p of its label - largest p of another class + 1) / 2: 0 where the heads are sure of another class, 1 of the label. */
  readonly margin: number;
}

export interface LabelCheck {
  /** Pictures that were checked: those to learn from and those held back. */
  readonly checked: number;
  /** Share of them whose label is what the heads say. The lower it is, the more suspects are labelled right after all. */
  readonly agreement: number;
  /** The least probable label first, at most 200. */
  readonly found: readonly SuspectLabel[];
  /** Why none were checked, in words; null where they were. */
  readonly reason: string | null;
}

/** What is checked: a row of features for each image. */
export interface LabelledFeatures {
  /** Row-major [images, width]. */
  readonly features: Float32Array;
  readonly images: readonly RunImage[];
  readonly classes: readonly string[];
}

/** In a class with fewer pictures than folds some heads have never seen it, and all would be suspects. */
const folds = 5;
const mostFound = 200;
/** So many pictures, and multiplications of one pass over them, take a few seconds. */
const mostImages = 20_000;
const mostProducts = 2 ** 30;
/** Of the penalty, far apart, since rows that are held back choose one: none lets a head follow every wrong label. */
const strengths = [1000, 200, 40, 8, 2];
/**
 * Another class is at least so many times as probable as a suspect's label. Where labels were planted wrong in photos, this and
 * the order by the label's own probability found more of them than the order by the margin did.
 */
const timesAsProbable = 10;

/**
 * Checks the labels of a run and puts what is found into its folder, where it is there for a run that goes on later.
 *
 * @param boundary - where the first stage is cut
 * @param kept - its rows, of the network as it was before anything learnt
 */
export async function checkLabelsOnce(open: OpenRun, boundary: string, kept: Kept | undefined): Promise<void> {
  if (kept === undefined || boundary !== "pooled")
    await writeOnce(open, async () =>
      noLabelCheck("labels are checked where the head learns alone at first, and here it does not"),
    );
  else await checkLabelsBy(open, (images) => featuresIn(kept, images));
}

/** The same by features of the caller's, of the network as it was before anything learnt. */
export async function checkLabelsBy(
  open: OpenRun,
  featuresOf: (images: readonly RunImage[]) => Promise<Float32Array>,
): Promise<void> {
  const { data, config } = open;
  const images = [...data.train, ...data.validation];
  await writeOnce(open, async () =>
    images.length > mostImages
      ? tooMany(images, data.classes)
      : await checkLabels({ features: await featuresOf(images), images, classes: data.classes }, config),
  );
}

async function writeOnce({ folder }: OpenRun, check: () => Promise<LabelCheck>): Promise<void> {
  if ((await readLabelCheck(folder.path)) !== undefined) return;
  await folder.writeJson("label-check.json", await check());
}

async function featuresIn(kept: Kept, images: readonly RunImage[]): Promise<Float32Array> {
  const rows = await kept.read(images.map(plainView));
  return rows instanceof Uint16Array ? decodeFloat16(rows) : (rows as Float32Array);
}

export function noLabelCheck(reason: string): LabelCheck {
  return { checked: 0, agreement: 0, found: [], reason };
}

function tooMany(images: readonly RunImage[], classes: readonly string[]): LabelCheck {
  return noLabelCheck(`${images.length} pictures of ${classes.length} classes would take too long`);
}

/** @param threads - of the engine */
export async function checkLabels(
  { features, images, classes }: LabelledFeatures,
  { threads, seed }: { readonly threads: number; readonly seed: number },
): Promise<LabelCheck> {
  const labels = images.map(({ label }) => label);
  const sizes = classes.map((_, k) => labels.filter((label) => label === k).length);
  const width = features.length / Math.max(1, images.length);
  if (sizes.filter((size) => size >= folds).length < 2)
    return noLabelCheck(`no two classes have ${folds} pictures or more`);
  if (features.length * classes.length > mostProducts) return tooMany(images, classes);
  const { outOfFold: probabilities } = await fitHead(
    { features, width, labels, classes: classes.length },
    {
      ...{ strengths, folds, seed, threads, tolerance: 1e-3, iterations: 60 },
      groups: images.map(({ hash }) => hash),
    },
  );
  const outside = { probabilities, labels, classes: classes.length };
  const found = labelIssues(outside)
    .issues.filter((issue) => isImprobable(issue) && sizes[issue.label]! >= folds)
    .sort((left, right) => left.confidence - right.confidence || left.row - right.row)
    .slice(0, mostFound)
    .map(({ row, label, suggested, confidence, margin }): SuspectLabel => {
      return { name: images[row]!.name, truth: classes[label]!, suggested: classes[suggested]!, confidence, margin };
    });
  return { checked: images.length, agreement: accuracy(outside), found, reason: null };
}

function isImprobable({ confidence, margin }: LabelIssue): boolean {
  const ofAnother = confidence + 1 - 2 * margin;
  return confidence * timesAsProbable < ofAnother;
}
