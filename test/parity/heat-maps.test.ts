import { describe, expect, test } from "vitest";
import { readFixture } from "../support/fixture.ts";
import { checkHeatMaps, type HeatMapFixture } from "./heat-maps.ts";
import { judged } from "./judged.ts";

const fixture = readFixture<HeatMapFixture>("grad-cam");

describe("heat maps are those that PyTorch's gradients give", () => {
  test.each(fixture.cases)("$id", async (given) => {
    const { compared, over } = await judged(checkHeatMaps({ ...fixture, cases: [given] }));
    expect(over).toEqual([]);
    expect(compared).toBeGreaterThan(given.maps.length);
  });

  test("the map of another class is found out", async () => {
    const [given] = fixture.cases;
    const [first, ...others] = given!.maps;
    const cases = [{ ...given!, maps: [{ ...first!, class: first!.class + 1 }, ...others] }];
    expect((await judged(checkHeatMaps({ ...fixture, cases }))).over).toHaveLength(1);
  });
});
