import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { improvesBy } from "./judgement.ts";

const judgement = (validationLoss: number, validationAccuracy: number) => ({ validationLoss, validationAccuracy });

describe("a judgement is better", () => {
  test("by its accuracy, and where that is equal by its loss", () => {
    const improves = improvesBy("accuracy");
    expect(improves(judgement(9, 0.8), judgement(1, 0.7))).toBe(true);
    expect(improves(judgement(1, 0.6), judgement(9, 0.7))).toBe(false);
    expect(improves(judgement(1, 0.7), judgement(2, 0.7))).toBe(true);
    expect(improves(judgement(2, 0.7), judgement(2, 0.7))).toBe(false);
  });

  test("by its loss alone where that is monitored", () => {
    const improves = improvesBy("loss");
    expect(improves(judgement(1, 0.1), judgement(2, 0.9))).toBe(true);
    expect(improves(judgement(2, 0.9), judgement(2, 0.1))).toBe(false);
  });

  test("than none", () => {
    for (const monitor of ["loss", "accuracy"] as const)
      expect(improvesBy(monitor)(judgement(9, 0), undefined)).toBe(true);
  });

  test("never than one that is better than it", () => {
    const any = fc.tuple(fc.nat(3), fc.nat(3)).map(([loss, right]) => judgement(loss, right / 3));
    fc.assert(
      fc.property(any, any, fc.constantFrom("loss" as const, "accuracy" as const), (one, other, monitor) => {
        const improves = improvesBy(monitor);
        expect(improves(one, other) && improves(other, one)).toBe(false);
      }),
    );
  });
});
