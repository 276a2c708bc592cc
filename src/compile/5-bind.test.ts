import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { givenFor } from "../../test/support/given.ts";
import { differenceOfAll } from "../../test/support/numbers.ts";
import { randomProgram } from "../../test/support/random-program.ts";
import { smallClasses, smallNetwork } from "../../test/support/small-network.ts";
import { build, newGraph } from "../ir/graph.ts";
import type { Value } from "../ir/ops.ts";
import { dependents, type Program, parametersOf } from "../ir/program.ts";
import { evaluate, type Given } from "../ir/reference.ts";
import { elementCount } from "../ir/tensor-type.ts";
import { verify } from "../ir/verify.ts";
import { targetsOf } from "./2-loss.ts";
import { type Bound, bind } from "./5-bind.ts";
import { compileTraining } from "./program.ts";

const runs = { seed: 1, numRuns: 150 };
const float32 = 1e-6; // constants are rounded once to float32, and what follows passes that on

describe("on random programs with some parameters frozen", () => {
  test("what is bound evaluates to the same", () => {
    fc.assert(
      fc.property(randomProgram(), fc.integer({ min: 0, max: 3 }), ({ program, given }, rest) => {
        const bound = bind(program, someOf(program, given, rest));
        expect(differenceOfAll(evaluateBound(bound, given), evaluate(program, given))).toBeLessThan(float32);
      }),
      runs,
    );
  });

  test("nothing that depends on frozen parameters alone is left as computation", () => {
    fc.assert(
      fc.property(randomProgram(), fc.integer({ min: 0, max: 3 }), ({ program, given }, rest) => {
        expectNothingKnown(bind(program, someOf(program, given, rest)));
      }),
      runs,
    );
  });

  test("every other parameter stays an input of each run, and every constant is used and fits", () => {
    fc.assert(
      fc.property(randomProgram(), fc.integer({ min: 0, max: 3 }), ({ program, given }, rest) => {
        const frozen = someOf(program, given, rest);
        const bound = bind(program, frozen);
        const needed = new Set(Object.values(program.outputs));
        for (const { output, inputs } of [...program.graph.nodes].reverse())
          if (needed.has(output)) for (const input of inputs) needed.add(input);
        const learning = program.graph.nodes.flatMap((node) =>
          node.op === "parameter" && needed.has(node.output) && !frozen.has(node.attributes.name)
            ? [node.attributes.name]
            : [],
        );
        expect(parametersOf(bound.program).filter((name) => !bound.constants.has(name))).toEqual(learning);
        const constants = bound.program.graph.nodes.filter(
          (node) => node.op === "parameter" && bound.constants.has(node.attributes.name),
        );
        expect(constants.length).toBe(bound.constants.size);
        for (const { attributes, output } of constants)
          expect(bound.constants.get((attributes as { name: string }).name)!.length).toBe(
            elementCount(output.type.shape),
          );
      }),
      runs,
    );
  });
});

describe("a training program with a frozen stem", () => {
  const network = smallNetwork();
  const learns = new Set(["left.gamma", "head.weight", "head.bias"]);
  const program = compileTraining(network, { boundary: network.boundaries[0]!, dtype: "float32" }, learns);
  const given: Record<string, Float64Array> = {
    ...givenFor(network.graph),
    targets: targetsOf([0, 3, 1], smallClasses),
  };
  const frozen = new Map(
    parametersOf(program)
      .filter((name) => !learns.has(name))
      .map((name) => [name, Float32Array.from(given[name]!)]),
  );
  const bound = bind(program, frozen);

  test("has the same loss and gradients", () => {
    expect(differenceOfAll(evaluateBound(bound, given), evaluate(program, given))).toBeLessThan(float32);
  });

  test("keeps what learns, and of a frozen unit only its folded kernel and bias", () => {
    const names = parametersOf(bound.program);
    expect(names.filter((name) => learns.has(name)).sort()).toEqual([...learns].sort());
    const ofStem = [...bound.constants.values()].filter(({ length }) => length === 4 * 3 * 3 * 3);
    expect(ofStem).toHaveLength(1);
    expect(names.filter((name) => name.startsWith("stem"))).toEqual([]);
    expectNothingKnown(bound);
  });
});

test("a frozen parameter that is used as it is keeps its name and its bits", () => {
  const graph = newGraph();
  const g = build(graph);
  const [x, w] = [g.input({ name: "x", dtype: "float32", shape: [2] }), g.parameter({ name: "w", shape: [2] })];
  const values = Float32Array.of(0.1, 0.2);
  const { program, constants } = bind({ graph, outputs: { y: g.multiply(x, w), w } }, new Map([["w", values]]));
  expect([...constants]).toEqual([["w", values]]);
  expect(parametersOf(program)).toEqual(["w"]);
});

test("a wanted value that is known is kept as a constant", () => {
  const graph = newGraph();
  const g = build(graph);
  const w = g.parameter({ name: "w", shape: [2] });
  const bound = bind({ graph, outputs: { y: g.add(w, w) } }, new Map([["w", Float32Array.of(1, 2)]]));
  expect(bound.program.graph.nodes.map(({ op }) => op)).toEqual(["parameter"]);
  expect([...bound.constants.values()]).toEqual([Float32Array.of(2, 4)]);
});

test("a kernel is computed in float64 and rounded once", () => {
  const graph = newGraph();
  const g = build(graph);
  const x = g.input({ name: "x", dtype: "float32", shape: [1] });
  const [a, b] = [g.parameter({ name: "a", shape: [1] }), g.parameter({ name: "b", shape: [1] })];
  const y = g.multiply(x, g.divide(g.add(a, b), a));
  const [one, tiny] = [Float32Array.of(3), Float32Array.of(1e-7)];
  const { constants } = bind(
    { graph, outputs: { y } },
    new Map([
      ["a", one],
      ["b", tiny],
    ]),
  );
  expect([...constants.values()]).toEqual([Float32Array.of((3 + tiny[0]!) / 3)]);
});

test("values of parameters that the program does not have are left out", () => {
  const graph = newGraph();
  const y = build(graph).parameter({ name: "w", shape: [1] });
  const frozen = new Map([
    ["w", Float32Array.of(1)],
    ["elsewhere", Float32Array.of(2)],
  ]);
  expect([...bind({ graph, outputs: { y } }, frozen).constants.keys()]).toEqual(["w"]);
});

/** The values of every fourth parameter, every fourth but one, and so on, left out; with 0 of all of them. */
function someOf({ graph }: Program, given: Given, rest: number): Map<string, Float32Array> {
  const names = parametersOf({ graph, outputs: {} }).filter((_, i) => rest === 0 || i % 4 !== rest);
  return new Map(names.map((name) => [name, Float32Array.from(given[name]!)]));
}

/** The bound program on its constants, and on what is given for everything else. */
function evaluateBound({ program, constants }: Bound, given: Given) {
  return evaluate(verify(program), { ...given, ...Object.fromEntries(constants) });
}

/** Every operation on a constant depends on something that is not known, or on literal constants only. */
function expectNothingKnown({ program: { graph }, constants }: Bound): void {
  const unknown = graph.nodes.flatMap((node) => {
    const varies = node.op === "input" || (node.op === "parameter" && !constants.has(node.attributes.name));
    return varies ? [node.output] : [];
  });
  const varying = dependents(graph.nodes, unknown);
  const bound: Value[] = graph.nodes.flatMap((node) =>
    node.op === "parameter" && constants.has(node.attributes.name) ? [node.output] : [],
  );
  const onConstants = dependents(graph.nodes, bound);
  const left = graph.nodes.filter(
    ({ inputs, output }) => inputs.length > 0 && onConstants.has(output) && !varying.has(output),
  );
  expect(left.map(({ op }) => op)).toEqual([]);
}
