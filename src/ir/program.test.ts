import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomProgram } from "../../test/support/random-program.ts";
import { build, newGraph } from "./graph.ts";
import { dependents, parametersOf, rewrite } from "./program.ts";
import { evaluate } from "./reference.ts";

describe("rewrite", () => {
  test("copies: no value of the old graph is in the new one, and the meaning is the same", () => {
    fc.assert(
      fc.property(randomProgram(), ({ program, given }) => {
        const old = new Set(program.graph.nodes.map(({ output }) => output));
        const copy = rewrite(program, () => undefined);
        expect(copy.graph.nodes.filter(({ output }) => old.has(output))).toEqual([]);
        expect(evaluate(copy, given)).toEqual(evaluate(program, given));
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  test("puts something else in the place of a node, for all who use it", () => {
    const { program, x } = small();
    const changed = rewrite(program, ({ op }, g, [input]) => (op === "relu" ? g.add(input!, input!) : undefined));
    expect(evaluate(changed, { x: [-1, 3] })).toEqual({ y: Float64Array.of(4, 36), x: Float64Array.of(-1, 3) });
    expect(program.graph.nodes[0]!.output).toBe(x);
  });

  test("keeps what `copy` made even when something stands behind it", () => {
    const { program } = small();
    const changed = rewrite(program, ({ op }, g, _, copy) => {
      if (op !== "relu") return undefined;
      const old = copy();
      return g.add(old, old);
    });
    expect(changed.graph.nodes.map(({ op }) => op)).toEqual(["input", "relu", "add", "multiply"]);
    expect(evaluate(changed, { x: [-1, 3] }).y).toEqual(Float64Array.of(0, 36));
  });
});

test("dependents are the sources and all that follows from them", () => {
  const graph = newGraph();
  const g = build(graph);
  const [a, b] = [g.parameter({ name: "a", shape: [2] }), g.parameter({ name: "b", shape: [2] })];
  const left = g.relu(a);
  const right = g.relu(b);
  const both = g.add(left, right);
  expect([...dependents(graph.nodes, [a])]).toEqual([a, left, both]);
  expect([...dependents(graph.nodes, [right, a])]).toEqual([right, a, left, both]);
  expect([...dependents(graph.nodes, [])]).toEqual([]);
  expect(parametersOf({ graph, outputs: {} })).toEqual(["a", "b"]);
});

function small() {
  const graph = newGraph();
  const g = build(graph);
  const x = g.input({ name: "x", dtype: "float32", shape: [2] });
  const positive = g.relu(x);
  return { program: { graph, outputs: { y: g.multiply(positive, positive), x } }, x };
}
