// Pictures of what the weights were trained on: those that are measured on, and those that are rehearsed. No picture is in
// both, and none that the run learns from is measured on.

import { fingerprintOf } from "../data/fingerprint.ts";
import { fail } from "../errors.ts";
import { stream } from "../random.ts";
import type { RunEvent } from "./events.ts";
import { examinePictures } from "./examine.ts";
import type { OpenRun } from "./open-run.ts";
import { listPictures } from "./run-data.ts";
import { type SourceClassifier, sourceClassesOf } from "./source-classifier.ts";
import type { RunImage } from "./views.ts";

/** Labels are classes of the source classifier. */
export interface SourcePictures {
  readonly measured: readonly RunImage[];
  /** Empty where no stage rehearses. */
  readonly rehearsed: readonly RunImage[];
  /** Changes with the pictures and their classes. */
  readonly fingerprint: string;
}

/** The network is asked about each of them a dozen times; which of more are taken is drawn by their content. */
const mostMeasured = 1000;

/**
 * Lists the pictures of `--source`; undefined where none are named. Those that cannot be read are passed over.
 *
 * @throws retain/no-classifier, retain/unknown-class; data/...
 */
export async function* openSource({
  config,
  base,
  data,
  views,
}: Pick<OpenRun, "config" | "base" | "data" | "views">): AsyncGenerator<RunEvent, SourcePictures | undefined> {
  const { source: paths = [], strategy, weights } = config; // runs of earlier versions name none
  if (paths.length === 0) return undefined;
  const classifier = base.source ?? fail("retain/no-classifier", { option: "--source", weights });
  const listed = yield* listPictures({ data: paths, groupBy: null, corrections: false });
  const numbers = classNumbers(classifier, listed.classes, weights);
  const { images, classes } = (yield* examinePictures(listed, views.examine)).listed;
  const labelled = images.map((image) => ({ ...image, label: numbers[image.label]! }));
  const rehearses = strategy.stages.some(({ retain }) => retain?.method === "rehearsal" && retain.strength > 0);
  const learnt = new Set(data.train.map(({ hash }) => hash));
  return { ...dividedSource(labelled, rehearses, learnt), fingerprint: fingerprintOf(classes, images) };
}

function classNumbers(classifier: SourceClassifier, names: readonly string[], weights: string): readonly number[] {
  const numbers = sourceClassesOf(classifier, names);
  const unknown = names.filter((_, i) => numbers[i] === undefined);
  if (unknown.length === 0) return numbers as readonly number[];
  const { classes, classNames, classIds } = classifier;
  const known = classNames.length > 0 ? classNames : classIds.length > 0 ? classIds : ["0", String(classes - 1)];
  return fail("retain/unknown-class", { unknown, known, classes, weights });
}

/**
 * Half of the contents are rehearsed where any are; of the others at most 1,000 are measured on. Both by the hash of what is
 * in them, so that copies stay together and nothing depends on names.
 *
 * @param learnt - hashes of what the run learns from
 */
export function dividedSource(
  images: readonly RunImage[],
  rehearses: boolean,
  learnt: ReadonlySet<string>,
): Pick<SourcePictures, "measured" | "rehearsed"> {
  const byDraw = [...new Set(images.map(({ hash }) => hash))]
    .map((hash) => ({ hash, drawn: stream(0, `source:${hash}`)() }))
    .sort((left, right) => left.drawn - right.drawn || (left.hash < right.hash ? -1 : 1));
  const half = rehearses ? Math.ceil(byDraw.length / 2) : 0;
  const places = new Map(byDraw.map(({ hash }, place) => [hash, place]));
  const placed = images
    .map((image) => ({ image, place: places.get(image.hash)! }))
    .sort((left, right) => left.place - right.place);
  const rehearsed = placed.filter(({ place }) => place < half).map(({ image }) => image);
  const others = placed.filter(({ place, image }) => place >= half && !learnt.has(image.hash));
  return { rehearsed, measured: others.slice(0, mostMeasured).map(({ image }) => image) };
}
