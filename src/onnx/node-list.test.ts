import { expect, test } from "vitest";
import { newNodeList } from "./node-list.ts";

test("values get names of their own under the prefix, or the name that is asked for", () => {
  const g = newNodeList("head");
  const first = g.node("Relu", ["x"]);
  const second = g.node("Relu", [first]);
  expect(g.node("Cast", [second], { to: 1 }, "y")).toBe("y");
  expect(new Set([first, second]).size).toBe(2);
  expect(g.nodes.map(({ op, inputs, outputs }) => [op, inputs, outputs])).toEqual([
    ["Relu", ["x"], [first]],
    ["Relu", [first], [second]],
    ["Cast", [second], ["y"]],
  ]);
  expect(g.nodes[2]!.attributes).toEqual({ to: { kind: "int", value: 1 } });
  expect([first, second].every((name) => name.startsWith("head/"))).toBe(true);
});

test("equal constants are one, and those of another type or shape another", () => {
  const g = newNodeList("head");
  expect(g.scalar("int64", 7)).toBe(g.scalar("int64", 7));
  const others = [g.scalar("int32", 7), g.tensor("int64", [7]), g.tensor("int64", [7], [1, 1]), g.scalar("int64", 7)];
  expect(new Set(others).size).toBe(4);
  expect(g.initializers).toHaveLength(4);
});

test("constants are little endian", () => {
  const g = newNodeList("head");
  g.tensor("int64", [-1, 258]);
  g.scalar("float64", 1.5);
  g.tensor("float32", [1.5]);
  g.tensor("int32", [-2]);
  g.scalar("uint8", 128);
  const numbers = g.initializers.map(({ bytes: { buffer }, dataType }) => {
    if (dataType === "int64") return [...new BigInt64Array(buffer as ArrayBuffer)].map(Number);
    if (dataType === "float64") return [...new Float64Array(buffer as ArrayBuffer)];
    if (dataType === "float32") return [...new Float32Array(buffer as ArrayBuffer)];
    return dataType === "int32"
      ? [...new Int32Array(buffer as ArrayBuffer)]
      : [...new Uint8Array(buffer as ArrayBuffer)];
  });
  expect(numbers).toEqual([[-1, 258], [1.5], [1.5], [-2], [128]]);
  expect(g.initializers.map(({ shape }) => shape)).toEqual([[2], [], [1], [1], []]);
});
