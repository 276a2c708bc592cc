import { describe, expect, test } from "vitest";
import { inceptionInput } from "../input-format.ts";
import { stream } from "../random.ts";
import { type Tier, tiers } from "./augment.ts";
import type { Pixels } from "./resize.ts";
import { trainingView } from "./view.ts";

const format = { ...inceptionInput, size: 80 };
const image: Pixels = {
  width: 160,
  height: 120,
  pixels: Uint8Array.from({ length: 160 * 120 * 3 }, (_, i) => (i * 7 + Math.floor(i / 480) * 3) % 251),
};
const view = (tier: Tier, seed: number) => trainingView(image, format, stream(seed, "view"), tiers[tier]);

describe("a tier", () => {
  test.each(Object.keys(tiers) as Tier[])(
    "%s draws the same view under the same name, of the size asked for",
    (tier) => {
      expect(view(tier, 1)).toEqual(view(tier, 1));
      expect(view(tier, 1)).toHaveLength(80 * 80 * 3);
      expect(view(tier, 1)).not.toEqual(view(tier, 2));
    },
  );

  test("changes what the one below it only crops and mirrors", () => {
    const differing = (tier: Tier) =>
      [...Array(40).keys()].filter((seed) => Buffer.compare(view("light", seed), view(tier, seed)) !== 0).length;
    expect(differing("medium")).toBe(40);
    expect(differing("strong")).toBeGreaterThan(25); // some draws of TrivialAugment change nothing
  });

  test("that erases does so in the colour that the network sees as nothing, in a quarter of the views", () => {
    const erasing = { ...tiers.light, erasing: 0.25 };
    const erased = [...Array(200).keys()].filter((seed) => {
      const pixels = trainingView(image, format, stream(seed, "view"), erasing);
      const grey = pixels.filter((value) => value === 128).length / pixels.length;
      return grey > 0.018;
    });
    expect(erased.length).toBeGreaterThan(30);
    expect(erased.length).toBeLessThan(75);
  });
});
