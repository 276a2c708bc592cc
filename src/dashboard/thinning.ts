// Fewer points that show the same line: of each stretch the lowest and the highest. No peak is lost, however few are left.
// Pure.

export interface Point {
  readonly step: number;
  readonly loss: number;
}

/**
 * At most `most` of the points, in their order: the first, the last, and of each of as many stretches as there is room for
 * the lowest and the highest. Thinning twice keeps the peaks as thinning once does.
 *
 * @param most - at least 4
 */
export function thinned(points: readonly Point[], most: number): readonly Point[] {
  if (points.length <= most) return points;
  const stretches = Math.max(1, Math.floor((most - 2) / 2));
  const inner = points.length - 2;
  const kept: Point[] = [points[0]!];
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = 1 + Math.floor((stretch * inner) / stretches);
    const to = 1 + Math.floor(((stretch + 1) * inner) / stretches);
    const [first, second] = extremes(points, from, to);
    kept.push(points[first]!);
    if (second !== first) kept.push(points[second]!);
  }
  return [...kept, points.at(-1)!];
}

/** Where the lowest and the highest of a stretch are, the earlier first. */
function extremes(points: readonly Point[], from: number, to: number): readonly [number, number] {
  let [low, high] = [from, from];
  for (let at = from + 1; at < to; at++) {
    if (points[at]!.loss < points[low]!.loss) low = at;
    if (points[at]!.loss > points[high]!.loss) high = at;
  }
  return low < high ? [low, high] : [high, low];
}
