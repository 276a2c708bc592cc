// The classifier that weights came with: what the network told apart before it was retrained. It is frozen for good; over
// the features as they have become it says what is still known.

import { sourceParameters } from "../compile/2-retention.ts";
import type { MatchedHead } from "../models/match-weights.ts";
import { readCard } from "../weights/network-card.ts";
import type { Parameters } from "./stepper.ts";

export interface SourceClassifier {
  readonly classes: number;
  /** [classes, features] and [classes], by the names that programs have for them. */
  readonly parameters: Parameters;
  /** One for each class, or none where the file names none. */
  readonly classNames: readonly string[];
  /** Such as WordNet's `n01443537`; one for each class, or none. */
  readonly classIds: readonly string[];
}

/**
 * Undefined where the file has no classifier, or one that reads something else than the last block's averages: hidden
 * layers, or several depths.
 *
 * @param features - of the last block
 */
export function sourceClassifierOf(
  head: MatchedHead | undefined,
  metadata: Readonly<Record<string, string>>,
  features: number,
): SourceClassifier | undefined {
  if (head === undefined || head.hidden.length > 0) return undefined;
  const { classes, tensors } = head;
  if (tensors.get("last_linear.weight")!.values.length !== classes * features) return undefined;
  const { classNames, classIds } = readCard(metadata);
  const values = (name: string) => tensors.get(name)!.values.slice();
  const parameters = new Map([
    [sourceParameters.weight, values("last_linear.weight")],
    [sourceParameters.bias, values("last_linear.bias")],
  ]);
  const whole = (names: readonly string[]) => (names.length === classes ? names : []);
  return { classes, parameters, classNames: whole(classNames), classIds: whole(classIds) };
}

/**
 * The class that each name means: a name, an id or a number from 0; where the file names none and the folders are as many
 * WordNet ids as there are classes, their order (which is that of ImageNet's classes). Undefined for a name that means none.
 */
export function sourceClassesOf(
  { classes, classNames, classIds }: Pick<SourceClassifier, "classes" | "classNames" | "classIds">,
  names: readonly string[],
): readonly (number | undefined)[] {
  const known = new Map<string, number>();
  for (let c = classes - 1; c >= 0; c--) known.set(String(c), c);
  for (const list of [classNames, classIds])
    for (let c = classes - 1; c >= 0; c--) if (list[c] !== undefined) known.set(list[c]!.normalize("NFC"), c);
  const wordNet = names.every((name) => /^n\d{8}$/.test(name));
  if (classIds.length === 0 && wordNet && names.length === classes)
    for (const [c, id] of [...names].sort().entries()) known.set(id, c);
  return names.map((name) => known.get(name));
}
