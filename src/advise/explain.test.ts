import { describe, expect, test } from "vitest";
import type { CandidateRecord } from "../train/advice.ts";
import { explain, type Findings, unfrozenText } from "./explain.ts";

const settings = { unfreeze: "from mixed_5a", learningRate: 1e-3, epochs: 12 };
const probe = (depth: string, accuracy: number) => ({
  ...{ depth, accuracy, features: 1536, strength: 1, standardError: 0.02, validationAccuracy: accuracy },
});

function candidate(name: string, accuracy: number, rest: Partial<CandidateRecord> = {}): CandidateRecord {
  return {
    ...{ name, accuracy, kind: "linear head", loss: 1, p: 0.5, verdict: "worse", trial: null, share: null },
    ...{ accuracyInterval: [accuracy - 0.05, accuracy + 0.05], onlyThis: 2, onlyBest: 30 },
    compared: { pictures: 1000, accuracy },
    ...rest,
  };
}

const linear = candidate("linear head", 0.5, { p: 0.0004 });
const tuned = candidate("all from mixed_5a on", 0.8, { kind: "fine-tuned", verdict: "chosen", trial: 1, share: 1 });

function findings(rest: Partial<Findings> = {}): Findings {
  return {
    ...{
      classes: 3,
      images: { train: 300, validation: 1000 },
      budgetSeconds: 600,
      spentSeconds: 190,
      outOfTime: false,
    },
    smallest: { name: "ant", images: 90 },
    largest: { name: "bee", images: 110 },
    probes: [probe("mixed_5e", 0.6), probe("mixed_7d", 0.5)],
    multiDepth: probe("mixed_5e", 0.6),
    neighbourAccuracy: 0.5,
    likeness: { likeness: 0.1, leep: -1, confidence: 0.2 },
    learningCurve: {
      points: [{ images: 75, accuracy: 0.3, standardError: 0.02 }],
      gainOfTwice: 0.04,
      standardError: 0.01,
    },
    costs: [],
    trials: [
      {
        ...{ number: 1, rung: 0, settings, accuracy: 0.8, secondsPerEpoch: 9, reason: "done", bestEpoch: 3 },
        ...{ learningParameters: 1, epochsDone: [], loss: 1, seconds: 190, overfitting: null },
      },
    ],
    candidates: [linear, tuned],
    chosen: { name: tuned.name, kind: "fine-tuned", settings },
    ...rest,
  };
}

describe("the explanation", () => {
  test("is five sentences with the numbers that decided", () => {
    const { explanation } = explain(findings());
    expect(explanation).toHaveLength(5);
    for (const sentence of explanation) expect(sentence).toMatch(/^[A-Z0-9].*\.$/s);
    const [pictures, frozen, trials, decision, more] = explanation;
    expect(pictures).toContain("300 pictures of 3 classes (from 90 to 110 each)");
    expect(pictures).toContain("unlike what the network has seen (likeness 0.10");
    expect(frozen).toContain("right on 50.0 % (± 2.0), one behind mixed_5e on 60.0 %");
    expect(trials).toContain("1 trial of fine-tuning took 3 min 10 s");
    expect(decision).toContain("Taken: all from mixed_5a on, right on 80.0 %");
    expect(decision).toContain(
      "of 1000 pictures that neither had seen the linear head alone is right on 2, it alone on 30 (p = below 0.001)",
    );
    expect(more).toContain("4.0 points more (± 1.0), seen from 75 pictures on");
  });

  test("says why the simplest was taken though another was right more often", () => {
    const close = [
      candidate("linear head", 0.79, { verdict: "chosen", p: 0.31 }),
      { ...tuned, verdict: "not needed" as const },
    ];
    const chosen = { name: "linear head", kind: "linear head", settings: null } as const;
    const { explanation } = explain(findings({ candidates: close, chosen }));
    expect(explanation[3]).toContain(
      "it is simpler than all from mixed_5a on (80.0 % of 1000 pictures, against 79.0 %)",
    );
    expect(explanation[3]).toContain("may be chance (p = 0.310)");
  });

  test("says that what was right more often forgets too much", () => {
    const limited = [
      candidate("linear head", 0.5, { verdict: "chosen" }),
      { ...tuned, verdict: "forgets too much" as const },
    ];
    const chosen = { name: "linear head", kind: "linear head", settings: null } as const;
    const { explanation } = explain(findings({ candidates: limited, chosen }));
    expect(explanation[3]).toContain("on is right on 80.0 %, but forgets more than --max-forgetting allows");
  });

  test("holds where little is known", () => {
    const chosen = { name: "linear head", kind: "linear head", settings: null } as const;
    const nothing = { likeness: null, learningCurve: null, multiDepth: null, trials: [], candidates: [linear], chosen };
    const { explanation } = explain(findings(nothing));
    expect(explanation).toHaveLength(5);
    expect(explanation.join(" ")).not.toMatch(/NaN|undefined|null|Infinity/);
    expect(explanation[3]).toContain("which nothing else exceeds");
  });
});

describe("what would change its mind", () => {
  test("is nothing where nothing is short", () => {
    const enough = { points: [], gainOfTwice: 0.01, standardError: 0.01 };
    expect(explain(findings({ learningCurve: enough })).wouldChange).toEqual([]);
  });

  test("is more pictures of a class that has few, more held back, and more time", () => {
    const { wouldChange } = explain(
      findings({
        ...{ smallest: { name: "ant", images: 9 }, images: { train: 200, validation: 50 }, outOfTime: true },
        costs: [{ unfreeze: "from mixed_4a", secondsPerEpoch: 95, measured: false }],
      }),
    );
    expect(wouldChange[0]).toBe('more pictures of "ant", which has 9');
    expect(wouldChange[1]).toContain("more held-back pictures: with 50");
    expect(wouldChange[2]).toBe("a larger --budget than 10 min, for from mixed_4a (1 min 35 s for each epoch)");
  });
});

test("what learns is said as people say it", () => {
  expect(unfrozenText(settings)).toBe("all from mixed_5a on, rate 0.001, 12 epochs");
  expect(unfrozenText({ ...settings, unfreeze: "all", epochs: 1 })).toBe("the whole network, rate 0.001, 1 epoch");
  expect(unfrozenText({ ...settings, unfreeze: "50 layers" }, false)).toBe("of the last 50 layers");
});
