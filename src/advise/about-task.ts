// What is said of a task besides its candidates: its classes, how like it is to what the network has seen, how far neighbours
// agree, and what more pictures would bring. None of it decides anything.

import { sourceParameters } from "../compile/2-retention.ts";
import { headLogits } from "../head/standardise.ts";
import { softmax } from "../metrics.ts";
import type { Advice, LearningCurveRecord, LikenessRecord } from "../train/advice.ts";
import type { OpenRun } from "../train/open-run.ts";
import { depths, type KeptFeatures } from "./depths.ts";
import { fitLearningCurve } from "./learning-curve.ts";
import { conditionalLikeness, leep } from "./likeness.ts";
import { neighbourAccuracy } from "./neighbours.ts";
import { learningPoints, type Probes } from "./probes.ts";

export type AboutTask = Pick<
  Advice,
  "images" | "smallest" | "largest" | "probes" | "multiDepth" | "neighbourAccuracy" | "likeness" | "learningCurve"
>;

/** Everything that is read off the kept features of pictures to learn from; takes seconds. */
export async function aboutTask(open: OpenRun, kept: KeptFeatures, probes: Probes): Promise<AboutTask> {
  const { data, counts } = open;
  const present = counts.flatMap((images, c) => (images > 0 ? [{ name: data.classes[c]!, images }] : []));
  const { features, width } = await kept.read(data.train, [depths.at(-1)!]);
  const labels = data.train.map(({ label }) => label);
  return {
    images: { train: data.train.length, validation: data.validation.length },
    smallest: present.reduce((a, b) => (b.images < a.images ? b : a)),
    largest: present.reduce((a, b) => (b.images > a.images ? b : a)),
    probes: probes.single.map(({ record }) => record),
    multiDepth: probes.multiDepth?.record ?? null,
    neighbourAccuracy: neighbourAccuracy(features, width, labels),
    likeness: likenessOf(open, features, labels),
    learningCurve: await curveOf(open, kept, probes),
  };
}

function likenessOf({ base, data }: OpenRun, features: Float32Array, labels: readonly number[]): LikenessRecord | null {
  const { source } = base;
  if (source === undefined) return null;
  const classes = data.classes.length;
  const { parameters } = source;
  const head = {
    classes: source.classes,
    width: features.length / labels.length,
    weight: Float64Array.from(parameters.get(sourceParameters.weight)!),
    bias: Float64Array.from(parameters.get(sourceParameters.bias)!),
  };
  const probabilities = softmax(headLogits(head, features), source.classes);
  const said: number[] = [];
  let confidence = 0;
  for (let row = 0; row < labels.length; row++) {
    const own = probabilities.subarray(row * source.classes, (row + 1) * source.classes);
    const top = Math.max(...own);
    said.push(own.indexOf(top));
    confidence += top / labels.length;
  }
  const { corrected } = conditionalLikeness(labels, classes, said, source.classes);
  return { likeness: corrected, leep: leep(probabilities, source.classes, labels, classes), confidence };
}

async function curveOf(open: OpenRun, kept: KeptFeatures, probes: Probes): Promise<LearningCurveRecord | null> {
  const points = await learningPoints(open, kept, probes.multiDepth ?? probes.linear);
  open.watch.lap("probe");
  const curve = fitLearningCurve(
    points.map(({ images, accuracy, standardError }) => ({ images, error: 1 - accuracy, standardError })),
  );
  if (curve === undefined) return null;
  return { points, gainOfTwice: curve.gainOfTwice.gain, standardError: curve.gainOfTwice.standardError };
}
