import { describe, expect, test } from "vitest";
import { readFixture } from "../support/fixture.ts";
import { type AugmentFixture, checkAugment } from "./augment.ts";
import { judged } from "./judged.ts";

const fixture = readFixture<AugmentFixture>("augment");

describe("changes of pictures", () => {
  test("are torchvision's and timm's, byte for byte", async () => {
    const checks = 1 + 28 + 14 * 3 + 4 + 8 * 2 + 2;
    expect(await judged(checkAugment(fixture))).toEqual({ compared: checks, over: [] });
  });

  test("that are not known are failed checks, and so is a byte that differs", async () => {
    const [value] = fixture.values;
    const changed = {
      ...fixture,
      values: [
        { ...value!, operation: "Invert" },
        { ...value!, bytes: `A${value!.bytes.slice(1)}` },
      ],
      mixes: [{ ...fixture.mixes[0]!, kind: "fmix" }],
    };
    expect((await judged(checkAugment(changed))).over).toHaveLength(3);
  });
});
