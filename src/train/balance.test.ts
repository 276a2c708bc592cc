import { describe, expect, test } from "vitest";
import { appendLoss, targetsOf } from "../compile/2-loss.ts";
import { differentiate } from "../compile/3-differentiate.ts";
import { build, newGraph } from "../ir/graph.ts";
import { evaluate } from "../ir/reference.ts";
import { balancedWeights, countsOf, imbalanceOf, lossTermsOf } from "./balance.ts";

describe("weights of classes", () => {
  test("are scikit-learn's: compute_class_weight('balanced') of 7, 2 and 3 images", () => {
    const weights = balancedWeights([7, 2, 3]);
    for (const [c, weight] of [0.57142857, 2, 1.33333333].entries()) expect(weights[c]).toBeCloseTo(weight, 8);
  });

  test("have the mean 1 over the images, so that the learning rate keeps its meaning", () => {
    const counts = [90, 1, 13, 0];
    const total = balancedWeights(counts).reduce((sum, weight, c) => sum + weight * counts[c]!, 0);
    expect(total / 104).toBeCloseTo(1, 12);
  });
});

describe("logit adjustment", () => {
  // torch 2.13: cross_entropy(z + pi.log(), y) and its gradient, in float64
  const logits = Float64Array.of(1, -2, 0.5, 0, 0.25, 3, 2, 2, -1);
  const [labels, counts] = [
    [0, 2, 1],
    [7, 2, 3],
  ];
  const loss = 0.6367347226104568;
  const gradient = [
    ...[-0.07172442247555136, 0.003721354494433947, 0.06800306798111744],
    ...[0.033417037473120206, 0.012259521561683726, -0.0456765590348039],
    ...[0.25502691182765636, -0.2604685013825744, 0.005441589554918029],
  ];

  test("gives PyTorch's loss and gradient of the logits plus the logarithms of the shares", () => {
    const graph = newGraph();
    const input = build(graph).input({ name: "logits", dtype: "float32", shape: [3, 3] });
    const { logitOffsets } = lossTermsOf("adjust", counts);
    const value = appendLoss(graph, input, { logitOffsets });
    const [slope] = differentiate(graph, value, [input]);
    const given = { logits, targets: targetsOf(labels, 3) };
    const ours = evaluate({ graph, outputs: { value, slope: slope! } }, given);
    expect(ours.value![0]).toBeCloseTo(loss, 6); // constants of a program are float32
    for (const [i, expected] of gradient.entries()) expect(ours.slope![i]).toBeCloseTo(expected, 6);
  });
});

test("nothing is added to the loss for even sampling, nor for nothing", () => {
  expect(lossTermsOf("sampling", [5, 1])).toEqual({});
  expect(lossTermsOf("none", [5, 1])).toEqual({});
});

describe("that classes differ", () => {
  test("is said from more than ten to one on, with the two that differ most", () => {
    const names = ["cat", "dog", "fox"];
    expect(imbalanceOf(names, countsOf([...Array(20).fill(1), 0, 0, 2, 2, 2], 3))).toBeUndefined();
    expect(imbalanceOf(names, [2, 21, 3])).toEqual({
      most: { name: "dog", images: 21 },
      least: { name: "cat", images: 2 },
    });
    expect(imbalanceOf(names, [0, 21, 3])).toBeUndefined();
    expect(imbalanceOf([], [])).toBeUndefined();
  });
});
