import { describe, expect, test } from "vitest";
import { encodeFloat16 } from "../float16.ts";
import { openModel } from "../runtime/session.ts";
import { type AnswerNumbers, hasAnswers, withAnswers, withoutAnswers } from "./answers.ts";
import type { OnnxModel } from "./schema.ts";
import { writeModel } from "./write.ts";

/** A network that does nothing: two classes, features of three numbers. */
const network: OnnxModel = {
  irVersion: 9,
  opset: 18,
  producer: { name: "test", version: "" },
  metadata: {},
  graph: {
    name: "nothing",
    nodes: ["logits", "features"].map((name) => ({
      ...{ op: "Identity", inputs: [`given ${name}`], outputs: [name], attributes: {} },
    })),
    inputs: [
      { name: "given logits", dataType: "float32", shape: ["batch", 2] },
      { name: "given features", dataType: "float32", shape: ["batch", 3] },
    ],
    outputs: [
      { name: "logits", dataType: "float32", shape: ["batch", 2] },
      { name: "features", dataType: "float32", shape: ["batch", 3] },
    ],
    initializers: [],
  },
};

/** Six points on the axes around (1, 1, 1), from 1 to 6 units of 2 away from it. */
const prototypes = {
  halves: encodeFloat16(Float32Array.of(1, 0, 0, 0, 2, 0, 0, 0, 3, -4, 0, 0, 0, -5, 0, 0, 0, -6)),
  centre: Float32Array.of(1, 1, 1),
  unit: 2,
};

async function answers(numbers: AnswerNumbers, logits: readonly number[], features: readonly number[]) {
  const session = await openModel(writeModel(withAnswers(network, numbers)), { threads: 1 });
  const feeds = { "given logits": Float32Array.from(logits), "given features": Float32Array.from(features) };
  const outputs = await session.run(feeds);
  await session.release();
  return outputs;
}

describe("behind a network", () => {
  test("probabilities are the softmax of what is left of the logits at this temperature, and logits stay", async () => {
    const { logits, probabilities } = await answers({ temperature: 2, prototypes }, [2 * Math.log(3), 0], [1, 0, 0]);
    expect(logits![0]).toBeCloseTo(2 * Math.log(3), 6);
    expect([...probabilities!].map((p) => p.toFixed(5))).toEqual(["0.75000", "0.25000"]);
  });

  test("the distance is that to the fifth nearest prototype, in units", async () => {
    const rows = [1, 1, 1, 3, 1, 1, 1, 1, 1001];
    const { distance } = await answers({ temperature: 1, prototypes }, new Array(6).fill(0), rows);
    const far = [1, 2, 4, 5].map((other) => Math.hypot(500, other)).concat(497, 506);
    const meant = [5, Math.hypot(1, 5), far.sort((left, right) => left - right)[4]!];
    for (const [row, value] of meant.entries()) expect(distance![row]! / value).toBeCloseTo(1, 5);
  });

  test("the distance is that to the farthest of fewer prototypes, and that between equals is 0", async () => {
    const few = { ...prototypes, halves: prototypes.halves.subarray(0, 6) };
    const { distance } = await answers({ temperature: 1, prototypes: few }, [0, 0], [3, 1, 1]);
    expect(distance![0]).toBeCloseTo(Math.sqrt(5), 5);
    const one = { ...prototypes, halves: prototypes.halves.subarray(0, 3) };
    expect((await answers({ temperature: 1, prototypes: one }, [0, 0], [3, 1, 1])).distance![0]).toBe(0);
  });

  test("numbers are found again, and the network as it was", () => {
    for (const numbers of [
      { temperature: 1.5, prototypes },
      { temperature: 1, prototypes: undefined },
    ]) {
      const model = withAnswers(network, numbers);
      expect([hasAnswers(network), hasAnswers(model)]).toEqual([false, true]);
      const found = withoutAnswers(model);
      expect(found.numbers).toEqual(numbers);
      expect(withAnswers(found.network, found.numbers)).toEqual(
        numbers.prototypes === undefined ? withoutFeatures(model) : model,
      );
    }
  });

  test("no name has a dot, which marks the network's own parameters", () => {
    const { graph } = withAnswers(network, { temperature: 2, prototypes });
    expect(graph.initializers.map(({ name }) => name).filter((name) => name.includes("."))).toEqual([]);
  });
});

/** Nobody reads them where there are no prototypes. */
function withoutFeatures(model: OnnxModel): OnnxModel {
  const { graph } = model;
  return { ...model, graph: { ...graph, nodes: graph.nodes.filter(({ outputs }) => outputs[0] !== "features") } };
}
