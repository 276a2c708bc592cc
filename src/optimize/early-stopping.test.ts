import fc from "fast-check";
import { expect, test } from "vitest";
import {
  defineEarlyStopping,
  type EarlyStopping,
  epochToKeep,
  newEarlyStopping,
  observeEpoch,
} from "./early-stopping.ts";

// Whole runs of Keras are held against ours in optimizers.test.ts.

function run(choice: Partial<EarlyStopping>, metrics: readonly number[]) {
  const rule = defineEarlyStopping(choice);
  let state = newEarlyStopping;
  let lastEpoch = 0;
  for (const [epoch, metric] of metrics.entries()) {
    state = observeEpoch(rule, state, { epoch, metric });
    lastEpoch = epoch;
    if (state.stop) break;
  }
  return { ...state, lastEpoch, kept: epochToKeep(rule, state, lastEpoch) };
}

test("training stops when patience is over, and the best epoch is kept", () => {
  expect(run({ patience: 2, restoreBest: true }, [3, 1, 2, 2, 0])).toMatchObject({ lastEpoch: 3, stop: true, kept: 1 });
});

test("where a larger metric is better the best is the largest", () => {
  const metrics = [0.1, 0.8, 0.5, 0.9];
  expect(run({ mode: "max", patience: 9, restoreBest: true }, metrics)).toMatchObject({ stop: false, kept: 3 });
});

test("the best epoch is the first that held the smallest metric, whenever training stops", () => {
  const metrics = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(metrics, fc.integer({ min: 1, max: 5 }), (values, patience) => {
      const { lastEpoch, kept, stop } = run({ patience, restoreBest: true }, values);
      const seen = values.slice(0, lastEpoch + 1);
      expect(kept).toBe(seen.indexOf(Math.min(...seen)));
      expect(stop).toBe(lastEpoch - kept >= patience);
    }),
  );
});

test("the first epoch never stops training", () => {
  expect(run({ patience: 0 }, [Number.NaN])).toMatchObject({ stop: false });
});

test("a metric which is not a number is no improvement, and never the best", () => {
  expect(run({ patience: 3, restoreBest: true }, [Number.NaN, 2, 3])).toMatchObject({ best: 2, kept: 1 });
});

test("epochs before the first to be looked at count for nothing", () => {
  expect(run({ patience: 1, startFromEpoch: 2, restoreBest: true }, [0, 9, 5, 6])).toMatchObject({
    lastEpoch: 3,
    kept: 2,
  });
});
