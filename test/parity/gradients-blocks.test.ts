import { beforeAll, describe, expect, test } from "vitest";
import { readFixture } from "../support/fixture.ts";
import { float32, float64 } from "./engine.ts";
import { type BlockInputs, type BlocksFixture, blockInputs, checkBlockCase } from "./gradients-blocks.ts";
import { judged } from "./judged.ts";

const fixture = readFixture<BlocksFixture>("gradients");

describe("gradients of one block alone are PyTorch's, in both precisions", () => {
  let inputs: BlockInputs;
  beforeAll(async () => {
    inputs = await blockInputs(fixture);
  });

  test.each(fixture.blocks)("$id", async (given) => {
    for (const engine of [float64, float32]) {
      const { compared, over } = await judged(checkBlockCase(fixture, given, inputs, engine));
      expect(over).toEqual([]);
      expect(compared).toBeGreaterThan(5 + given.parameters.length);
    }
  });

  test("statistics of the batch taken for stored ones are found", async () => {
    const given = fixture.blocks.find(({ id }) => id === "features.5-train")!;
    const { over } = await judged(
      checkBlockCase(fixture, { ...given, batchNorm: "running statistics" }, inputs, float64),
    );
    expect(over.length).toBeGreaterThan(4);
  });
});
