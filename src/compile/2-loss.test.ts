import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { givenFor } from "../../test/support/given.ts";
import { difference, uniform, whole } from "../../test/support/numbers.ts";
import { build, newGraph } from "../ir/graph.ts";
import { evaluate } from "../ir/reference.ts";
import { verify } from "../ir/verify.ts";
import { stream } from "../random.ts";
import { appendLoss, type BatchNotes, crossEntropyOf, type LossOptions, plainLoss, targetsOf } from "./2-loss.ts";

const runs = { seed: 1, numRuns: 100 };
const weights = [0.5, 2, 1.25, 3];

/** A batch of labels and logits over four classes. */
const batches = fc.integer({ min: 0, max: 1e6 }).map((seed) => {
  const random = stream(seed, "batch");
  const labels = Array.from({ length: whole(random, 1, 6) }, () => whole(random, 0, 3));
  return { labels, logits: uniform(random, labels.length * 4, -4, 4), epsilon: random() * 0.9 };
});

describe("targets", () => {
  test("are 1 / batch at the label, plain", () => {
    expect([...targetsOf([2, 0], 3)]).toEqual([0, 0, 1 / 2, 1 / 2, 0, 0]);
    expect([...targetsOf(Uint8Array.of(1), 2, plainLoss)]).toEqual([0, 1]);
  });

  test("spread the smoothed share evenly: 0.2 over 4 classes is 0.05 each, and 0.8 more at the label", () => {
    const smoothed = { ...plainLoss, labelSmoothing: 0.2 };
    expect(difference(targetsOf([1], 4, smoothed), [0.05, 0.85, 0.05, 0.05])).toBeLessThan(1e-15);
  });

  test("carry class weights: Keras divides by the number of images, PyTorch by the sum of their weights", () => {
    const options = { labelSmoothing: 0, classWeights: [1, 3] };
    expect([...targetsOf([0, 1], 2, { ...options, classWeighting: "keras" })]).toEqual([1 / 2, 0, 0, 3 / 2]);
    expect([...targetsOf([0, 1], 2, { ...options, classWeighting: "pytorch" })]).toEqual([1 / 4, 0, 0, 3 / 4]);
  });

  test("carry the weights of images, as Keras' sample_weight: a factor of the image's row", () => {
    expect([...targetsOf([0, 1], 2, plainLoss, { weights: [3, 0.5] })]).toEqual([3 / 2, 0, 0, 0.5 / 2]);
    const both = { labelSmoothing: 0, classWeights: [1, 3], classWeighting: "keras" } as const;
    expect([...targetsOf([0, 1], 2, both, { weights: [3, 0.5] })]).toEqual([3 / 2, 0, 0, 1.5 / 2]);
  });

  test("with weights 1 and 2 are those of the second image shown twice, but for the divisor", () => {
    fc.assert(
      fc.property(batches, fc.constantFrom("keras", "pytorch"), ({ labels, logits, epsilon }, classWeighting) => {
        const options: LossOptions = { labelSmoothing: epsilon, classWeights: weights, classWeighting };
        const doubled = [...labels, ...labels];
        const once = lossOf(logits, labels, options, { weights: labels.map(() => 2) });
        const twice = lossOf(Float64Array.of(...logits, ...logits), doubled, options);
        const factor = classWeighting === "keras" ? 2 : 1;
        expect(difference([once], [factor * twice])).toBeLessThan(1e-12);
      }),
      runs,
    );
  });

  test("of mixed images are those of both, by their shares; the middle one keeps its own", () => {
    const rows = [...targetsOf([0, 2, 1], 3, plainLoss, { ownShare: 0.75 })].map((value) => value * 3);
    expect(difference(rows, [0.75, 0.25, 0, 0, 0, 1, 0.25, 0.75, 0])).toBeLessThan(1e-15);
  });

  test("of mixed images give the mixed losses of both labels (mixup's definition)", () => {
    fc.assert(
      fc.property(batches, fc.double({ min: 0, max: 1, noNaN: true }), ({ labels, logits, epsilon }, ownShare) => {
        const options: LossOptions = { labelSmoothing: epsilon, classWeighting: "keras" };
        const mixed = lossOf(logits, labels, options, { ownShare });
        const own = lossOf(logits, labels, options);
        const other = lossOf(logits, labels.toReversed(), options);
        expect(difference([mixed], [ownShare * own + (1 - ownShare) * other])).toBeLessThan(1e-12);
      }),
      runs,
    );
  });

  test("sum to 1 / batch in every row where classes have no weights", () => {
    fc.assert(
      fc.property(batches, fc.constantFrom("keras", "pytorch"), ({ labels, epsilon }, classWeighting) => {
        const targets = targetsOf(labels, 4, { labelSmoothing: epsilon, classWeighting });
        const rows = labels.map((_, i) => targets.subarray(i * 4, i * 4 + 4).reduce((total, t) => total + t, 0));
        expect(
          difference(
            rows,
            labels.map(() => 1 / labels.length),
          ),
        ).toBeLessThan(1e-14);
      }),
      runs,
    );
  });
});

describe("the loss program on these targets is", () => {
  test("the mean of crossEntropyOf, plain", () => {
    fc.assert(
      fc.property(batches, ({ labels, logits }) => {
        expect(difference([lossOf(logits, labels, plainLoss)], [mean(crossEntropyOf(logits, labels, 4))])).toBeLessThan(
          1e-13,
        );
      }),
      runs,
    );
  });

  test.each([
    ["without class weights", undefined],
    ["with class weights", weights],
  ])("Keras' loss, smoothed, %s: the mean of w(y) · Σ -((1-ε) y + ε/K) log p", (_, classWeights) => {
    fc.assert(
      fc.property(batches, ({ labels, logits, epsilon }) => {
        const ofImages = labels.map((label, image) => {
          const smoothed = [0, 1, 2, 3].map((c) => (c === label ? 1 : 0) * (1 - epsilon) + epsilon / 4);
          const loss = smoothed.reduce((total, t, c) => total - t * Math.log(probabilities(logits, image)[c]!), 0);
          return (classWeights?.[label] ?? 1) * loss;
        });
        const options: LossOptions = { labelSmoothing: epsilon, classWeights, classWeighting: "keras" };
        expect(difference([lossOf(logits, labels, options)], [mean(ofImages)])).toBeLessThan(1e-12);
      }),
      runs,
    );
  });

  // torch.nn.CrossEntropyLoss: (1-ε) times the weighted mean of -log p(y), ε/K times the same mean of Σ -w(c) log p(c)
  test.each([
    ["without class weights", undefined],
    ["with class weights", weights],
  ])("PyTorch's loss, smoothed, %s", (_, classWeights) => {
    fc.assert(
      fc.property(batches, ({ labels, logits, epsilon }) => {
        const weight = (c: number) => classWeights?.[c] ?? 1;
        const sum = (of: (label: number, image: number) => number) =>
          labels.map(of).reduce((total, value) => total + value, 0);
        const own = sum((label, image) => -weight(label) * Math.log(probabilities(logits, image)[label]!));
        const all = sum((_, image) =>
          probabilities(logits, image).reduce((total, p, c) => total - weight(c) * Math.log(p), 0),
        );
        const expected = ((1 - epsilon) * own + (epsilon / 4) * all) / sum((label) => weight(label));
        const options: LossOptions = { labelSmoothing: epsilon, classWeights, classWeighting: "pytorch" };
        expect(difference([lossOf(logits, labels, options)], [expected])).toBeLessThan(1e-12);
      }),
      runs,
    );
  });
});

describe("crossEntropyOf", () => {
  test("is log of the number of classes where all logits are equal", () => {
    expect(difference(crossEntropyOf([7, 7, 7, 7], [2], 4), [Math.log(4)])).toBeLessThan(1e-15);
  });

  test("neither overflows nor loses the small", () => {
    expect([...crossEntropyOf([1000, 0, 0, 1000], [0, 0], 2)]).toEqual([0, 1000]);
  });

  test("is -log softmax at the label, image by image", () => {
    fc.assert(
      fc.property(batches, ({ labels, logits }) => {
        const expected = labels.map((label, image) => -Math.log(probabilities(logits, image)[label]!));
        expect(difference(crossEntropyOf(logits, labels, 4), expected)).toBeLessThan(1e-13);
      }),
      runs,
    );
  });
});

describe("the penalty", () => {
  test("adds factor · Σ w² of the named parameters and of no others", () => {
    const { graph, logits } = linear();
    const plain = appendLoss(graph, logits);
    const { graph: graph2, logits: logits2 } = linear();
    const penalty = { factor: 0.01, parameters: new Set(["weight", "bias"]) };
    const punished = appendLoss(graph2, logits2, { penalty });
    const given: Record<string, Float64Array> = { ...givenFor(graph), targets: targetsOf([1, 2], 3) };
    const squares = [...given.weight!, ...given.bias!].reduce((total, value) => total + value * value, 0);
    const losses = [
      evaluate(verify({ graph, outputs: { plain } }), given).plain![0]!,
      evaluate(verify({ graph: graph2, outputs: { punished } }), given).punished![0]!,
    ] as const;
    expect(losses[1] - losses[0]).toBeCloseTo(0.01 * squares, 12);
  });

  test("of factor zero leaves the program as it is", () => {
    const [{ graph, logits }, other] = [linear(), linear()];
    appendLoss(graph, logits, { penalty: { factor: 0, parameters: new Set(["weight"]) } });
    appendLoss(other.graph, other.logits);
    expect(graph).toEqual(other.graph);
  });
});

/** The loss that the program computes. */
function lossOf(logits: Float64Array, labels: readonly number[], options: LossOptions, notes: BatchNotes = {}): number {
  const graph = newGraph();
  const input = build(graph).input({ name: "logits", dtype: "float32", shape: [labels.length, 4] });
  const loss = appendLoss(graph, input);
  return evaluate({ graph, outputs: { loss } }, { logits, targets: targetsOf(labels, 4, options, notes) }).loss![0]!;
}

/** Softmax of one image's four logits, straight from its definition. */
function probabilities(logits: Float64Array, image: number): readonly number[] {
  const powers = [0, 1, 2, 3].map((c) => Math.exp(logits[image * 4 + c]!));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((total, value) => total + value, 0) / values.length;
}

function linear() {
  const graph = newGraph();
  const g = build(graph);
  const x = g.input({ name: "x", dtype: "float32", shape: [2, 4] });
  const weight = g.parameter({ name: "weight", shape: [4, 3] });
  const scale = g.parameter({ name: "scale", shape: [1, 3] });
  const logits = g.add(g.multiply(g.matMul(x, weight), scale), g.parameter({ name: "bias", shape: [1, 3] }));
  return { graph, logits };
}
