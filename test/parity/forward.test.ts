import { describe, expect, test } from "vitest";
import { readFixture } from "../support/fixture.ts";
import { enginesFor, float64 } from "./engine.ts";
import { checkForwardCase, type ForwardFixture } from "./forward.ts";
import { judged } from "./judged.ts";
import { widthOf } from "./settings.ts";

const fixture = readFixture<ForwardFixture>("forward");
const cases = fixture.cases.flatMap((given) =>
  enginesFor(widthOf(given.width)).map((engine) => ({ id: given.id, given, engine })),
);

describe("inference is timm's, block by block", () => {
  test.each(cases)("$id in $engine.name", async ({ given, engine }) => {
    const { compared, over } = await judged(checkForwardCase(fixture, given, engine));
    expect(over).toEqual([]);
    expect(compared).toBeGreaterThan(50);
  });

  test("a sample that is off by a millionth of the rms is found, and where it is", async () => {
    const [given] = fixture.cases;
    const blocks = given!.blocks.map((block) =>
      block.name === "features.7" ? { ...block, values: block.values.map((value) => value + 1e-6 * block.rms) } : block,
    );
    const { over } = await judged(checkForwardCase(fixture, { ...given!, blocks }, float64));
    expect(over).toHaveLength(1);
    expect(over[0]).toMatch(/^features\.7: /);
  });

  test("weights of another seed are not these", async () => {
    const { over } = await judged(checkForwardCase({ ...fixture, seed: fixture.seed + 1 }, fixture.cases[0]!, float64));
    expect(over.length).toBeGreaterThan(40);
  });
});
