import { accuracyInterval } from "../metrics.ts";
import { mcnemar } from "./paired-test.ts";
export interface Candidate {
  readonly name: string;
  readonly simplicity: number;
  readonly right: Uint8Array;
  readonly losses: Float64Array;
  readonly drift: number;
}
export function choose<C extends Candidate>(
  candidates: readonly C[],
  { floor, level = 0.16 }: { floor: string; level?: number },
) {
  const acc = (c: C) => c.right.reduce((t, r) => t + r, 0) / c.right.length;
  const loss = (c: C) => c.losses.reduce((t, r) => t + r, 0) / c.losses.length;
  const best = candidates.reduce((a, b) => (acc(b) > acc(a) || (acc(b) === acc(a) && loss(b) < loss(a)) ? b : a));
  const least = acc(candidates.find((c) => c.name === floor)!);
  const tests = new Map(candidates.map((c) => [c, mcnemar(c.right, best.right)]));
  const ok = candidates.filter((c) => acc(c) >= least && (c === best || tests.get(c)!.oneSidedMid > level));
  const chosen = ok.reduce((a, b) => (b.simplicity < a.simplicity ? b : a));
  const compared = candidates.map((c) => ({
    name: c.name,
    accuracy: acc(c),
    interval: accuracyInterval(acc(c), c.right.length),
    onlyThis: tests.get(c)!.onlyA,
    onlyBest: tests.get(c)!.onlyB,
    p: tests.get(c)!.oneSidedMid,
    verdict: (c === chosen
      ? "chosen"
      : acc(c) < least
        ? "below the linear head"
        : ok.includes(c)
          ? "not needed"
          : "worse") as "chosen" | "not needed" | "worse" | "below the linear head",
  }));
  return { chosen, best, compared };
}
