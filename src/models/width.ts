// The width multiplier: every internal channel count times `width`. The picture's channels and the classes stay.

import { fail } from "../errors.ts";

/** All channel counts of the card are multiples of this, so a width is a multiple of 1 / 32. */
const commonChannels = 32;

/**
 * Channels of a layer that has `channels` at width 1.
 *
 * @throws options/width when they would not be a whole number of at least 1
 */
export function scaledChannels(channels: number, width: number): number {
  const steps = width * commonChannels;
  if (!Number.isInteger(steps) || steps < 1) return fail("options/width", { width });
  return (channels / commonChannels) * steps;
}
