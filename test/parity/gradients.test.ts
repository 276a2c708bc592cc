import { describe, expect, test } from "vitest";
import { readFixture } from "../support/fixture.ts";
import { enginesFor, float64 } from "./engine.ts";
import { checkGradientsCase, type GradientsFixture } from "./gradients.ts";
import { judged } from "./judged.ts";
import { widthOf } from "./settings.ts";

const fixture = readFixture<GradientsFixture>("gradients");
const cases = fixture.cases.flatMap((given) =>
  enginesFor(widthOf(given.width)).map((engine) => ({ id: given.id, given, engine })),
);

describe("gradients of the cross-entropy are PyTorch's, parameter by parameter", () => {
  test.each(cases)("$id in $engine.name", async ({ given, engine }) => {
    const { compared, over } = await judged(checkGradientsCase(fixture, given, engine));
    expect(over).toEqual([]);
    expect(compared).toBeGreaterThan(90);
  });

  test("a gradient that is off by a ten-millionth is found, and what else belongs to it is not blamed", async () => {
    const given = fixture.cases.find(({ id }) => id.includes("suffix"))!;
    const [first, ...others] = given.parameters;
    const parameters = [{ ...first!, norm: first!.norm * (1 + 1e-7) }, ...others];
    const { over } = await judged(checkGradientsCase(fixture, { ...given, parameters }, float64));
    expect(over).toHaveLength(1);
    expect(over[0]).toContain(first!.name);
  });

  test("batch norms which are said to use something unknown are not covered", async () => {
    const given = { ...fixture.cases[0]!, batchNorm: "group statistics" };
    const { over } = await judged(checkGradientsCase(fixture, given, float64));
    expect(over).toEqual(['not covered: batch norms with "group statistics": Infinity of 0']);
  });
});
