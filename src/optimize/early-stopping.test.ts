import fc from "fast-check";
import { expect, test } from "vitest";
import { type EarlyStopping, isBetter, newEarlyStopping, observeEpoch } from "./early-stopping.ts";

// Whole runs of Keras are held against ours in optimizers.test.ts.

function rule(patience: number | null, mode: "min" | "max" = "min"): EarlyStopping<number> {
  return { improves: (now, best) => isBetter(now, best, mode), patience };
}

function run(stopping: EarlyStopping<number>, results: readonly number[], baseline?: number) {
  let state = newEarlyStopping(baseline);
  let lastEpoch = 0;
  for (const [i, result] of results.entries()) {
    lastEpoch = i + 1;
    state = observeEpoch(stopping, state, { epoch: lastEpoch, result });
    if (state.stop) break;
  }
  return { ...state, lastEpoch };
}

test("training stops when patience is over, and the best epoch is known", () => {
  expect(run(rule(2), [3, 1, 2, 2, 0])).toMatchObject({ lastEpoch: 4, stop: true, best: 1, bestEpoch: 2 });
});

test("without patience training never stops", () => {
  expect(run(rule(null), [1, 2, 3, 4, 5])).toMatchObject({ lastEpoch: 5, stop: false, bestEpoch: 1, waited: 4 });
});

test("where a larger result is better the best is the largest", () => {
  expect(run(rule(9, "max"), [0.1, 0.8, 0.5, 0.9])).toMatchObject({ stop: false, bestEpoch: 4 });
});

test("the best epoch is the first that held the smallest result, whenever training stops", () => {
  const values = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 5 }), (results, patience) => {
      const { lastEpoch, bestEpoch, waited, improved, stop } = run(rule(patience), results);
      const seen = results.slice(0, lastEpoch);
      expect(bestEpoch).toBe(seen.indexOf(Math.min(...seen)) + 1);
      expect(waited).toBe(lastEpoch - bestEpoch);
      expect(improved).toBe(waited === 0);
      expect(stop).toBe(waited >= patience);
    }),
  );
});

test("a result from before has to be beaten, and where no epoch does there is no best one", () => {
  expect(run(rule(2), [5, 5, 1], 5)).toMatchObject({ lastEpoch: 2, stop: true, best: 5, bestEpoch: 0 });
  expect(run(rule(2), [5, 4, 1], 5)).toMatchObject({ stop: false, bestEpoch: 3 });
});

test("the first epoch never stops training", () => {
  expect(run(rule(0), [Number.NaN])).toMatchObject({ stop: false });
  expect(run(rule(1), [6, 4], 5)).toMatchObject({ stop: false, bestEpoch: 2 });
});

test("a result which is not a number is no improvement, and never the best", () => {
  expect(run(rule(3), [Number.NaN, 2, 3])).toMatchObject({ best: 2, bestEpoch: 2 });
});

test("better by no more than the least difference is not better", () => {
  expect([0.9, 0.89].map((now) => isBetter(now, 1, "min", 0.1))).toEqual([false, true]);
  expect([1.5, 1.51].map((now) => isBetter(now, 1, "max", 0.5))).toEqual([false, true]);
});
