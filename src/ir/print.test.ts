import fc from "fast-check";
import { expect, test } from "vitest";
import { randomProgram } from "../../test/support/random-program.ts";
import { build, newGraph } from "./graph.ts";
import { print } from "./print.ts";
import { rewrite } from "./program.ts";

test("a program is one line for each node, and its outputs", () => {
  const graph = newGraph();
  const g = build(graph);
  const x = g.input({ name: "x", dtype: "uint8", shape: [2, 3] });
  const weight = g.parameter({ name: "w", shape: [4, 3] });
  const half = g.constant({ values: [0.5], shape: [] });
  const y = g.matMul(g.cast(x, { dtype: "float32" }), weight, { transposeRight: true });
  const loss = g.multiply(g.reshape(g.sum(y, { axes: [0, 1] }), { shape: [] }), half);
  expect(print({ graph, outputs: { loss, y } })).toMatchInlineSnapshot(`
    "%0 = input {name: "x", dtype: "uint8", shape: [2, 3]} : uint8[2, 3]
    %1 = parameter {name: "w", shape: [4, 3]} : float32[4, 3]
    %2 = constant {values: [0.5], shape: []} : float32[]
    %3 = cast(%0) {dtype: "float32"} : float32[2, 3]
    %4 = matMul(%3, %1) {transposeRight: true} : float32[2, 4]
    %5 = sum(%4) {axes: [0, 1]} : float32[1, 1]
    %6 = reshape(%5) {shape: []} : float32[]
    %7 = multiply(%6, %2) : float32[]
    return loss: %7, y: %4
    "
  `);
});

test("a program that uses a value it does not hold can still be read", () => {
  const elsewhere = build(newGraph()).parameter({ name: "p", shape: [] });
  const graph = newGraph();
  const y = build(graph).relu(elsewhere);
  expect(print({ graph, outputs: { y, elsewhere } })).toBe("%0 = relu(%?) : float32[]\nreturn y: %0, elsewhere: %?\n");
});

test("a copy of a program is the same text", () => {
  fc.assert(
    fc.property(randomProgram(), ({ program }) => {
      expect(print(rewrite(program, () => undefined))).toBe(print(program));
    }),
    { seed: 1, numRuns: 50 },
  );
});
