// Numbers of what has been lost, each from what a gauge says with the parameters before and after.

import { accuracyInterval, argmax } from "../metrics.ts";
import { blocks } from "../models/card.ts";
import { depthName } from "../models/inception-v4.ts";
import { linearCka, parameterDistance, relativeDistance } from "../retain/drift.ts";
import type { SourceScore } from "./events.ts";
import type { Said } from "./gauge.ts";
import type { PlannedStage } from "./plan.ts";
import type { BlockDrift, Forgetting } from "./report.ts";
import type { Parameters } from "./stepper.ts";
import type { RunImage } from "./views.ts";

/** Share of rows in which the largest number is that of the image's label; 0 for no images. */
export function shareRight(logits: Float32Array, images: readonly RunImage[]): number {
  if (images.length === 0) return 0;
  const said = argmax(logits, logits.length / images.length);
  return images.reduce((right, { label }, i) => right + (said[i] === label ? 1 : 0), 0) / images.length;
}

export function scoreOf(images: number, before: number, after: number): SourceScore {
  const [beforeInterval, afterInterval] = [accuracyInterval(before, images), accuracyInterval(after, images)];
  return { images, before, beforeInterval, after, afterInterval };
}

/** Networks before and after: what each says of the same pictures, and its parameters. */
export interface BeforeAndAfter {
  /** Pictures. */
  readonly images: number;
  readonly said: readonly [before: Said, after: Said];
  readonly parameters: readonly [before: Parameters, after: Parameters];
}

/**
 * How far every block has moved, from the picture on.
 *
 * @param moved - blocks that may have; of these averages are given, of all others it is known that they have not moved
 * @param most - pictures to go by: the first of those given, whose products with one another take time
 */
export function driftOf(
  { images, said, parameters }: BeforeAndAfter,
  infos: PlannedStage["infos"],
  moved: readonly string[],
  most: number,
): Pick<Forgetting, "blocks" | "parameters"> {
  const distanceIn = (wanted: (block: string) => boolean) =>
    parameterDistance(
      ...parameters,
      infos.flatMap(({ name, block }) => (wanted(block) ? [name] : [])),
    );
  const drifts = blocks.map(({ name, paper }): BlockDrift => {
    if (!moved.includes(name)) return { block: paper, parameters: 0, similarity: 1, distance: 0 };
    const rows = said.map((each) => each[depthName(name)]!);
    const width = rows[0]!.length / images;
    const [before, after] = rows.map((each) => each.subarray(0, most * width));
    return {
      block: paper,
      parameters: distanceIn((block) => block === name),
      similarity: linearCka(before!, after!, width),
      distance: finite(relativeDistance(before!, after!, width)),
    };
  });
  return { blocks: drifts, parameters: distanceIn((block) => block !== "head") };
}

/** JSON has no infinity. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
