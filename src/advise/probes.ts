// Heads on what the frozen network says at several depths. They cost seconds, tell how far its features carry, and are the
// simplest candidates; the one behind the last block begins every trial.

import { fitHead, fitLogistic, type HeadFit } from "../head/fit-head.ts";
import { balancedWeights, type HeadData } from "../head/features.ts";
import { headLogits, type LinearHead } from "../head/standardise.ts";
import { accuracy, argmax, softmax } from "../metrics.ts";
import type { ProbeRecord } from "../train/advice.ts";
import type { RunEvent } from "../train/events.ts";
import type { OpenRun } from "../train/open-run.ts";
import type { RunImage } from "../train/views.ts";
import { shuffled, stream } from "../random.ts";
import { type Depth, depths, type KeptFeatures } from "./depths.ts";

/** A fitted head with what it says of the held-back pictures. */
export interface Probe {
  readonly record: ProbeRecord;
  readonly depths: readonly Depth[];
  readonly head: HeadFit;
  /** [held-back pictures, classes] */
  readonly validationLogits: Float32Array;
}

export interface Probes {
  /** Behind each depth. */
  readonly single: readonly Probe[];
  /** Behind the last block: the plain linear head. */
  readonly linear: Probe;
  /** On those depths that do best together; undefined where that is the last block alone. */
  readonly multiDepth: Probe | undefined;
  /**
   * Row-major [pictures to learn from, classes]: probabilities of each picture by a head that has not seen it, on depths
   * which were chosen without it. The best of many depths is partly the luckiest; this is what it is worth.
   */
  readonly unseen: Float64Array;
}

/**
 * Fits a head at every depth. Then, from the best of them, takes in one depth after the other, the best first, as long as
 * the pictures that a fit has not seen are told apart better with it.
 */
export async function* probeDepths(open: OpenRun, kept: KeptFeatures): AsyncGenerator<RunEvent, Probes> {
  const total = 2 * depths.length - 1;
  let done = 0;
  const progress = () => ({ type: "progress", phase: "probe", done, total, imagesPerSecond: 0 }) as const;
  yield progress();
  const single: Probe[] = [];
  const tried: Probe[] = [];
  for (const depth of depths) {
    single.push(await probe(open, kept, [depth]));
    tried.push(single.at(-1)!);
    done += 1;
    yield progress();
  }
  const [best, ...others] = [...single].sort((a, b) => b.record.accuracy - a.record.accuracy) as [Probe, ...Probe[]];
  let together = best;
  for (const { depths: more } of others) {
    const wider = await probe(open, kept, inOrder([...together.depths, ...more]));
    tried.push(wider);
    if (wider.record.accuracy > together.record.accuracy) together = wider;
    done += 1;
    yield progress();
  }
  open.watch.lap("probe");
  const linear = single.at(-1)!;
  const unseen = unseenAnswers(tried, open);
  return { single, linear, multiDepth: together === linear ? undefined : together, unseen };
}

/** For each fold, the answers of the depths that do best on all others. All probes have the same folds. */
function unseenAnswers(tried: readonly Probe[], { data }: OpenRun): Float64Array {
  const classes = data.classes.length;
  const { folds } = tried[0]!.head;
  const right = tried.map(({ head }) =>
    argmax(head.outOfFold, classes).map((k, row) => +(k === data.train[row]!.label)),
  );
  const rightBeyond = (probe: number, fold: number) =>
    right[probe]!.reduce((total, one, row) => total + (folds[row] === fold ? 0 : one), 0);
  const unseen = new Float64Array(folds.length * classes);
  for (const fold of new Set(folds)) {
    const scores = tried.map((_, probe) => rightBeyond(probe, fold));
    const { outOfFold } = tried[scores.indexOf(Math.max(...scores))]!.head;
    for (let row = 0; row < folds.length; row++)
      if (folds[row] === fold) unseen.set(outOfFold.subarray(row * classes, (row + 1) * classes), row * classes);
  }
  return unseen;
}

function inOrder(some: readonly Depth[]): readonly Depth[] {
  return depths.filter((depth) => some.includes(depth));
}

/** As in "mixed_5e", "mixed_5e and mixed_7a". */
export function depthsText(some: readonly Depth[]): string {
  return some.map(({ paper }) => paper).join(" and ");
}

async function probe(open: OpenRun, kept: KeptFeatures, at: readonly Depth[]): Promise<Probe> {
  const { config, data } = open;
  const rows = await headData(open, kept, data.train, at);
  const { seed, threads } = config;
  const groups = data.train.map(({ hash }) => hash);
  const head = await fitHead(rows, { seed, threads, groups });
  const share = accuracy({ probabilities: head.outOfFold, labels: rows.labels, classes: rows.classes });
  const { features } = await kept.read(data.validation, at);
  const validationLogits = Float32Array.from(headLogits(head, features));
  return {
    record: {
      depth: depthsText(at),
      features: rows.width,
      strength: head.strength,
      accuracy: share,
      standardError: standardErrorOf(share, data.train.length),
      validationAccuracy: accuracy({
        probabilities: softmax(validationLogits, rows.classes),
        labels: data.validation.map(({ label }) => label),
        classes: rows.classes,
      }),
    },
    depths: at,
    head,
    validationLogits,
  };
}

/** Of a share that was counted on so many pictures; never 0, since a few pictures cannot tell 1 from nearly 1. */
export function standardErrorOf(share: number, images: number): number {
  const held = Math.min(Math.max(share, 1 / (images + 2)), 1 - 1 / (images + 2));
  return Math.sqrt((held * (1 - held)) / Math.max(images, 1));
}

/** What heads are fitted on; classes count as the run's balance says. */
async function headData(
  { config, data }: OpenRun,
  kept: KeptFeatures,
  images: readonly RunImage[],
  at: readonly Depth[],
): Promise<HeadData> {
  const { features, width } = await kept.read(images, at);
  const labels = images.map(({ label }) => label);
  const classes = data.classes.length;
  return {
    features,
    width,
    labels,
    classes,
    rowWeights: images.map(({ weight = 1 }) => weight),
    classWeights: config.balance === "none" ? undefined : balancedWeights(labels, classes),
  };
}

/**
 * The head of a probe on some of the pictures; its penalty has shrunk with their number, so that it weighs as much beside the
 * mean loss.
 *
 * @param share - of all pictures that these are; times what the penalty is to be multiplied by
 */
export async function refitted(
  open: OpenRun,
  kept: KeptFeatures,
  { depths, head }: Probe,
  images: readonly RunImage[],
  share: number,
): Promise<LinearHead> {
  const rows = await headData(open, kept, images, depths);
  return fitLogistic(rows, { strength: head.strength * share, threads: open.config.threads });
}

/**
 * Trials begin with a head under so many times the penalty that suits a head alone. It points the right way but is not sure
 * of it, so that features learn more from its first gradients than to please a head that knows its few pictures by heart.
 */
const startingPenalty = 100;

/** The head behind the last block with which the base begins to learn; as `refitted`. */
export function startingHead(
  open: OpenRun,
  kept: KeptFeatures,
  linear: Probe,
  images: readonly RunImage[],
  share = 1,
): Promise<LinearHead> {
  return refitted(open, kept, linear, images, startingPenalty * share);
}

/** Shares of the pictures that the learning curve is measured at, besides all of them. */
const curveShares = [1 / 4, 1 / 2];

/** A point of the curve needs so many pictures for each class. */
const leastForEach = 2;

/**
 * How often the head of one depth is right on the held-back pictures when it has learnt from fewer.
 *
 * Each class gives its share of pictures.
 */
export async function learningPoints(
  open: OpenRun,
  kept: KeptFeatures,
  probe: Probe,
): Promise<readonly { readonly images: number; readonly accuracy: number; readonly standardError: number }[]> {
  const { data, config } = open;
  const classes = data.classes.length;
  const labels = data.validation.map(({ label }) => label);
  const { features } = await kept.read(data.validation, probe.depths);
  const points = [];
  for (const share of curveShares) {
    const some = stratified(data.train, share, classes, config.seed);
    if (some === undefined) continue;
    const head = await refitted(open, kept, probe, some, share);
    const said = argmax(headLogits(head, features), classes);
    const right = said.reduce((total, one, i) => total + (one === labels[i] ? 1 : 0), 0) / labels.length;
    points.push({ images: some.length, accuracy: right, standardError: standardErrorOf(right, labels.length) });
  }
  const { validationAccuracy } = probe.record;
  const standardError = standardErrorOf(validationAccuracy, labels.length);
  return [...points, { images: data.train.length, accuracy: validationAccuracy, standardError }];
}

/** A share of each class's pictures; undefined where a class would have too few. */
function stratified(
  images: readonly RunImage[],
  share: number,
  classes: number,
  seed: number,
): readonly RunImage[] | undefined {
  const taken: RunImage[] = [];
  for (let c = 0; c < classes; c++) {
    const own = images.filter(({ label }) => label === c);
    const count = Math.round(own.length * share);
    if (own.length > 0 && count < leastForEach) return undefined;
    const order = shuffled(own.length, stream(seed, `learning curve:${c}`));
    for (const at of order.subarray(0, count)) taken.push(own[at]!);
  }
  return taken;
}
