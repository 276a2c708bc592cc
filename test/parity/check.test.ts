import { describe, expect, test } from "vitest";
import {
  exactly,
  guarded,
  isOver,
  notCovered,
  type Place,
  requireKnown,
  sameSet,
  usedTolerance,
  within,
} from "./check.ts";
import { judged } from "./judged.ts";

const place: Place = { file: "steps", case: "a", engine: "float64" };

describe("a check", () => {
  test("holds up to its tolerance and not beyond", () => {
    expect(isOver(within(place, "loss", 1e-9, 1e-9))).toBe(false);
    expect(isOver(within(place, "loss", 1.01e-9, 1e-9))).toBe(true);
  });

  test("fails where the error is not a number", () => {
    const check = within(place, "loss", Number.NaN, 1);
    expect(isOver(check)).toBe(true);
    expect(usedTolerance(check)).toBe(Number.POSITIVE_INFINITY);
  });

  test("of equality fails at the smallest difference and says what was found", () => {
    expect(isOver(exactly(place, "steps", [1, 2], [1, 2]))).toBe(false);
    const check = exactly(place, "steps", 4, 5);
    expect(isOver(check)).toBe(true);
    expect(check.what).toBe("steps: 4, not 5");
  });

  test("of sets does not mind the order", () => {
    expect(isOver(sameSet(place, "names", ["b", "a"], ["a", "b"]))).toBe(false);
    expect(isOver(sameSet(place, "names", ["a"], ["a", "b"]))).toBe(true);
  });

  test("uses a share of its tolerance", () => {
    expect(usedTolerance(within(place, "loss", 2, 4))).toBe(0.5);
    expect(usedTolerance(within(place, "loss", 0, 0))).toBe(0);
    expect(usedTolerance(within(place, "loss", 1, 0))).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("what is not covered", () => {
  test("is a failed check, and the checks before it stay", async () => {
    const checks = guarded(place, async function* () {
      yield within(place, "loss", 0, 1);
      requireKnown("the loss", { focal: 2 }, ["labelSmoothing"]);
      yield within(place, "never", 0, 1);
    });
    expect(await judged(checks)).toEqual({ compared: 2, over: ["not covered: the loss has focal = 2: Infinity of 0"] });
  });

  test("is no key that is known, and none that says nothing", () => {
    expect(() => requireKnown("the case", { steps: 5, clipNorm: null }, ["steps"])).not.toThrow();
    expect(() => notCovered("width 1/3")).toThrow("not covered: width 1/3");
  });
});
