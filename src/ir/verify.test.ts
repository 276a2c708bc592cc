import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomProgram } from "../../test/support/random-program.ts";
import { type Builder, build, newGraph } from "./graph.ts";
import type { Node, Value } from "./ops.ts";
import type { Program } from "./program.ts";
import { verify } from "./verify.ts";

test("every program that is built is sound, and comes back as it is", () => {
  fc.assert(
    fc.property(randomProgram(), ({ program }) => {
      expect(verify(program)).toBe(program);
    }),
    { seed: 1, numRuns: 50 },
  );
});

describe("a program is refused", () => {
  test("when a node uses a value that comes later", () => {
    const { nodes, y } = small();
    expect(() => verify(programOf([...nodes].reverse(), { y }))).toThrow(
      "internal: node 0 (relu) uses a value which is not there yet",
    );
  });

  test("when a node uses a value of another graph", () => {
    const { y } = small();
    const graph = newGraph();
    const z = build(graph).relu(y);
    expect(() => verify({ graph, outputs: { z } })).toThrow(/^internal: node 0 \(relu\) uses a value/);
  });

  test("when a value is produced twice", () => {
    const { nodes, y } = small();
    expect(() => verify(programOf([...nodes, nodes.at(-1)!], { y }))).toThrow(
      "internal: node 2 (relu) produces a value a second time",
    );
  });

  test("when a type is not the inferred one", () => {
    const { nodes } = small();
    for (const type of [
      { dtype: "float32", shape: [3, 2] },
      { dtype: "float32", shape: [2] },
      { dtype: "float16", shape: [2, 3] },
    ] as const) {
      const output: Value = { type };
      const wrong = { ...nodes[1]!, output } as Node;
      expect(() => verify(programOf([nodes[0]!, wrong], { y: output }))).toThrow(
        /^internal: node 1 \(relu\) is .*, not /,
      );
    }
  });

  test("when the inputs of a node do not fit", () => {
    const { nodes } = small();
    const output: Value = { type: { dtype: "float32", shape: [7] } };
    const wrong: Node<"reshape"> = { op: "reshape", inputs: [nodes[0]!.output], attributes: { shape: [7] }, output };
    expect(() => verify(programOf([nodes[0]!, wrong], { y: output }))).toThrow(
      "internal: reshape of float32[2, 3] to [7]",
    );
  });

  test("when two parameters, two inputs, or one of each share a name", () => {
    type Source = (g: Builder) => Value;
    const input: Source = (g) => g.input({ name: "a", dtype: "float32", shape: [] });
    const parameter: Source = (g) => g.parameter({ name: "a", shape: [] });
    for (const [first, second] of [
      [input, input],
      [parameter, parameter],
      [input, parameter],
    ] as const) {
      const graph = newGraph();
      first(build(graph));
      second(build(graph));
      expect(() => verify({ graph, outputs: {} })).toThrow(/^internal: node 1 .* repeats the name "a"$/);
    }
  });

  test("when a wanted value is not in the graph", () => {
    const { nodes } = small();
    expect(() => verify(programOf(nodes, { y: small().y }))).toThrow(
      'internal: output "y" is not a value of the graph',
    );
  });
});

function small(): { readonly nodes: readonly Node[]; readonly y: Value } {
  const graph = newGraph();
  const g = build(graph);
  const y = g.relu(g.input({ name: "x", dtype: "float32", shape: [2, 3] }));
  return { nodes: graph.nodes, y };
}

function programOf(nodes: readonly Node[], outputs: Program["outputs"]): Program {
  return { graph: { nodes }, outputs };
}
