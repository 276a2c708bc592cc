// What is odd about one picture, from its facts alone, or about a file that takes no part, from the reason. Thresholds
// are CleanVision's, with luminance for its brightness; "tiny" is ours.

import { wasExcluded } from "./apply-corrections.ts";
import { type Finding, type FindingKind, finding } from "./audit-kinds.ts";
import { cutShort } from "./cut-short.ts";
import type { PictureFacts } from "./picture-facts.ts";
import { kindNamed } from "./picture-kind.ts";
import type { Skipped } from "./walk.ts";

/** Short side over long side. */
const leastAspect = 0.35;
/** Luminance, of 255, below which 99 % of the pixels lie. */
const darkBelow = 0.32 * 255;
/** Luminance, of 255, above which 95 % of the pixels lie. */
const lightAbove = 0.95 * 255;
/** Bits. */
const leastEntropy = 3;
/** Pixels of the short side; below, most of what the network sees was made up by the resize. */
const leastSide = 32;

/** The decoder says in words what it changed. */
const noted: readonly (readonly [RegExp, FindingKind])[] = [
  [/^the first of \d+ pictures/, "animated"],
  [/CMYK without a profile/, "cmyk"],
  [/colour profile/, "colour-profile"],
  [/^16 bits/, "wide-depth"],
  [/of its 16 bits are used/, "narrow-depth"],
  [/^transparency/, "transparent"],
  [/^turned upright/, "turned"],
];

export function oddities(name: string, facts: PictureFacts): readonly Finding[] {
  const { width, height, kind, notes, darkest, brightest, entropy } = facts;
  const found: Finding[] = [];
  const announced = kindNamed(name);
  if (kind !== null && announced !== undefined && kind !== announced)
    found.push(finding("wrong-extension", [name], `it is ${kind}`));
  for (const note of notes)
    for (const [pattern, of] of noted) if (pattern.test(note)) found.push(finding(of, [name], note));
  if (Math.min(width, height) / Math.max(width, height) < leastAspect)
    found.push(finding("extreme-aspect", [name], `${width} x ${height} pixels`));
  if (Math.min(width, height) < leastSide) found.push(finding("tiny", [name], `${width} x ${height} pixels`));
  if (brightest < darkBelow) found.push(finding("dark", [name], `99 % of its pixels are at most ${brightest} of 255`));
  if (darkest > lightAbove) found.push(finding("light", [name], `95 % of its pixels are at least ${darkest} of 255`));
  if (entropy < leastEntropy) found.push(finding("flat", [name], `${entropy.toFixed(1)} of 8 bits of luminance`));
  return found;
}

/** What a file is that takes no part. */
export function passedOver({ path, reason }: Skipped): Finding {
  return finding(kindOfReason(reason), [path], reason);
}

function kindOfReason(reason: string): FindingKind {
  if (reason === "empty" || reason.endsWith("it is empty.")) return "empty";
  if (reason.includes(cutShort)) return "truncated";
  if (/cannot be read:|has \d+ x \d+ pixels|decodes pictures stopped/.test(reason)) return "unreadable";
  if (wasExcluded({ reason })) return "excluded";
  return reason === "no picture" ? "other-file" : "not-taken";
}
