import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomProgram } from "../../test/support/random-program.ts";
import { build, newGraph } from "../ir/graph.ts";
import { type Program, rewrite } from "../ir/program.ts";
import { toOnnx } from "./lower.ts";
import type { OnnxAttribute, OnnxModel, OnnxTensor, OnnxValue } from "./schema.ts";

const noConstants: ReadonlyMap<string, Float32Array> = new Map();

/** x [2, 3], weight [4, 3] and bias [1, 4]: `hidden` = relu(x weightᵀ + bias). */
function denseProgram() {
  const graph = newGraph();
  const g = build(graph);
  const x = g.input({ name: "x", dtype: "float32", shape: [2, 3] });
  const weight = g.parameter({ name: "weight", shape: [4, 3] });
  const bias = g.parameter({ name: "bias", shape: [1, 4] });
  const hidden = g.relu(g.add(g.matMul(x, weight, { transposeRight: true }), bias));
  return { graph, x, weight, bias, hidden };
}

/** A picture through one convolution without bias, relu and a pool, flattened. */
function pictureProgram(): Program {
  const graph = newGraph();
  const g = build(graph);
  const image = g.input({ name: "image", dtype: "uint8", shape: [2, 3, 3, 4] });
  const pixels = g.cast(image, { dtype: "float32" });
  const kernel = g.parameter({ name: "kernel", shape: [4, 3, 1, 2] });
  const bias = g.constant({ values: [0], shape: [4] });
  const map = g.relu(g.conv(pixels, kernel, bias, { strides: [1, 1], pads: [0, 0, 0, 0] }));
  const pooled = g.maxPool(map, { kernel: [3, 3], strides: [1, 1] });
  return { graph, outputs: { features: g.reshape(pooled, { shape: [2, 4] }) } };
}

describe("names", () => {
  const { graph, x, weight, bias, hidden } = denseProgram();
  const program: Program = { graph, outputs: { hidden } };

  test("of inputs, parameters and outputs are the program's own", () => {
    const { inputs, outputs, initializers } = toOnnx(program, { constants: noConstants }).graph;
    expect(inputs.map(showValue)).toEqual(["x float32[2,3]", "weight float32[4,3]", "bias float32[1,4]"]);
    expect(outputs.map(showValue)).toEqual(["hidden float32[2,4]"]);
    expect(initializers).toEqual([]);
  });

  test("of parameters with values are those of initializers and not of inputs", () => {
    const values = Float32Array.of(1, 2, 3, 4);
    const { inputs, initializers } = toOnnx(program, { constants: new Map([["bias", values]]) }).graph;
    expect(inputs.map(({ name }) => name)).toEqual(["x", "weight"]);
    expect(initializers).toEqual([
      { name: "bias", dataType: "float32", shape: [1, 4], bytes: new Uint8Array(values.buffer) },
    ]);
  });

  test("an output that is an input under its own name needs no node", () => {
    const model = toOnnx({ graph, outputs: { x, hidden } }, { constants: noConstants });
    expect(model.graph.outputs.map(({ name }) => name)).toEqual(["x", "hidden"]);
    expect(linesOf(model).slice(-1)).toEqual(["hidden = Relu(Add_0)"]);
  });

  test("one that is an input or a parameter under another name is a copy", () => {
    const model = toOnnx({ graph, outputs: { first: x, second: bias } }, { constants: noConstants });
    expect(linesOf(model).slice(-2)).toEqual(["first = Identity(x)", "second = Identity(bias)"]);
  });

  test("a value that is wanted under several names has the first, and is copied", () => {
    const outputs = { one: hidden, two: hidden, three: hidden };
    expect(linesOf(toOnnx({ graph, outputs }, { constants: noConstants })).slice(-3)).toEqual([
      "one = Relu(Add_0)",
      "two = Identity(one)",
      "three = Identity(one)",
    ]);
  });

  test.each(["x", "weight"])("an output cannot have the name of %s unless it is that", (name) => {
    const wrong = { graph, outputs: { [name]: hidden } };
    const constants = new Map([["weight", new Float32Array(12)]]);
    for (const given of [noConstants, constants])
      expect(() => toOnnx(wrong, { constants: given })).toThrow(
        `internal: output "${name}" is not the input of that name`,
      );
    expect(() => toOnnx({ graph, outputs: { [name]: { x, weight }[name]! } }, { constants })).not.toThrow();
  });

  test("which look like those of computed values stay with their owners", () => {
    const graph = newGraph();
    const g = build(graph);
    const input = g.input({ name: "Relu_0", dtype: "float32", shape: [2, 2] });
    const parameter = g.parameter({ name: "Relu_1", shape: [2, 2] });
    const shape = g.parameter({ name: "ints_0", shape: [2, 2] });
    const sums = [input, parameter, shape].map((value) => g.reshape(g.relu(value), { shape: [4] }));
    const [a, b, c] = sums;
    const model = toOnnx({ graph, outputs: { Relu_3: a!, Add_0: g.add(b!, c!) } }, { constants: noConstants });
    expectWellFormed(model);
    expect(linesOf(model)).toEqual([
      "Relu_2 = Relu(Relu_0)",
      "Relu_3 = Reshape(Relu_2, ints_1)",
      "Relu_4 = Relu(Relu_1)",
      "Reshape_1 = Reshape(Relu_4, ints_1)",
      "Relu_5 = Relu(ints_0)",
      "Reshape_2 = Reshape(Relu_5, ints_1)",
      "Add_0 = Add(Reshape_1, Reshape_2)",
    ]);
  });

  test("are each given once, before they are read, in every program, however it is named", () => {
    const claim = ({ program }: { program: Program }, matrixConvolutions: boolean) => {
      const options = { constants: noConstants, matrixConvolutions };
      const model = toOnnx(program, options);
      expectWellFormed(model);
      const all = [...model.graph.nodes.flatMap(({ outputs }) => outputs), ...namesOf(model.graph.initializers)];
      const computed = all.filter((name) => !Object.hasOwn(program.outputs, name));
      expectWellFormed(toOnnx(renamed(program, computed), options));
    };
    fc.assert(fc.property(randomProgram(), fc.boolean(), claim), { numRuns: 100 });
  });
});

describe("an open number of images", () => {
  const options = { constants: noConstants, symbolicBatch: true } as const;

  test("stands as batch in inputs and outputs, but not in parameters or scalars", () => {
    const graph = newGraph();
    const g = build(graph);
    const x = g.input({ name: "x", dtype: "float32", shape: [2, 3] });
    const scale = g.input({ name: "scale", dtype: "float32", shape: [] });
    const weight = g.parameter({ name: "weight", shape: [2, 3] });
    const y = g.matMul(x, weight, { transposeRight: true });
    const { inputs, outputs } = toOnnx({ graph, outputs: { y, twice: g.add(scale, scale) } }, options).graph;
    expect(inputs.map(showValue)).toEqual(["x float32[batch,3]", "scale float32[]", "weight float32[2,3]"]);
    expect(outputs.map(showValue)).toEqual(["y float32[batch,2]", "twice float32[]"]);
  });

  test("passes through a reshape, which copies its first axis where it stays", () => {
    const graph = newGraph();
    const g = build(graph);
    const x = g.input({ name: "x", dtype: "float32", shape: [1, 4, 2, 2] });
    const flat = g.reshape(x, { shape: [1, 16] });
    const split = g.reshape(flat, { shape: [1, 2, 8] });
    const model = toOnnx({ graph, outputs: { split, turned: g.reshape(flat, { shape: [16, 1] }) } }, options);
    expect(linesOf(model)).toEqual([
      "Reshape_0 = Reshape(x, ints_0)",
      "split = Reshape(Reshape_0, ints_1)",
      "turned = Reshape(Reshape_0, ints_2)",
    ]);
    expect(model.graph.initializers.map(showInts)).toEqual(["ints_0 0,16", "ints_1 0,2,8", "ints_2 16,1"]);
  });

  test("is not summed over, though it is 1 in the program", () => {
    const graph = newGraph();
    const g = build(graph);
    const x = g.input({ name: "x", dtype: "float32", shape: [1, 4, 1, 3] });
    const program = { graph, outputs: { y: g.sum(x, { axes: [3] }) } };
    const axesWith = (symbolicBatch: boolean) =>
      toOnnx(program, { ...options, symbolicBatch }).graph.initializers.map(showInts);
    expect(axesWith(true)).toEqual(["ints_0 2,3"]);
    expect(axesWith(false)).toEqual(["ints_0 0,2,3"]);
  });

  test("and matrix products, which are made for one number, do not go together", () => {
    expect(() => toOnnx(pictureProgram(), { ...options, matrixConvolutions: true })).toThrow(
      "internal: matrix products are made for one batch size",
    );
  });
});

describe("a model says", () => {
  const { graph, hidden } = denseProgram();
  const program = { graph, outputs: { hidden } };

  test("which ONNX it is and who made it", () => {
    expect(toOnnx(program, { constants: noConstants })).toMatchObject({
      irVersion: 9,
      opset: 18,
      producer: { name: "reinception", version: "" },
      metadata: {},
      graph: { name: "program" },
    });
  });

  test("what it is told to", () => {
    const metadata = { "reinception.classes": '["a"]' };
    const model = toOnnx(program, { constants: noConstants, metadata, name: "inception_v4", producerVersion: "1.2.3" });
    expect(model).toMatchObject({
      producer: { name: "reinception", version: "1.2.3" },
      metadata,
      graph: { name: "inception_v4" },
    });
  });

  test("the same each time", () => {
    const once = () => toOnnx(pictureProgram(), { constants: noConstants, matrixConvolutions: true });
    expect(once()).toEqual(once());
  });
});

describe("a program as text", () => {
  test("with ONNX' own convolution", () => {
    expect(textOf(toOnnx(pictureProgram(), { constants: noConstants }))).toMatchInlineSnapshot(`
      "image uint8[2,3,3,4]
      kernel float32[4,3,1,2]
      ints_0 0,4
      Cast_0 = Cast(image) {to: 1}
      Conv_0 = Conv(Cast_0, kernel) {strides: 1,1; pads: 0,0,0,0}
      Relu_0 = Relu(Conv_0)
      MaxPool_0 = MaxPool(Relu_0) {kernel_shape: 3,3; strides: 1,1}
      features = Reshape(MaxPool_0, ints_0)
      features float32[2,4]"
    `);
  });

  test("with its convolution as a product", () => {
    const model = toOnnx(pictureProgram(), { constants: noConstants, matrixConvolutions: true });
    expect(textOf(model)).toMatchInlineSnapshot(`
      "image uint8[2,3,3,4]
      kernel float32[4,3,1,2]
      ints_0 4,6
      ints_1 0,0
      ints_2 3,3
      ints_3 2,3
      ints_4 1,1
      ints_5 3,1,18
      ints_6 0,1
      ints_7 3,4
      ints_8 6,18
      ints_9 4,2,3,3
      ints_10 0,4
      Cast_0 = Cast(image) {to: 1}
      Reshape_0 = Reshape(kernel, ints_0)
      Transpose_0 = Transpose(Cast_0) {perm: 1,0,2,3}
      Slice_0 = Slice(Transpose_0, ints_1, ints_2, ints_3, ints_4)
      Reshape_1 = Reshape(Slice_0, ints_5)
      Slice_1 = Slice(Transpose_0, ints_6, ints_7, ints_3, ints_4)
      Reshape_2 = Reshape(Slice_1, ints_5)
      Concat_0 = Concat(Reshape_1, Reshape_2) {axis: 1}
      Reshape_3 = Reshape(Concat_0, ints_8)
      Gemm_0 = Gemm(Reshape_0, Reshape_3)
      Reshape_4 = Reshape(Gemm_0, ints_9)
      Relu_0 = Relu(Reshape_4)
      MaxPool_0 = MaxPool(Relu_0) {kernel_shape: 3,3; strides: 1,1}
      Transpose_1 = Transpose(MaxPool_0) {perm: 1,0,2,3}
      features = Reshape(Transpose_1, ints_10)
      features float32[2,4]"
    `);
  });
});

/** Every name stands for one thing, and what a node reads was there before it. */
function expectWellFormed({ graph }: OnnxModel): void {
  const known = new Set<string>();
  const give = (name: string) => {
    expect(known.has(name), `${name} is given twice`).toBe(false);
    known.add(name);
  };
  for (const { name } of [...graph.inputs, ...graph.initializers]) give(name);
  for (const { op, inputs, outputs } of graph.nodes) {
    for (const input of inputs) expect(known.has(input), `${op} reads ${input}`).toBe(true);
    for (const output of outputs) give(output);
  }
  for (const { name } of graph.outputs) expect(known.has(name), `${name} is computed`).toBe(true);
}

/** The same program, but its inputs, parameters and outputs have these names as far as they go. */
function renamed(program: Program, names: readonly string[]): Program {
  const left = [...new Set(names)];
  const { graph, outputs } = rewrite(program, ({ op, attributes }, g) => {
    if (op === "input") return g.input({ ...attributes, name: left.pop() ?? attributes.name });
    return op === "parameter" ? g.parameter({ ...attributes, name: left.pop() ?? attributes.name }) : undefined;
  });
  return {
    graph,
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [left.pop() ?? name, value])),
  };
}

function namesOf(named: readonly { readonly name: string }[]): readonly string[] {
  return named.map(({ name }) => name);
}

function showValue({ name, dataType, shape }: OnnxValue): string {
  return `${name} ${dataType}[${shape}]`;
}

function showInts({ name, bytes }: OnnxTensor): string {
  return `${name} ${new BigInt64Array(bytes.slice().buffer)}`;
}

function showAttribute([name, { kind, value }]: readonly [string, OnnxAttribute]): string {
  return kind === "tensor" ? `${name}: ${value.dataType}[${value.shape}]` : `${name}: ${value}`;
}

function linesOf({ graph }: OnnxModel): readonly string[] {
  return graph.nodes.map(({ op, inputs, outputs, attributes }) => {
    const written = Object.entries(attributes).map(showAttribute).join("; ");
    return `${outputs.join(", ")} = ${op}(${inputs.join(", ")})${written === "" ? "" : ` {${written}}`}`;
  });
}

/** Inputs, constants, nodes and outputs, one a line. */
function textOf(model: OnnxModel): string {
  const { inputs, outputs, initializers } = model.graph;
  const constants = initializers.map((tensor) => (tensor.dataType === "int64" ? showInts(tensor) : showValue(tensor)));
  return [...inputs.map(showValue), ...constants, ...linesOf(model), ...outputs.map(showValue)].join("\n");
}
