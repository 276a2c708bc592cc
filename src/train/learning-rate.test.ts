import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stageLearningRate } from "./learning-rate.ts";
import { featureExtraction, type ScheduleName, type Stage } from "./strategy.ts";

const rate = 0.01;

function stage(schedule: ScheduleName, warmup = 0): Stage {
  return featureExtraction({ schedule, warmup, learningRate: rate }).stages[0]!;
}

function rates(of: Stage, steps: number): readonly number[] {
  return Array.from({ length: steps }, (_, step) => stageLearningRate(of, steps, step, []));
}

const schedules: readonly ScheduleName[] = ["constant", "cosine", "step", "exponential", "plateau"];
const cases = fc.record({
  schedule: fc.constantFrom(...schedules),
  warmup: fc.double({ min: 0, max: 0.999, noNaN: true }),
  steps: fc.integer({ min: 1, max: 300 }),
});

describe("a schedule", () => {
  test("constant stays", () => expect(new Set(rates(stage("constant"), 10))).toEqual(new Set([rate])));

  test("cosine is half a wave from the rate to 0", () => {
    const steps = 8;
    for (const [step, value] of rates(stage("cosine"), steps).entries())
      expect(value).toBeCloseTo((rate * (1 + Math.cos((Math.PI * step) / steps))) / 2, 15);
    expect(stageLearningRate(stage("cosine"), steps, steps, [])).toBe(0);
  });

  test("step falls to a tenth after each third", () => {
    const expected = [1, 1, 1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.01].map((factor) => rate * factor);
    for (const [step, value] of rates(stage("step"), 9).entries()) expect(value).toBeCloseTo(expected[step]!, 15);
  });

  test("exponential falls evenly to a hundredth", () => {
    const values = rates(stage("exponential"), 50);
    for (let step = 1; step < 50; step++) expect(values[step]! / values[step - 1]!).toBeCloseTo(0.01 ** (1 / 50), 12);
    expect(stageLearningRate(stage("exponential"), 50, 50, [])).toBeCloseTo(rate / 100, 15);
  });
});

describe("a plateau", () => {
  /** In the first step after epochs with these held-out losses. */
  const rateAfter = (losses: readonly number[], warmup = 0) => {
    const epochs = losses.map((validationLoss) => ({ validationLoss }));
    return stageLearningRate(stage("plateau", warmup), 100, epochs.length * 10, epochs);
  };

  test("is left after two epochs without a lower loss, at a tenth of the rate", () => {
    const losses = [0.9, 0.5, 0.6, 0.5, 0.4, 0.5, 0.5, 0.5, 0.5];
    const rates = losses.map((_, epoch) => rateAfter(losses.slice(0, epoch + 1)) / rate);
    for (const [epoch, share] of [1, 1, 1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.001].entries())
      expect(rates[epoch]).toBeCloseTo(share, 12);
  });

  test("is none while the loss falls", () => {
    expect(rateAfter([])).toBe(rate);
    expect(rateAfter([0.9, 0.8, 0.7, 0.6, 0.5])).toBe(rate);
  });

  test("comes after the warm-up", () => {
    expect(rateAfter([0.5, 0.6, 0.7], 0.5)).toBeCloseTo((rate * 31) / 51, 12);
    expect(rateAfter([0.5, 0.6, 0.7, 0.6, 0.6], 0.5)).toBeCloseTo(rate / 100, 12);
  });
});

describe("a warm-up", () => {
  test("rises in a straight line that would begin at 0 before the first step", () => {
    expect(rates(stage("constant", 0.4), 10)).toEqual(
      [1 / 5, 2 / 5, 3 / 5, 4 / 5, 1, 1, 1, 1, 1, 1].map((part) => rate * part),
    );
  });

  test("is followed by the whole schedule over the steps that are left", () => {
    const [warm, plain] = [rates(stage("cosine", 0.25), 40), rates(stage("cosine"), 30)];
    expect(warm.slice(10)).toEqual(plain);
  });

  test("of less than a step is none", () => {
    expect(rates(stage("cosine", 0.1), 9)).toEqual(rates(stage("cosine"), 9));
  });

  test("never takes a step without effect, nor one above the rate, whatever the schedule", () => {
    fc.assert(
      fc.property(cases, ({ schedule, warmup, steps }) => {
        for (const value of rates(stage(schedule, warmup), steps)) {
          expect(value).toBeGreaterThan(0);
          expect(value).toBeLessThanOrEqual(rate * (1 + 1e-12));
        }
      }),
    );
  });

  test("only rises, and what follows only falls", () => {
    fc.assert(
      fc.property(cases, ({ schedule, warmup, steps }) => {
        const values = rates(stage(schedule, warmup), steps);
        const top = Math.floor(warmup * steps);
        for (let step = 1; step < steps; step++) {
          const rise = values[step]! - values[step - 1]!;
          if (step <= top) expect(rise).toBeGreaterThan(0);
          else expect(rise).toBeLessThanOrEqual(1e-18);
        }
        expect(values[top]).toBe(rate);
      }),
    );
  });
});
