import { describe, expect, test } from "vitest";
import { networkParameters } from "../../src/models/parameters.ts";
import { batchStatisticsOf, kerasOptimizer, learningSetOf, torchOptimizer, widthOf } from "./settings.ts";

const infos = networkParameters(1 / 16, { classes: 5, hidden: [], dropout: 0 });

describe("words of the fixtures", () => {
  test("widths are fractions", () => {
    expect([widthOf("1"), widthOf("1/16"), widthOf("3/32")]).toEqual([1, 1 / 16, 3 / 32]);
    expect(() => widthOf("half")).toThrow('not covered: width "half"');
  });

  test("batch norms are named all, none, or by the first and the last block", () => {
    expect(batchStatisticsOf("running statistics everywhere").size).toBe(0);
    expect(batchStatisticsOf("batch statistics everywhere").size).toBe(149);
    const last = batchStatisticsOf("batch statistics in features.19-21, running statistics before");
    expect(last.size).toBe(30);
    expect([...last].every((name) => /^features\.(19|20|21)\..*\.bn$/.test(name))).toBe(true);
    expect(() => batchStatisticsOf("group norm")).toThrow(/^not covered/);
  });

  test("a learning set is every parameter but statistics, or blocks and layers by name", () => {
    expect(learningSetOf("every parameter", infos).size).toBe(149 * 3 + 2);
    expect([...learningSetOf("last_linear", infos)]).toEqual(["last_linear.weight", "last_linear.bias"]);
    expect(learningSetOf("features.19, features.20, features.21, last_linear", infos).size).toBe(92);
    expect(() => learningSetOf("features.19, features.22", infos)).toThrow(/^not covered/);
  });

  test("optimizers come with their library's defaults", () => {
    const { optimizer, learningRate } = torchOptimizer({ type: "RMSprop", lr: 0.001, alpha: 0.5 });
    expect(learningRate).toBe(0.001);
    expect(optimizer).toMatchObject({ name: "rmsprop", definition: "pytorch", decay: 0.5, epsilon: 1e-8 });
    expect(kerasOptimizer({ type: "adam" })).toMatchObject({
      learningRate: 1e-3,
      optimizer: { definition: "keras", epsilon: 1e-7 },
    });
  });

  test("an optimizer or an argument which we do not have is an error", () => {
    expect(() => torchOptimizer({ type: "LBFGS", lr: 1 })).toThrow(/LBFGS/);
    expect(() => torchOptimizer({ type: "SGD", lr: 1, maximize: true })).toThrow(/maximize/);
    expect(() => kerasOptimizer({ type: "lion" })).toThrow(/lion/);
  });
});
