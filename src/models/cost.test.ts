import { describe, expect, test } from "vitest";
import { headMacs, networkCost } from "./cost.ts";
import { inceptionV4 } from "./inception-v4.ts";

const full = networkCost(1, [299, 299]);

describe("the cost of the network", () => {
  test.each([
    [299, 12_252_438_624],
    [224, 6_120_358_752],
    [192, 4_274_298_720],
    [128, 1_579_054_944],
  ])("at %i pixels is %i multiply-accumulates", (size, macs) => {
    expect(networkCost(1, [size, size]).macs).toBe(macs);
  });

  test("with a head of 1000 classes is timm's 12.254 GMAC", () => {
    expect(full.macs + headMacs(1, { classes: 1000, hidden: [], dropout: 0 })).toBe(12_253_974_624);
    expect(headMacs(1, { classes: 3, hidden: [1024], dropout: 0 })).toBe(1536 * 1024 + 1024 * 3);
  });

  test("falls with the square of the width, but for the picture's three channels", () => {
    const first = full.convolutions[0]!.macs;
    expect(networkCost(1 / 4, [299, 299]).macs).toBe((full.macs - first) / 16 + first / 4);
  });

  test("leaves 15.09 million activations of convolutions and 41,079,648 weights", () => {
    const elements = full.convolutions.map(({ output: [channels, height, width] }) => channels * height * width);
    expect(elements.reduce((total, count) => total + count, 0)).toBe(15_089_184);
    expect(full.convolutions.reduce((total, { weights }) => total + weights, 0)).toBe(41_079_648);
    expect(full.convolutions.length).toBe(149);
  });

  test("is divided among the blocks as computed by hand", () => {
    const gigaMacs = (paper: string) => (full.blocks.find((block) => block.paper === paper)!.macs / 1e9).toFixed(3);
    const papers = ["mixed_3a", "mixed_4a", "mixed_5a", "mixed_5e", "mixed_6a", "mixed_6h", "mixed_7a", "mixed_7d"];
    expect(papers.map(gigaMacs)).toEqual(["0.295", "0.972", "0.406", "0.388", "1.097", "0.847", "0.511", "0.291"]);
  });

  test("has the boundaries of the graph, with their shapes", () => {
    const size = [107, 131] as const;
    const { boundaries } = inceptionV4({ width: 1 / 8, batch: 1, size, image: "preprocessed" });
    const costs = networkCost(1 / 8, size).boundaries;
    expect(costs.map(({ name, shape }) => [name, shape])).toEqual(
      boundaries.map(({ name, value }) => [name, value.type.shape.slice(1)]),
    );
  });

  test("behind a boundary is what the suffix costs", () => {
    const behind = (name: string) => full.boundaries.find((boundary) => boundary.name === name)!;
    expect(behind("image").macsBehind).toBe(full.macs);
    expect((behind("features.18").macsBehind / 1e9).toFixed(2)).toBe("0.87");
    expect((behind("features.17").macsBehind / 1e9).toFixed(2)).toBe("1.38");
    expect(behind("features.21").macsBehind).toBe(0);
    expect(behind("pooled").macsBehind).toBe(0);
    expect(behind("features.18").elements).toBe(1536 * 8 * 8);
  });
});
