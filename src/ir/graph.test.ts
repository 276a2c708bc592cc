import { expect, test } from "vitest";
import { append, build, newGraph } from "./graph.ts";

test("a builder appends one node for each call, inputs apart from attributes", () => {
  const graph = newGraph();
  const g = build(graph);
  const a = g.parameter({ name: "a", shape: [2, 3] });
  const b = g.parameter({ name: "b", shape: [2, 3] });
  const product = g.matMul(a, b, { transposeRight: true });
  const both = g.concat(a, b, a, { axis: 1 });
  expect(graph.nodes.slice(2)).toEqual([
    { op: "matMul", inputs: [a, b], attributes: { transposeRight: true }, output: product },
    { op: "concat", inputs: [a, b, a], attributes: { axis: 1 }, output: both },
  ]);
  expect(both.type).toEqual({ dtype: "float32", shape: [2, 9] });
});

test("attributes that may be left out are an empty record", () => {
  const graph = newGraph();
  const g = build(graph);
  const a = g.parameter({ name: "a", shape: [2, 2] });
  g.matMul(a, g.relu(a));
  expect(graph.nodes.map(({ attributes }) => attributes)).toEqual([{ name: "a", shape: [2, 2] }, {}, {}]);
});

test("a graph is continued by building on it again", () => {
  const graph = newGraph();
  const a = build(graph).parameter({ name: "a", shape: [2] });
  const y = append(graph, "relu", [a], {});
  expect(graph.nodes.map(({ output }) => output)).toEqual([a, y]);
});

test("what is refused is not appended", () => {
  const graph = newGraph();
  const g = build(graph);
  const a = g.parameter({ name: "a", shape: [2] });
  expect(() => g.reshape(a, { shape: [3] })).toThrow(/^internal: /);
  expect(graph.nodes).toHaveLength(1);
});
