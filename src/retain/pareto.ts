// What is gained on the new pictures beside what is lost on those of before. Which price is fair only the user can say; what
// nobody would choose at any price is found here.

export interface TradeOff {
  readonly name: string;
  /** Accuracy on the new pictures, 0 to 1. */
  readonly gained: number;
  /** Accuracy lost on the pictures of before; below 0 where it has risen. */
  readonly lost: number;
}

/**
 * The points that no other beats: none gains as much for less, or more for as little. From the least lost to the most, and
 * therefore from the least gained to the most; equal points all stay, by name.
 */
export function paretoOf<P extends TradeOff>(points: readonly P[]): readonly P[] {
  return points.filter((point) => !points.some((other) => beats(other, point))).sort(byLoss);
}

/**
 * The point with the most gained among those that lose at most `most`; of equals the one that loses less, then the first by
 * name. Undefined where every point loses more.
 */
export function withinBudget<P extends TradeOff>(points: readonly P[], most: number): P | undefined {
  return points
    .filter(({ lost }) => lost <= most)
    .sort((left, right) => right.gained - left.gained || byLoss(left, right))[0];
}

function beats(left: TradeOff, right: TradeOff): boolean {
  return (
    left.gained >= right.gained && left.lost <= right.lost && (left.gained > right.gained || left.lost < right.lost)
  );
}

function byLoss(left: TradeOff, right: TradeOff): number {
  return left.lost - right.lost || (left.name < right.name ? -1 : left.name > right.name ? 1 : 0);
}
