import { describe, expect, test } from "vitest";
import { readFixture } from "../../test/support/fixture.ts";
import { ruleImages, ruleParameters } from "../../test/support/rule.ts";
import { build, newGraph } from "../ir/graph.ts";
import { evaluate } from "../ir/reference.ts";
import { verify } from "../ir/verify.ts";
import { stream } from "../random.ts";
import { appendBatchNorm, appendStoredNorm } from "./batch-norm.ts";
import { inceptionV4 } from "./inception-v4.ts";
import { convolutions } from "./parameters.ts";

const shape = [3, 2, 4, 5];
const random = stream(1, "batch norm");
const x = Float64Array.from({ length: 120 }, () => 1000 + random());
const given = { x, "n.weight": [2, 3], "n.bias": [-1, 1] };

describe("a batch norm with the statistics of the batch", () => {
  const graph = newGraph();
  const g = build(graph);
  const { output, statistics } = appendBatchNorm(g, g.input({ name: "x", dtype: "float32", shape }), "n");
  const program = verify({ graph, outputs: { output, mean: statistics.mean, variance: statistics.variance } });
  const found = evaluate(program, given);

  test("reports mean and biased variance of each channel, and how many numbers are behind them", () => {
    expect(statistics.count).toBe(60);
    for (const channel of [0, 1]) {
      const own = x.filter((_, i) => Math.floor(i / 20) % 2 === channel);
      const mean = own.reduce((sum, value) => sum + value, 0) / 60;
      const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 60;
      expect(found.mean![channel]).toBeCloseTo(mean, 9);
      expect(found.variance![channel]).toBeCloseTo(variance, 9);
    }
  });

  test("is the stored form with those statistics stored", () => {
    const stored = newGraph();
    const h = build(stored);
    const y = appendStoredNorm(h, h.input({ name: "x", dtype: "float32", shape }), "n");
    const statistics = { "n.running_mean": found.mean!, "n.running_var": found.variance! };
    const expected = evaluate(verify({ graph: stored, outputs: { y } }), { ...given, ...statistics }).y!;
    for (const [i, value] of expected.entries()) expect(found.output![i]).toBeCloseTo(value, 9);
  });
});

interface TrainingCase {
  readonly id: string;
  readonly logits: readonly (readonly number[])[];
  readonly runningStatistics: {
    readonly layers: readonly {
      name: string;
      count: number;
      batchMeanNorm: number;
      batchVarNorm: number;
      keras: { mean01: number[]; var01: number[] };
    }[];
  };
}

describe("with batch statistics in all 149 layers (gradients.json, w16-107-train, float64)", () => {
  const { cases } = readFixture<{ cases: readonly TrainingCase[] }>("gradients");
  const expected = cases.find(({ id }) => id === "w16-107-train")!;
  const batchStatistics = new Set(convolutions(1 / 16).map(({ name }) => `${name}.bn`));
  const head = { classes: 5, hidden: [], dropout: 0 };
  const options = { width: 1 / 16, batch: 4, size: [107, 107], image: "preprocessed", head, batchStatistics } as const;
  const { graph, statistics, logits } = inceptionV4(options);
  const named = statistics.flatMap(({ batchNorm, mean, variance }) => [
    [`mean:${batchNorm}`, mean] as const,
    [`variance:${batchNorm}`, variance] as const,
  ]);
  const program = verify({ graph, outputs: { logits: logits!, ...Object.fromEntries(named) } });
  const parameters = ruleParameters(1, 1 / 16, { classes: 5 });
  const found = evaluate(program, { ...parameters, image: ruleImages(1, "input:4x107").values });

  test("the logits are PyTorch's", () => {
    for (const [i, value] of expected.logits.flat().entries()) expect(found.logits![i]).toBeCloseTo(value, 8);
  });

  test("mean, variance and count of every layer are PyTorch's and Keras'", () => {
    expect(statistics.map(({ batchNorm, count }) => [batchNorm, count])).toEqual(
      expected.runningStatistics.layers.map(({ name, count }) => [name, count]),
    );
    const norm = (values: Float64Array) => Math.hypot(...values);
    for (const { name, batchMeanNorm, batchVarNorm, keras } of expected.runningStatistics.layers) {
      expect(norm(found[`mean:${name}`]!) / batchMeanNorm).toBeCloseTo(1, 8);
      expect(norm(found[`variance:${name}`]!) / batchVarNorm).toBeCloseTo(1, 8);
      keras.var01.forEach((value, i) => {
        const moved = 0.99 * parameters[`${name}.running_var`]![i]! + 0.01 * found[`variance:${name}`]![i]!;
        expect(moved / value).toBeCloseTo(1, 8);
      });
    }
  });
});
