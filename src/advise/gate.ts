// Which of several models is kept: the simplest that the held-back pictures do not show to be worse than the best, and never
// one that is right less often than the linear head. The best of many is partly the luckiest, so its accuracy here is too
// high; what a model is worth is measured elsewhere, on pictures that chose nothing.

import { accuracyInterval } from "../metrics.ts";
import { mcnemar } from "./paired-test.ts";

/** A model, judged on the same held-back pictures as all others. */
export interface Candidate {
  /** No two are equal. */
  readonly name: string;
  /** Smaller is simpler; no two are equal. */
  readonly simplicity: number;
  /** 1 where the picture was called right, 0 where not. */
  readonly right: Uint8Array;
  /** Log loss of each picture, finite. */
  readonly losses: Float64Array;
  /** How far it has moved from the network of before. For those who read the comparison: `simplicity` decides. */
  readonly drift: number;
}

/** Not needed: no worse than the best as far as can be told, but so is a simpler one. */
export type Verdict = "chosen" | "worse" | "not needed" | "below the linear head";

export interface Compared {
  readonly name: string;
  readonly accuracy: number;
  /** Of 95 %. */
  readonly interval: readonly [low: number, high: number];
  readonly drift: number;
  /** Pictures that this one alone got right, and that the best alone did. */
  readonly onlyThis: number;
  readonly onlyBest: number;
  /** One-sided mid-p of the best being better. */
  readonly p: number;
  readonly verdict: Verdict;
}

export interface Choice<C extends Candidate> {
  readonly chosen: C;
  readonly best: C;
  /** From the simplest to the least simple. */
  readonly compared: readonly Compared[];
}

export interface GateOptions {
  /** Name of the linear head, below whose accuracy nothing is chosen. */
  readonly floor: string;
  /**
   * A candidate is worse where p is not above this. One standard error, the rule of Breiman et al. (1984): 0.16. At 0.5
   * everything but the best is.
   */
  readonly level?: number | undefined;
}

/**
 * The best has the highest accuracy, then the lower mean loss, then the lower simplicity. It is never below the linear head
 * and never worse than itself, so there always is a choice.
 *
 * @throws a bug of ours when candidates are of different pictures, of none, equally simple or of one name, or the
 * linear head is missing
 */
export function choose<C extends Candidate>(candidates: readonly C[], { floor, level = 0.16 }: GateOptions): Choice<C> {
  if (!(level >= 0 && level <= 0.5)) throw new Error(`internal: at level ${level} what does as well would be worse`);
  checkCandidates(candidates);
  const linear = candidates.find(({ name }) => name === floor);
  if (linear === undefined) throw new Error(`internal: there is no candidate ${floor}`);
  const bySimplicity = candidates.toSorted((left, right) => left.simplicity - right.simplicity);
  const best = bySimplicity.reduce((most, candidate) => (isBetter(candidate, most) ? candidate : most));
  const least = rightIn(linear);
  const judged = bySimplicity.map((candidate) => {
    const test = mcnemar(candidate.right, best.right);
    return {
      candidate,
      test,
      below: rightIn(candidate) < least,
      worse: candidate !== best && test.oneSidedMid <= level,
    };
  });
  const { candidate: chosen } = judged.find(({ below, worse }) => !below && !worse)!;
  const compared = judged.map(({ candidate, test, below, worse }): Compared => {
    const accuracy = rightIn(candidate) / candidate.right.length;
    return {
      name: candidate.name,
      accuracy,
      interval: accuracyInterval(accuracy, candidate.right.length),
      drift: candidate.drift,
      onlyThis: test.onlyA,
      onlyBest: test.onlyB,
      p: test.oneSidedMid,
      verdict: candidate === chosen ? "chosen" : below ? "below the linear head" : worse ? "worse" : "not needed",
    };
  });
  return { chosen, best, compared };
}

/** Of equals neither. */
function isBetter(left: Candidate, right: Candidate): boolean {
  const more = rightIn(left) - rightIn(right);
  return more > 0 || (more === 0 && sum(left.losses) < sum(right.losses));
}

function rightIn({ right }: Candidate): number {
  return right.reduce((total, one) => total + one, 0);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function checkCandidates(candidates: readonly Candidate[]): void {
  const pictures = candidates[0]?.right.length ?? 0;
  if (pictures === 0) throw new Error("internal: there are no candidates, or no held-back pictures to judge them by");
  for (const { name, right, losses } of candidates)
    if (right.length !== pictures || losses.length !== pictures)
      throw new Error(`internal: ${name} was not judged on the ${pictures} pictures of the first candidate`);
  for (const key of ["name", "simplicity"] as const)
    if (new Set(candidates.map((candidate) => candidate[key])).size !== candidates.length)
      throw new Error(`internal: two candidates have the same ${key}`);
}
