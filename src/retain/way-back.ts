// Points on the straight way from the parameters with which fine-tuning began to those with which it ended, each judged by
// what it gains on new pictures and what of the old it has lost (WiSE-FT, Wortsman et al., 2022). For a network that began
// with a trained head the way is a valley: something between is often as good as the end and has forgotten less.

import { interpolated, type Parameters } from "./interpolate.ts";
import { withinBudget } from "./pareto.ts";

export interface Judgement {
  /** On new pictures, 0 to 1. */
  readonly accuracy: number;
  /** Share of the old that is lost; below 0 where it has grown. */
  readonly forgotten: number;
}

export interface WayPoint extends Judgement {
  /** Of the way: 0 is the beginning, 1 the end. */
  readonly share: number;
}

const steps = 10;

/**
 * Judges eleven points, from the beginning to the end; yields each when it is judged, and returns them all.
 *
 * @param start - as many parameters as `end` has: those that may differ
 */
export async function* judgedWay(
  start: Parameters,
  end: Parameters,
  judge: (parameters: Map<string, Float32Array>, share: number) => Promise<Judgement>,
): AsyncGenerator<WayPoint, readonly WayPoint[]> {
  const points: WayPoint[] = [];
  for (let step = 0; step <= steps; step++) {
    const share = step / steps;
    const point = { share, ...(await judge(interpolated(start, end, share), share)) };
    points.push(point);
    yield point;
  }
  return points;
}

/**
 * The most accurate point that has forgotten no more than `most`; the beginning where none has, and the end where nothing
 * limits it.
 */
export function chosenOn(way: readonly WayPoint[], most: number | null): WayPoint {
  const named = way.map((point) => ({
    point,
    name: point.share.toFixed(1),
    gained: point.accuracy,
    lost: point.forgotten,
  }));
  const chosen = most === null ? way.at(-1) : (withinBudget(named, most)?.point ?? way[0]);
  if (chosen === undefined) throw new Error("internal: a way without points");
  return chosen;
}
