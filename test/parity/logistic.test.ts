import { describe, expect, test } from "vitest";
import { readFixture } from "../support/fixture.ts";
import { judged } from "./judged.ts";
import { checkFit, checkLogistic } from "./logistic.ts";
import type { LogisticFixture } from "./logistic-fixture.ts";

const fixture = readFixture<LogisticFixture>("logistic");

describe("heads by logistic regression are scikit-learn's", () => {
  test("in every fit, weight, temperature, calibration error and score", async () => {
    const { compared, over } = await judged(checkLogistic(fixture));
    expect(over).toEqual([]);
    expect(compared).toBeGreaterThan(150);
  });

  test("a strength that is one part in a thousand off is noticed", async () => {
    const given = fixture.fits.find(({ standardised, C }) => standardised && C === 1)!;
    const { over } = await judged(checkFit(fixture, { ...given, C: given.C * 1.001 }));
    expect(over.some((line) => line.startsWith("coefficients"))).toBe(true);
  });

  test("what a fit tells beyond what is known here is not passed over", async () => {
    const given = { ...fixture.fits[0]!, l1_ratio: 0.5 };
    await expect(judged(checkFit(fixture, given))).rejects.toThrow(/not covered: .*l1_ratio/);
  });
});
