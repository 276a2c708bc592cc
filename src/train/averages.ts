// Parameters averaged over the steps of a stage: what is judged and kept where `ema` asks for it, while learning goes on
// with the parameters themselves. Running statistics that move are averaged like everything else that moves. Without it
// nothing is copied and nothing is computed.

import { follow, newAverage } from "../optimize/moving-average.ts";
import type { Parameters } from "./stepper.ts";

export interface Averages {
  /** Takes in the parameters as they are after one more step. */
  follow(): void;
  /** What `judge` finds while the averages stand in the parameters' place; afterwards these are as they were. */
  judged<Result>(judge: () => Promise<Result>): Promise<Result>;
  /** What a judgement is about: the averages, or the parameters themselves where there are none. Not a copy. */
  readonly shown: Parameters;
  /** What has to be kept beside the parameters to go on with: nothing where there are no averages. Not a copy. */
  readonly state: Parameters;
}

/**
 * @param moving - everything that the stage changes
 * @param share - of an average that stays at each step; null for no averages
 * @param from - where an interrupted stage left off: its steps so far, and its averages
 */
export function openAverages(
  moving: Parameters,
  share: number | null,
  from: { readonly updates: number; readonly averages: Parameters } | undefined,
): Averages {
  if (share === null) return { follow: () => undefined, judged: (judge) => judge(), shown: moving, state: new Map() };
  const rule = { definition: "keras", decay: share } as const;
  const begun = from?.averages ?? moving;
  const averages = new Map([...moving.keys()].map((name) => [name, newAverage(begun.get(name)!)]));
  let step = from?.updates ?? 0;
  return {
    follow() {
      step += 1;
      for (const [name, average] of averages) follow(rule, { average, parameter: moving.get(name)!, step });
    },
    async judged(judge) {
      exchange(moving, averages);
      try {
        return await judge();
      } finally {
        exchange(moving, averages);
      }
    },
    shown: averages,
    state: averages,
  };
}

/** Swaps the values of two sets of parameters, each in its own arrays, since programs are fed from these. */
function exchange(one: Parameters, other: Parameters): void {
  for (const [name, values] of one) {
    const passing = values.slice();
    values.set(other.get(name)!);
    other.get(name)!.set(passing);
  }
}
