import { describe, expect, test } from "vitest";
import { resolveConfig, type RetrainOptions } from "./resolve.ts";
import { featureExtraction, hybrid, usualStrength } from "./strategy.ts";

const surroundings = { folder: "/photos", today: "2026-01-31", cores: 2, exists: () => false };
const resolved = (options: Partial<RetrainOptions>) => resolveConfig({ data: "data", ...options }, surroundings);
const retainOf = (options: Partial<RetrainOptions>) => resolved(options).strategy.stages.at(-1)!.retain;

describe("what holds the network to what it knew", () => {
  test("is nothing unless something is asked for", () => {
    expect(retainOf({ strategy: "hybrid" })).toEqual({ method: "none", strength: 0 });
    expect(resolved({})).toMatchObject({ source: [], maxForgetting: null });
  });

  test.each(["l2-sp", "lwf", "ldifs"] as const)("has for %s a strength of its own", (method) => {
    expect(retainOf({ retain: method })).toEqual({ method, strength: usualStrength[method] });
    expect(retainOf({ retain: method, retainStrength: 3 })).toEqual({ method, strength: 3 });
  });

  test.each([
    [{ retainStrength: 1 }, /options\/not-with: --retain-strength has no effect with --retain none/],
    [{ retain: "lwf", strategy: "feature-extraction" }, /options\/not-with: --retain /],
    [{ maxForgetting: 0.1, strategy: "feature-extraction" }, /options\/not-with: --max-forgetting /],
    [{ maxForgetting: "2%", strategy: featureExtraction() }, /options\/not-with: --max-forgetting /],
    [{ retain: "rehearsal" }, /options\/no-source: .*\n.*--source/],
    [{ maxForgetting: "much" }, /options\/value: --max-forgetting is "much", but it must be a share such as 2%/],
    [{ strategy: hybrid({ retain: { method: "lwf", strength: -1 } }) }, /options\/value: --retain-strength is "-1"/],
    [{ strategy: hybrid(), retain: "lwf" }, /options\/beside-strategy/],
  ] satisfies [Partial<RetrainOptions>, RegExp][])("refuses %o", (options, message) => {
    expect(() => resolved(options)).toThrow(message);
  });

  test("takes one folder of source pictures or several, and a share in either form", () => {
    expect(resolved({ source: "a" }).source).toEqual(["/photos/a"]);
    expect(resolved({ source: ["a", "/b"], retain: "rehearsal" }).source).toEqual(["/photos/a", "/b"]);
    for (const share of ["2%", "0.02", 0.02]) expect(resolved({ maxForgetting: share }).maxForgetting).toBe(0.02);
  });
});
