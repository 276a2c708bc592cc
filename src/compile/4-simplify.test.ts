import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { givenFor } from "../../test/support/given.ts";
import { difference, differenceOfAll } from "../../test/support/numbers.ts";
import { randomProgram } from "../../test/support/random-program.ts";
import { type Builder, build, newGraph } from "../ir/graph.ts";
import type { OpName, Value } from "../ir/ops.ts";
import type { Program } from "../ir/program.ts";
import { evaluate, type Given } from "../ir/reference.ts";
import { verify } from "../ir/verify.ts";
import { differentiate } from "./3-differentiate.ts";
import { foldBatchNorm, removeDead, shareEqual } from "./4-simplify.ts";

const runs = { seed: 1, numRuns: 150 };

describe("on random programs", () => {
  test.each([
    ["removeDead", removeDead],
    ["shareEqual", shareEqual],
  ])("%s changes no bit of any output", (_, pass) => {
    fc.assert(
      fc.property(randomProgram(), ({ program, given }) => {
        expect(evaluate(verify(pass(program)), given)).toEqual(evaluate(program, given));
      }),
      runs,
    );
  });

  test.each([
    ["foldBatchNorm", foldBatchNorm],
    ["all passes, one after another", (program: Program) => removeDead(shareEqual(foldBatchNorm(removeDead(program))))],
    ["all passes, twice", (program: Program) => foldBatchNorm(shareEqual(foldBatchNorm(shareEqual(program))))],
  ])("%s keeps every output up to rounding", (_, pass) => {
    fc.assert(
      fc.property(randomProgram(), ({ program, given }) => {
        expect(differenceOfAll(evaluate(verify(pass(program)), given), evaluate(program, given))).toBeLessThan(1e-9);
      }),
      runs,
    );
  });

  test("removeDead and shareEqual find nothing more the second time", () => {
    fc.assert(
      fc.property(randomProgram(), ({ program }) => {
        for (const pass of [removeDead, shareEqual]) {
          const once = pass(program);
          expect(pass(once).graph.nodes.length).toBe(once.graph.nodes.length);
        }
      }),
      runs,
    );
  });

  test("a pass leaves the program it was given as it was", () => {
    fc.assert(
      fc.property(randomProgram(), (trial) => {
        const { nodes } = trial.program.graph;
        const before = [...nodes];
        for (const pass of [removeDead, shareEqual, foldBatchNorm]) pass(trial.program);
        expect(nodes.length).toBe(before.length);
        expect(nodes.every((node, i) => node === before[i])).toBe(true);
      }),
      runs,
    );
  });

  test("they hold what the passes are for", () => {
    const programs = fc.sample(randomProgram(), runs).map(({ program }) => program);
    const smaller = (pass: (program: Program) => Program) =>
      programs.filter((program) => pass(program).graph.nodes.length < program.graph.nodes.length).length;
    expect(smaller(removeDead)).toBeGreaterThan(100);
    expect(smaller(shareEqual)).toBeGreaterThan(50);
    const folded = programs.filter((p) => count(foldBatchNorm(p), "batchNorm") < count(removeDead(p), "batchNorm"));
    expect(folded.length).toBeGreaterThan(25);
  });
});

describe("removeDead", () => {
  test("leaves exactly what an output depends on", () => {
    fc.assert(
      fc.property(randomProgram(), ({ program }) => {
        const { graph, outputs } = removeDead(program);
        const used = new Set([...Object.values(outputs), ...graph.nodes.flatMap(({ inputs }) => inputs)]);
        expect(graph.nodes.filter(({ output }) => !used.has(output))).toEqual([]);
      }),
      runs,
    );
  });

  test("removes inputs and parameters as well", () => {
    const { g, program } = start();
    const [x, unused] = [g.parameter({ name: "x", shape: [2] }), g.parameter({ name: "unused", shape: [2] })];
    g.relu(unused);
    expect(ops(removeDead(program({ y: g.exp(x) })))).toEqual(["parameter", "exp"]);
  });
});

describe("shareEqual", () => {
  test("computes equal nodes once, also when only their inputs have become equal", () => {
    const { g, program } = start();
    const x = g.parameter({ name: "x", shape: [2] });
    const left = g.exp(g.relu(x));
    const right = g.exp(g.relu(x));
    const shared = shareEqual(program({ y: g.add(left, right), left, right }));
    expect(ops(shared)).toEqual(["parameter", "relu", "exp", "add"]);
    expect(shared.outputs.left).toBe(shared.outputs.right);
  });

  test("leaves no two equal nodes in a random program", () => {
    fc.assert(
      fc.property(randomProgram(), ({ program }) => {
        const { nodes } = shareEqual(program).graph;
        const number = new Map(nodes.map(({ output }, i) => [output, i]));
        const texts = nodes.map(({ op, inputs, attributes }) =>
          JSON.stringify([op, inputs.map((input) => number.get(input)), attributes]),
        );
        expect(new Set(texts).size).toBe(texts.length);
      }),
      runs,
    );
  });

  test("tells apart what differs in an attribute, in the order of inputs, or in a name", () => {
    const { g, program } = start();
    const [a, b] = [g.parameter({ name: "a", shape: [2, 2] }), g.parameter({ name: "b", shape: [2, 2] })];
    const outputs = {
      rows: g.sum(a, { axes: [0] }),
      columns: g.sum(a, { axes: [1] }),
      forward: g.subtract(a, b),
      backward: g.subtract(b, a),
      one: g.constant({ values: [1], shape: [2] }),
      two: g.constant({ values: [2], shape: [2] }),
    };
    const shared = shareEqual(program(outputs));
    expect(shared.graph.nodes).toHaveLength(8);
  });
});

describe("foldBatchNorm", () => {
  test("leaves no batch norm behind a convolution that only it uses", () => {
    const { g, program } = start();
    const y = g.relu(norm(g, "2", convolution(g, "2", norm(g, "1", convolution(g, "1", image(g))))));
    const folded = foldBatchNorm(program({ y }));
    expect(count(folded, "batchNorm")).toBe(0);
    expect(count(folded, "conv")).toBe(2);
  });

  test("keeps the batch norm behind a convolution that is used twice, or wanted itself", () => {
    const { g, program } = start();
    const shared = convolution(g, "shared", image(g));
    const y = g.add(norm(g, "a", shared), shared);
    const wanted = convolution(g, "wanted", image(g, "image2"));
    const before = program({ y, wanted, z: norm(g, "b", wanted) });
    const folded = foldBatchNorm(before);
    expect([count(folded, "batchNorm"), count(folded, "conv")]).toEqual([2, 2]);
    expect(folded.graph.nodes).toHaveLength(before.graph.nodes.length);
  });

  test("keeps two batch norms of one convolution", () => {
    const { g, program } = start();
    const shared = convolution(g, "shared", image(g));
    expect(count(foldBatchNorm(program({ y: g.add(norm(g, "a", shared), norm(g, "b", shared)) })), "batchNorm")).toBe(
      2,
    );
  });

  test("keeps a batch norm that follows something else", () => {
    const { g, program } = start();
    const y = norm(g, "a", g.relu(convolution(g, "a", image(g))));
    expect(ops(foldBatchNorm(program({ y }))).filter((op) => op === "batchNorm")).toHaveLength(1);
  });

  test("is conv(x, w γ/σ) + (b - μ) γ/σ + β, by hand", () => {
    const { g, program } = start();
    const x = g.input({ name: "x", dtype: "float32", shape: [1, 1, 1, 1] });
    const [w, b] = [g.parameter({ name: "w", shape: [1, 1, 1, 1] }), g.parameter({ name: "b", shape: [1] })];
    const [gamma, beta] = [g.parameter({ name: "gamma", shape: [1] }), g.parameter({ name: "beta", shape: [1] })];
    const [mean, variance] = [g.parameter({ name: "mean", shape: [1] }), g.parameter({ name: "variance", shape: [1] })];
    const y = g.batchNorm(g.conv(x, w, b, once), gamma, beta, mean, variance, { epsilon: 1 });
    const {
      kernel,
      bias,
      y: folded,
    } = evaluate(withOperands(foldBatchNorm(program({ y }))), {
      ...{ x: [7], w: [6], b: [5], gamma: [4], beta: [3], mean: [2], variance: [3] },
    });
    expect([kernel![0], bias![0], folded![0]]).toEqual([6 * 2, (5 - 2) * 2 + 3, 7 * 12 + 9]);
  });

  test("keeps the gradients of kernel, bias, gamma, beta, mean and variance, of every layer", () => {
    const { g, program } = start();
    const hidden = g.relu(norm(g, "1", convolution(g, "1", image(g))));
    const y = norm(g, "2", convolution(g, "2", hidden));
    const plain = program({ loss: g.sum(g.multiply(y, g.exp(y)), { axes: [0, 1, 2, 3] }) });
    const folded = foldBatchNorm(plain);
    expect([count(plain, "batchNorm"), count(folded, "batchNorm")]).toEqual([2, 0]);

    const given = givenFor(plain.graph);
    const [expected, actual] = [gradientsOf(plain, given), gradientsOf(folded, given)];
    expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
    expect(Object.keys(expected)).toHaveLength(12);
    for (const [name, gradient] of Object.entries(expected)) {
      expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(1e-6);
      expect(difference(actual[name]!, gradient)).toBeLessThan(1e-9);
    }
  });
});

const once = { strides: [1, 1], pads: [0, 0, 0, 0] } as const;

function start() {
  const graph = newGraph();
  return { g: build(graph), program: (outputs: Program["outputs"]): Program => ({ graph, outputs }) };
}

function image(g: Builder, name = "image"): Value {
  return g.input({ name, dtype: "float32", shape: [2, 3, 4, 4] });
}

/** 3 channels in, 3 out, a kernel of 2 x 2, and a bias. */
function convolution(g: Builder, name: string, x: Value): Value {
  const kernel = g.parameter({ name: `kernel${name}`, shape: [3, 3, 2, 2] });
  return g.conv(x, kernel, g.parameter({ name: `bias${name}`, shape: [3] }), once);
}

function norm(g: Builder, name: string, x: Value): Value {
  const [gamma, beta, mean, variance] = ["gamma", "beta", "mean", "variance"].map((role) =>
    g.parameter({ name: `${role}${name}`, shape: [3] }),
  );
  return g.batchNorm(x, gamma!, beta!, mean!, variance!, { epsilon: 0.001 });
}

function gradientsOf({ graph, outputs }: Program, given: Given) {
  const copy = { nodes: [...graph.nodes] };
  const parameters = copy.nodes.flatMap((node) =>
    node.op === "parameter" ? [[node.attributes.name, node.output] as const] : [],
  );
  const gradients = differentiate(
    copy,
    outputs.loss!,
    parameters.map(([, value]) => value),
  );
  const byName = Object.fromEntries(parameters.map(([name], i) => [name, gradients[i]!]));
  return evaluate({ graph: copy, outputs: byName }, given);
}

/** The program with the kernel and the bias of its only convolution as outputs. */
function withOperands({ graph, outputs }: Program): Program {
  const [, kernel, bias] = graph.nodes.find(({ op }) => op === "conv")!.inputs;
  return { graph, outputs: { ...outputs, kernel: kernel!, bias: bias! } };
}

function count({ graph }: Program, op: OpName): number {
  return graph.nodes.filter((node) => node.op === op).length;
}

function ops({ graph }: Program): readonly OpName[] {
  return graph.nodes.map(({ op }) => op);
}
