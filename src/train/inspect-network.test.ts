import { describe, expect, test } from "vitest";
import { networkCost } from "../models/cost.ts";
import { inspectNetwork } from "./inspect-network.ts";

describe("a look at the network", () => {
  test("counts what Keras' last 50 layers let learn at full width", async () => {
    const { learning, batchNorms, trunk, total } = await inspectNetwork({
      width: 1,
      unfreeze: "50 layers",
      classes: 10,
    });
    expect(learning.kernels).toEqual({ tensors: 11, parameters: 4_939_776 });
    expect(learning.scales).toEqual({ tensors: 16, parameters: 4_800 });
    expect(learning.offsets).toEqual({ tensors: 16, parameters: 4_800 });
    expect(learning.head).toEqual({ tensors: 2, parameters: 1537 * 10 });
    expect(learning.total).toEqual({ tensors: 45, parameters: 4_949_376 + 15_370 });
    expect(batchNorms).toHaveLength(16);
    expect(trunk).toMatchObject({ boundary: "features.19", block: "mixed_7b", shape: [1536, 8, 8] });
    expect(trunk.bytesPerImage).toBe(1536 * 8 * 8 * 2);
    expect(total.parameters).toBe(41_142_816 + 15_370);
  });

  test("finds the same cost of the frozen part as the table of costs", async () => {
    const { trunk } = await inspectNetwork({ width: 0.25, size: 107, unfreeze: "from mixed_7b" });
    const cost = networkCost(0.25, [107, 107]);
    const behind = cost.boundaries.find(({ name }) => name === "features.18")!.macsBehind;
    expect(trunk).toMatchObject({ boundary: "features.18", block: "mixed_7a", macs: cost.macs - behind });
  });

  test("knows that a step with a frozen base costs the head alone", async () => {
    const { trunk, step } = await inspectNetwork({ width: 0.25, size: 80, unfreeze: "none", classes: 7 });
    expect(trunk).toMatchObject({ boundary: "pooled", shape: [384], bytesPerImage: 384 * 4 });
    expect(trunk.macs).toBe(networkCost(0.25, [80, 80]).macs);
    expect(step.macs).toBe(2 * 384 * 7); // logits, and the gradient of the weight: nothing needs that of the features
  });

  test("keeps nothing where everything learns, and then a step costs almost three passes", async () => {
    const { trunk, step } = await inspectNetwork({ width: 0.25, size: 107, unfreeze: "all", classes: 2 });
    expect(trunk).toMatchObject({ boundary: "image", block: null, bytesPerImage: 0, macs: 0 });
    const { macs, convolutions } = networkCost(0.25, [107, 107]);
    // forward, kernel and input gradients; only the image needs no gradient
    expect(step.macs).toBe(3 * macs - convolutions[0]!.macs + 3 * 384 * 2);
  });

  test("says at which size and width the package's own network works", async () => {
    expect(await inspectNetwork({ weights: "small" })).toMatchObject({
      weights: "small",
      width: 0.25,
      size: 80,
      unfreeze: "50 layers",
    });
  });

  test("knows the published network without its file", async () => {
    expect(await inspectNetwork({})).toMatchObject({
      weights: "imagenet",
      width: 1,
      size: 299,
      total: { parameters: 41_142_816 + 1537 * 2 },
    });
  });

  test("refuses what the options refuse", async () => {
    await expect(inspectNetwork({ size: 50 })).rejects.toThrow("options/value");
    await expect(inspectNetwork({ unfreeze: "much" })).rejects.toThrow("options/unfreeze");
    await expect(inspectNetwork({ width: 0.3 })).rejects.toThrow("options/width");
  });
});
