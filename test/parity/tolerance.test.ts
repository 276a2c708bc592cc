import { describe, expect, test } from "vitest";
import { limitIn, numberIn } from "./tolerance.ts";

const text = "float64 engine: 1e-9 relative; float32 engine: loss within max(2e-5, 10 * float32.worst)";

describe("a tolerance", () => {
  test("is read from its sentence", () => {
    expect(numberIn(text, "float64 engine: # relative")).toBe(1e-9);
    expect(numberIn("mean within 25 levels", "within # levels")).toBe(25);
    expect(numberIn("<= 5e-5 * rms (of it)", "<= # * rms (of it)")).toBe(5e-5);
  });

  test("grows with what the library is off, from a floor on", () => {
    const limit = limitIn(text, "float32.worst");
    expect(limit(0)).toBe(2e-5);
    expect(limit(1e-5)).toBeCloseTo(1e-4, 12);
  });

  test("said in other words is not covered", () => {
    expect(() => numberIn(text, "float16 engine: # relative")).toThrow(/^not covered: no "float16 engine/);
    expect(() => limitIn(text, "float32.best")).toThrow(/^not covered/);
  });
});
