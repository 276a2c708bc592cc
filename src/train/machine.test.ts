import { availableParallelism, totalmem } from "node:os";
import { describe, expect, test } from "vitest";
import { availableCores, memoryLimitBytes, quotaOf } from "./machine.ts";

describe("what the machine allows", () => {
  test("reads a container's quota of processor time", () => {
    expect(quotaOf("200000 100000\n")).toBe(2);
    expect(quotaOf("50000 100000")).toBe(0.5);
  });

  test.each(["max 100000", "-1 100000", "", "100000", "a b", "0 0"])("takes %j for no quota", (text) => {
    expect(quotaOf(text)).toBe(Number.POSITIVE_INFINITY);
  });

  test("is at least a core and no more than the machine has", () => {
    expect(Number.isInteger(availableCores())).toBe(true);
    expect(availableCores()).toBeGreaterThanOrEqual(1);
    expect(availableCores()).toBeLessThanOrEqual(availableParallelism());
    expect(memoryLimitBytes()).toBeGreaterThan(0);
    expect(memoryLimitBytes()).toBeLessThanOrEqual(totalmem());
  });
});
