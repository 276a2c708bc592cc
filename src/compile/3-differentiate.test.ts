import { describe, expect, test } from "vitest";
import { givenFor } from "../../test/support/given.ts";
import { difference } from "../../test/support/numbers.ts";
import { slopeError } from "../../test/support/slope.ts";
import { smallBatch, smallClasses, smallNetwork } from "../../test/support/small-network.ts";
import { type Builder, build, newGraph } from "../ir/graph.ts";
import type { Value } from "../ir/ops.ts";
import { parametersOf } from "../ir/program.ts";
import { evaluate } from "../ir/reference.ts";
import { verify } from "../ir/verify.ts";
import { appendLoss, targetsOf } from "./2-loss.ts";
import { differentiate } from "./3-differentiate.ts";

describe("the sweep", () => {
  const used: Record<string, (g: Builder, x: Value) => Value> = {
    "twice by one node": (g, x) => g.multiply(x, x),
    "by three nodes": (g, x) => g.add(g.add(g.exp(x), x), g.multiply(x, x)),
    "early and late": (g, x) => g.multiply(g.exp(g.exp(x)), x),
    "twice in one concat": (g, x) => g.multiply(g.concat(x, g.exp(x), x, { axis: 0 }), g.concat(x, x, x, { axis: 0 })),
  };
  test.each(Object.entries(used))("adds the gradients of a value used %s", (_, compute) => {
    const graph = newGraph();
    const g = build(graph);
    const x = g.parameter({ name: "x", shape: [2, 3] });
    const loss = total(g, compute(g, x));
    const [gradient] = differentiate(graph, loss, [x]);
    const program = verify({ graph, outputs: { loss, "gradient:x": gradient! } });
    expect(slopeError(program, givenFor(graph), "x")).toBeLessThan(1e-6);
  });

  test("builds nothing for what is frozen", () => {
    const graph = newGraph();
    const g = build(graph);
    const [frozen, learning] = [g.parameter({ name: "a", shape: [2, 2] }), g.parameter({ name: "b", shape: [2, 2] })];
    const loss = total(g, g.matMul(g.relu(g.exp(frozen)), learning));
    const before = graph.nodes.length;
    differentiate(graph, loss, [learning]);
    const built = graph.nodes.slice(before).map(({ op }) => op);
    expect(built).toEqual(["constant", "reshape", "broadcast", "matMul"]);
  });

  test("stops at a target that is an inner value, and goes on to one behind it", () => {
    const { graph, loss, x, y } = chain();
    const before = graph.nodes.length;
    const [dy, dx] = differentiate(graph, loss, [y, x]);
    const given = { x: [0.5] };
    const values = evaluate({ graph, outputs: { dy: dy!, dx: dx!, y } }, given);
    expect(values.dy![0]).toBeCloseTo(2 * values.y![0]!, 12);
    expect(values.dx![0]).toBeCloseTo(2 * values.y![0]! ** 2, 12);

    const alone = chain();
    differentiate(alone.graph, alone.loss, [alone.y]);
    expect(alone.graph.nodes.length).toBeLessThan(graph.nodes.length);
    expect(alone.graph.nodes.length).toBeGreaterThan(before);
  });

  test("gives the loss itself the gradient 1", () => {
    const { graph, loss } = chain();
    const [gradient] = differentiate(graph, loss, [loss]);
    expect(evaluate({ graph, outputs: { gradient: gradient! } }, { x: [0.5] }).gradient).toEqual(Float64Array.of(1));
  });

  test("gives zeros to a target from which the loss cannot be reached", () => {
    const { graph, loss, x } = chain();
    const g = build(graph);
    const aside = g.parameter({ name: "aside", shape: [2, 3] });
    g.exp(aside);
    const [, gradient] = differentiate(graph, loss, [x, aside]);
    expect(gradient!.type.shape).toEqual([2, 3]);
    const given = { x: [0.5], aside: [1, 2, 3, 4, 5, 6] };
    expect(evaluate({ graph, outputs: { gradient: gradient! } }, given).gradient).toEqual(new Float64Array(6));
  });

  test("gives zeros through a condition that only decides", () => {
    const graph = newGraph();
    const g = build(graph);
    const x = g.parameter({ name: "x", shape: [2] });
    const mask = g.reluGradient(g.constant({ values: [3], shape: [2] }), x);
    const [gradient] = differentiate(graph, total(g, mask), [x]);
    expect(evaluate({ graph, outputs: { gradient: gradient! } }, { x: [1, -1] }).gradient).toEqual(new Float64Array(2));
  });

  test("refuses to differentiate a pool's choice twice", () => {
    const graph = newGraph();
    const g = build(graph);
    const x = g.parameter({ name: "x", shape: [1, 1, 2, 2] });
    const y = g.maxPool(g.multiply(x, x), { kernel: [2, 2], strides: [1, 1] });
    const [dx] = differentiate(graph, total(g, g.multiply(y, y)), [x]);
    expect(() => differentiate(graph, total(g, dx!), [x])).toThrow(
      "internal: maxPoolGradient is not differentiated twice",
    );
  });

  test("differentiates a gradient: the slope of x³ is 3x², and the slope of that 6x", () => {
    const graph = newGraph();
    const g = build(graph);
    const x = g.parameter({ name: "x", shape: [2] });
    const [first] = differentiate(graph, total(g, g.multiply(g.multiply(x, x), x)), [x]);
    const [second] = differentiate(graph, total(g, first!), [x]);
    const values = evaluate({ graph, outputs: { first: first!, second: second! } }, { x: [2, -1] });
    expect(values).toEqual({ first: Float64Array.of(12, 3), second: Float64Array.of(12, -6) });
  });
});

describe("a whole network from image to loss has the slope of its gradient, for every parameter", () => {
  test.each([
    ["with stored statistics", []],
    ["with the statistics of the batch in one layer", ["left"]],
    ["with the statistics of the batch everywhere", ["stem", "left", "right"]],
  ])("%s", (_, batchStatistics) => {
    const { graph, logits } = smallNetwork(batchStatistics);
    const loss = appendLoss(graph, logits);
    const names = parametersOf({ graph, outputs: {} });
    const values = graph.nodes.filter(({ op }) => op === "parameter").map(({ output }) => output);
    const gradients = differentiate(graph, loss, values);
    const outputs = Object.fromEntries(names.map((name, i) => [`gradient:${name}`, gradients[i]!]));
    const program = verify({ graph, outputs: { loss, ...outputs } });
    const given = { ...givenFor(graph), targets: targetsOf([0, 3, 1], smallClasses) };
    expect(given.targets).toHaveLength(smallBatch * smallClasses);
    for (const name of names) {
      expect(Math.max(...evaluate(program, given)[`gradient:${name}`]!.map(Math.abs))).toBeGreaterThan(1e-6);
      expect(slopeError(program, given, name, 1e-5), name).toBeLessThan(1e-6);
    }
  });

  test("with batch norm as one operation on the statistics of the batch, the same as written out", () => {
    const written = smallBatchNorm((g, x, mean, variance, gamma, beta) => {
      const shape = [1, 2, 1, 1];
      const spread = (value: Value) => g.reshape(value, { shape });
      const deviation = g.sqrt(g.add(spread(variance), g.constant({ values: [0.01], shape })));
      return g.add(g.multiply(g.divide(g.subtract(x, spread(mean)), deviation), spread(gamma)), spread(beta));
    });
    const single = smallBatchNorm((g, x, mean, variance, gamma, beta) =>
      g.batchNorm(x, gamma, beta, mean, variance, { epsilon: 0.01 }),
    );
    for (const [name, gradient] of Object.entries(written))
      expect(difference(single[name]!, gradient)).toBeLessThan(1e-12);
  });
});

/** Gradients of x, gamma and beta through a batch norm of two channels on the statistics of its batch. */
function smallBatchNorm(
  normalise: (g: Builder, x: Value, mean: Value, variance: Value, gamma: Value, beta: Value) => Value,
) {
  const graph = newGraph();
  const g = build(graph);
  const x = g.parameter({ name: "x", shape: [3, 2, 2, 2] });
  const [gamma, beta] = [g.parameter({ name: "gamma", shape: [2] }), g.parameter({ name: "beta", shape: [2] })];
  const mean = meanOf(g, x);
  const centred = g.subtract(x, g.reshape(mean, { shape: [1, 2, 1, 1] }));
  const variance = meanOf(g, g.multiply(centred, centred));
  const y = normalise(g, x, mean, variance, gamma, beta);
  const [dx, dGamma, dBeta] = differentiate(graph, total(g, g.multiply(y, g.exp(y))), [x, gamma, beta]);
  return evaluate({ graph, outputs: { dx: dx!, dGamma: dGamma!, dBeta: dBeta! } }, givenFor(graph));
}

/** [3, 2, 2, 2] -> [2] */
function meanOf(g: Builder, x: Value): Value {
  const sum = g.reshape(g.sum(x, { axes: [0, 2, 3] }), { shape: [2] });
  return g.divide(sum, g.constant({ values: [12], shape: [2] }));
}

/** loss = y² with y = exp x */
function chain() {
  const graph = newGraph();
  const g = build(graph);
  const x = g.parameter({ name: "x", shape: [1] });
  const y = g.exp(x);
  return { graph, x, y, loss: total(g, g.multiply(y, y)) };
}

function total(g: Builder, x: Value): Value {
  return g.reshape(g.sum(x, { axes: [...x.type.shape.keys()] }), { shape: [] });
}
