import { describe, expect, test } from "vitest";
import { inceptionInput } from "../input-format.ts";
import { type PlannedStage, planStages } from "./plan.ts";
import {
  baseLearns,
  blocksBehind,
  checkRetention,
  depthsOf,
  originalParameters,
  originalsOf,
  pullOf,
  termOf,
} from "./retention.ts";
import { featureExtraction, fineTuning, hybrid, type Retain, type Strategy } from "./strategy.ts";

const head = { classes: 3, hidden: [], dropout: 0 };
const network = { width: 1 / 32, format: { ...inceptionInput, size: 75 }, head };
const source = { classes: 7, parameters: new Map(), classNames: [], classIds: [] };

function planned(retain: Retain, unfreeze = "2 blocks"): PlannedStage {
  return planStages(network, fineTuning({ unfreeze, retain, hidden: [] }).stages)[0]!;
}

describe("the term of a stage", () => {
  test("is none for a strength of 0, whatever the method, and none for the methods that have none", () => {
    for (const method of ["none", "l2-sp", "lwf", "ldifs", "rehearsal"] as const)
      expect(termOf(planned({ method, strength: 0 }), source)).toBeUndefined();
    expect(termOf(planned({ method: "l2-sp", strength: 0.1 }), source)).toBeUndefined();
  });

  test("is none where the head alone learns", () => {
    const stages = planStages(network, hybrid({ retain: { method: "lwf", strength: 1 } }).stages);
    expect(stages.map(baseLearns)).toEqual([false, true]);
    expect(stages.map((stage) => termOf(stage, source)?.method)).toEqual([undefined, "lwf"]);
  });

  test("says what it takes of the original network", () => {
    const [lwf, ldifs, rehearsal] = (["lwf", "ldifs", "rehearsal"] as const).map((method) =>
      termOf(planned({ method, strength: 2 }), source),
    );
    expect(lwf).toEqual({ method: "lwf", strength: 2, temperature: 2, classes: 7 });
    expect(ldifs).toEqual({ method: "ldifs", strength: 2, blocks: ["features.20.pooled", "pooled"] });
    expect([lwf, ldifs, rehearsal].map(originalsOf)).toEqual([["pooled"], ["features.20.pooled", "pooled"], []]);
    expect([lwf, ldifs, rehearsal].map(depthsOf)).toEqual([[], ["features.20", "features.21"], []]);
  });

  test("needs no classifier for averages", () => {
    expect(termOf(planned({ method: "ldifs", strength: 1 }), undefined)?.method).toBe("ldifs");
  });
});

test("blocks behind a boundary are those that a stage can change", () => {
  expect(blocksBehind("image")).toHaveLength(22);
  expect(blocksBehind("features.19")).toEqual(["features.20", "features.21"]);
  expect(blocksBehind("pooled")).toEqual([]);
});

describe("L2-SP", () => {
  const plan = planned({ method: "l2-sp", strength: 0.01 });
  const initial = new Map([...plan.learns].map((name) => [name, new Float32Array(1)]));
  const pull = pullOf(plan, initial)!;

  test("pulls what learns of the base to where it began, less as the learning rate falls", () => {
    const name = "features.21.branch0.conv.weight";
    expect(pull(name, 1e-3)).toEqual({ origin: initial.get(name), share: 0.01 });
    expect(pull(name, 5e-4).share).toBeCloseTo(0.005, 12);
  });

  test("pulls the head's kernels towards zero and leaves its biases alone", () => {
    expect(pull("last_linear.weight", 1e-3)).toEqual({ origin: undefined, share: 1e-5 });
    expect(pull("last_linear.bias", 1e-3).share).toBe(0);
  });

  test("is nowhere else", () => {
    expect(pullOf(planned({ method: "lwf", strength: 1 }), initial)).toBeUndefined();
    expect(pullOf(planned({ method: "l2-sp", strength: 0 }), initial)).toBeUndefined();
    expect(pullOf(planned({ method: "l2-sp", strength: 1 }, "none"), initial)).toBeUndefined();
  });
});

test("the original parameters are copies of those that move, and no others", () => {
  const plan = planned({ method: "none", strength: 0 }, "1 block");
  const parameters = new Map(plan.infos.map(({ name }) => [name, Float32Array.of(1)]));
  const original = originalParameters(parameters, [plan]);
  for (const values of parameters.values()) values[0] = 2;
  expect(original.get("features.21.branch0.conv.weight")![0]).toBe(1);
  expect(original.get("features.0.conv.weight")).toBe(parameters.get("features.0.conv.weight"));
});

describe("weights without a classifier", () => {
  const run =
    (strategy: Strategy, maxForgetting: number | null = null) =>
    () =>
      checkRetention({ strategy, weights: "random", maxForgetting }, undefined);

  test.each(["lwf", "rehearsal"] as const)("are refused for %s, by name", (method) => {
    const strategy = hybrid({ retain: { method, strength: 1 } });
    expect(run(strategy)).toThrow(
      new RegExp(`^retain/no-classifier: --retain ${method} .*"random".*\\n.*--retain ldifs`),
    );
  });

  test("are refused for a limit", () => expect(run(hybrid(), 0.02)).toThrow("--max-forgetting"));

  test("are fine for everything else", () => {
    expect(run(hybrid({ retain: { method: "ldifs", strength: 1 } }))).not.toThrow();
    expect(run(featureExtraction())).not.toThrow();
  });
});
