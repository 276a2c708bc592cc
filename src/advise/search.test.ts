import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TrialRecord, TrialSettings } from "../train/trial-record.ts";
import { bestOf, nextTrial, type SearchSpace, type SearchState } from "./search.ts";

const space: SearchSpace = {
  unfreeze: ["few", "some", "many"],
  learningRates: [1e-3, 3e-4, 3e-3],
  rungs: [2, 12],
  grid: false,
};
const heldBack = 200;

/** A trial whose accuracy, seconds and gain are said; more epochs are worth a little. */
function trial(
  number: number,
  rung: number,
  settings: TrialSettings,
  accuracy: number,
  secondsPerEpoch = 1,
): TrialRecord {
  return {
    ...{ number, rung, settings, accuracy, secondsPerEpoch },
    ...{ learningParameters: 1, epochsDone: [], bestEpoch: accuracy > 0 ? 1 : 0, loss: 1 - accuracy },
    ...{ seconds: secondsPerEpoch * settings.epochs, reason: "done", overfitting: null },
  };
}

type Judge = (settings: TrialSettings) => number;

/** Every trial that the search asks for, until it ends. */
function searched(
  own: SearchSpace,
  judge: Judge,
  budget = Infinity,
  secondsOf: (unfreeze: string) => number = () => 1,
) {
  const trials: TrialRecord[] = [];
  for (let spent = 0; trials.length < 100; ) {
    const costOf: SearchState["costOf"] = (unfreeze) => ({ secondsPerEpoch: secondsOf(unfreeze), measured: false });
    const next = nextTrial(own, { trials, secondsLeft: budget - spent, costOf, heldBack });
    if (next.settings === null) return { trials, because: next.because, spent };
    const made = trial(
      trials.length + 1,
      next.rung,
      next.settings,
      judge(next.settings),
      secondsOf(next.settings.unfreeze),
    );
    trials.push(made);
    spent += made.seconds;
  }
  throw new Error("the search does not end");
}

const shown = ({ settings: { unfreeze, learningRate, epochs } }: TrialRecord) =>
  `${unfreeze} ${learningRate} ${epochs}`;

describe("the search", () => {
  test("tries every amount, then the best one at other rates, then gives the best the epochs it needs", () => {
    const accuracies: Record<string, number> = { few: 0.5, some: 0.9, many: 0.6 };
    const found = searched(
      space,
      ({ unfreeze, learningRate }) => accuracies[unfreeze]! - (learningRate === 1e-3 ? 0.2 : 0),
    );
    expect(found.trials.map(shown)).toEqual([
      ...["few 0.001 2", "some 0.001 2", "many 0.001 2", "some 0.0003 2", "some 0.003 2"],
      "some 0.0003 12",
    ]);
    expect(found.because).toBe("all tried");
  });

  test("gives a second amount the same epochs where chance may have parted the two", () => {
    const accuracies: Record<string, number> = { few: 0.3, some: 0.7, many: 0.69 };
    const found = searched(space, ({ unfreeze, learningRate }) =>
      learningRate === 1e-3 ? accuracies[unfreeze]! : 0.1,
    );
    expect(found.trials.slice(5).map(shown)).toEqual(["some 0.001 12", "many 0.001 12"]);
  });

  test("ends after its first trials where none of them is better than what they begin with", () => {
    const found = searched(space, () => 0);
    expect([found.trials.length, found.because]).toEqual([3, "nothing gained"]);
  });

  test("of a grid tries everything, and lets the best third go on", () => {
    const grid = { ...space, grid: true };
    const found = searched(grid, ({ learningRate, unfreeze }) => learningRate * 100 + unfreeze.length / 100);
    expect(found.trials.filter(({ rung }) => rung === 0)).toHaveLength(9);
    expect(found.trials.filter(({ rung }) => rung === 1).map(shown)).toHaveLength(3);
  });

  test("never begins what does not fit into the time that is left, and says so", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 60, noNaN: true }), fc.integer({ min: 1, max: 20 }), (budget, cost) => {
        const seconds = (unfreeze: string) => unfreeze.length * cost * 0.1;
        const { spent, because, trials } = searched(space, ({ unfreeze }) => unfreeze.length / 10, budget, seconds);
        expect(spent).toBeLessThanOrEqual(budget + 1e-9);
        if (trials.length < 6) expect(because).toBe("out of time");
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test("goes on after an interruption where it was: it depends on the trials alone", () => {
    const judge: Judge = ({ unfreeze, learningRate }) => unfreeze.length / 10 + learningRate;
    const { trials } = searched(space, judge);
    const state = { secondsLeft: Infinity, costOf: () => ({ secondsPerEpoch: 1, measured: false }), heldBack };
    for (const [i, made] of trials.entries())
      expect(nextTrial(space, { ...state, trials: trials.slice(0, i) })).toMatchObject({ settings: made.settings });
  });
});

test("the best trial is the one with the least loss among those that chance may have parted", () => {
  const settings = { unfreeze: "few", learningRate: 1, epochs: 1 };
  const [a, b, c] = [trial(1, 0, settings, 0.8), trial(2, 0, settings, 0.79), trial(3, 0, settings, 0.5)];
  expect(bestOf([a, { ...b, loss: 0.1 }, { ...c, loss: 0.01 }], heldBack)?.number).toBe(2);
  expect(bestOf([], heldBack)).toBeUndefined();
});
