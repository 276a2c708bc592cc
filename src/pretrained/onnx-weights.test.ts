import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { float32 } from "../../test/parity/engine.ts";
import { rmsOf } from "../../test/parity/measure.ts";
import { cutAt, networkOf } from "../../test/parity/network.ts";
import { readFixture } from "../../test/support/fixture.ts";
import { ruleImages, ruleParameters } from "../../test/support/rule.ts";
import { compileTrunk } from "../compile/program.ts";
import { encodeFloat16 } from "../float16.ts";
import { inceptionInput } from "../input-format.ts";
import { readModel } from "../onnx/read.ts";
import type { DataType, OnnxModel, OnnxNode, OnnxTensor } from "../onnx/schema.ts";
import { writeModel } from "../onnx/write.ts";
import { modelFile } from "../train/model-file.ts";
import { inputFormatOf, readCard } from "../weights/network-card.ts";
import { openPretrained, type Pretrained } from "./open.ts";

interface FilesFixture {
  readonly seed: number;
  readonly tolerance: string;
  readonly expected: Readonly<Record<string, Expected>>;
  readonly corruptions: {
    readonly list: readonly { readonly base: string; readonly do: string; readonly bytes?: number }[];
  };
}

interface Expected {
  readonly input: string;
  readonly pooledFirst16: readonly (readonly number[])[];
  readonly logits1000First8: readonly (readonly number[])[];
  readonly argmax1000: readonly number[];
}

const fixture = readFixture<FilesFixture>("files");
const width = 1 / 16;
const rule = ruleParameters(fixture.seed, width, { classes: 1001 });
const keptBytes = fileBytes("model.onnx");
const kept = readModel(keptBytes);

function fileBytes(name: string): Uint8Array {
  return readFileSync(new URL(`../../test/fixtures/files/${name}`, import.meta.url));
}

type Graph = OnnxModel["graph"];

/** The model with names, with its graph changed. */
function changed(change: (graph: Graph) => Partial<Graph>, metadata: OnnxModel["metadata"] = {}): Uint8Array {
  return writeModel({ ...kept, metadata, graph: { ...kept.graph, ...change(kept.graph) } });
}

/** Names in the order of the file, and nothing that tells what they are. */
function nameless({ nodes, initializers }: Graph): Pick<Graph, "nodes" | "initializers"> {
  const numbers = new Map(initializers.map(({ name }, i) => [name, `val_${i}`]));
  const rename = (name: string) => numbers.get(name) ?? name;
  return {
    nodes: nodes.map((node) => ({ ...node, inputs: node.inputs.map(rename) })),
    initializers: initializers.map((tensor) => ({ ...tensor, name: rename(tensor.name) })),
  };
}

function node(op: string, inputs: readonly string[], outputs: readonly string[], attributes = {}): OnnxNode {
  return { op, inputs, outputs, attributes };
}

function expectRule({ base, head }: Pretrained): void {
  const [weight, bias] = [rule["last_linear.weight"]!, rule["last_linear.bias"]!];
  const expected = new Map([
    ...Object.entries(rule),
    ["last_linear.weight", weight.subarray(96)] as const, // row 0 is the background's
    ["last_linear.bias", bias.subarray(1)] as const,
  ]);
  const found = [...base, ...(head?.tensors ?? [])];
  expect(found.map(([name]) => name)).toEqual([...expected.keys()]);
  expect(found.filter(([name, { values }]) => !sameBits(values, expected.get(name)!))).toEqual([]);
}

function sameBits(left: Float32Array, right: Float32Array): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: Float32Array) => Buffer.from(buffer, byteOffset, byteLength);
  return bytes(left).equals(bytes(right));
}

/** How far features and logits are from the fixture's, in parts of their rms. */
async function errorsOf({ base, head }: Pretrained): Promise<{ pooled: number; logits: number; argmax: number[] }> {
  const { input, pooledFirst16, logits1000First8 } = fixture.expected["rule-gamma"]!;
  const network = networkOf({ width, size: [107, 107], classes: 1000 }, 2);
  const cuts = [
    cutAt(network, "pooled"),
    { boundary: { name: "logits", value: network.logits! }, dtype: "float32" },
  ] as const;
  const parameters = new Map([...base, ...head!.tensors].map(([name, { values }]) => [name, values]));
  const images = ruleImages(fixture.seed, input).values;
  const { pooled, logits } = await float32.run(compileTrunk(network, cuts), { parameters, feeds: { image: images } });
  const rows = [0, 1].map((i) => logits!.subarray(1000 * i, 1000 * (i + 1)));
  const logitsRms = rmsOf(logits!);
  const worst = (found: (image: number, at: number) => number, expected: readonly (readonly number[])[]) =>
    Math.max(...expected.flatMap((row, i) => row.map((value, at) => Math.abs(found(i, at) - value))));
  return {
    pooled: worst((i, at) => pooled![96 * i + at]!, pooledFirst16) / rmsOf(pooled!),
    logits: worst((i, at) => rows[i]![at]!, logits1000First8) / logitsRms,
    argmax: rows.map((row) => row.indexOf(Math.max(...row))),
  };
}

describe("an ONNX model with timm's names", () => {
  test("gives the tensors that were exported, bit for bit", async () => {
    const opened = await openPretrained(keptBytes);
    expect(opened).toMatchObject({ format: "onnx", width, notes: [], unused: [] });
    expectRule(opened);
  });

  test("may have a prefix before every name", async () => {
    const prefixed = changed(({ initializers }) => ({
      initializers: initializers.map((tensor) => ({ ...tensor, name: `backbone.${tensor.name}` })),
    }));
    expectRule(await openPretrained(prefixed));
  });

  test("may store equal tensors once and hand them on under their other names", async () => {
    const name = "features.3.conv.bn.weight";
    const shared = changed(({ nodes, initializers }) => ({
      nodes: [node("Identity", ["shared"], ["twice"]), node("Identity", ["twice"], [name]), ...nodes],
      initializers: initializers.map((tensor) => (tensor.name === name ? { ...tensor, name: "shared" } : tensor)),
    }));
    expectRule(await openPretrained(shared));
  });

  test("may hold its tensors in Constant nodes", async () => {
    const constants = changed(({ nodes, initializers }) => ({
      nodes: [
        ...initializers.map((value) => node("Constant", [], [value.name], { value: { kind: "tensor", value } })),
        ...nodes,
      ],
      initializers: [],
    }));
    expectRule(await openPretrained(constants));
  });

  test.each<[DataType, (values: Float32Array) => ArrayBufferView, number]>([
    ["float64", (values) => Float64Array.from(values), 0],
    ["float16", (values) => encodeFloat16(values), 2 ** -11],
    ["bfloat16", (values) => Uint16Array.from(new Uint32Array(values.slice().buffer), (bits) => bits >>> 16), 2 ** -7],
  ])("may hold %s", async (dataType, encode, tolerance) => {
    const converted = changed(({ initializers }) => ({
      initializers: initializers.map((tensor): OnnxTensor => {
        const { buffer, byteOffset, byteLength } = encode(
          rule[tensor.name]?.slice(0, count(tensor)) ?? new Float32Array(),
        );
        return { ...tensor, dataType, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
      }),
    }));
    const { base } = await openPretrained(converted);
    for (const [name, { values }] of base) {
      const worst = values.reduce((most, value, i) => Math.max(most, Math.abs(value - rule[name]![i]!)), 0);
      expect(worst, name).toBeLessThanOrEqual(2 * tolerance);
    }
  });

  test("of integers is refused", async () => {
    const integers = changed(({ initializers }) => ({
      initializers: initializers.map((tensor) => ({
        ...tensor,
        dataType: "int8",
        bytes: new Uint8Array(count(tensor)),
      })),
    }));
    await expect(openPretrained(integers)).rejects.toThrow("weights/element-type");
  });

  test("may have lost the name of its classifier's matrix alone, as exports that turn it do", async () => {
    const turned = changed(({ nodes, initializers }) => ({
      nodes: [
        ...nodes.slice(0, -1),
        node("MatMul", [nodes.at(-1)!.inputs[0]!, "turned"], ["product"]),
        node("Add", ["last_linear.bias", "product"], ["logits"]),
      ],
      initializers: initializers.map((tensor) =>
        tensor.name === "last_linear.weight" ? { ...transposed(tensor), name: "turned" } : tensor,
      ),
    }));
    expectRule(await openPretrained(turned));
  });

  test("may have no classifier, or one of 1001 rows", async () => {
    const without = changed(({ nodes, initializers }) => ({
      nodes: nodes.slice(0, -1),
      initializers: initializers.filter(({ name }) => !name.startsWith("last_linear")),
    }));
    expect((await openPretrained(without)).head).toBeUndefined();
    const whole = changed(({ initializers }) => ({
      initializers: initializers.map((tensor) => {
        if (!tensor.name.startsWith("last_linear")) return tensor;
        const { buffer } = rule[tensor.name]!;
        return { ...tensor, shape: [1001, ...tensor.shape.slice(1)], bytes: new Uint8Array(buffer) };
      }),
    }));
    const opened = await openPretrained(whole);
    expect(opened.head?.backgroundDropped).toBe(true);
    expectRule(opened);
  });

  test("says when its batch norms add another epsilon", async () => {
    const other = changed(({ nodes }) => ({
      nodes: nodes.map((node) => {
        const { epsilon, ...attributes } = node.attributes;
        return { ...node, attributes };
      }),
    }));
    expect((await openPretrained(other)).notes).toEqual([expect.stringContaining("add 0.00001 to variances")]);
  });
});

describe("an ONNX model without names", () => {
  test("with batch norms folded gives the features of the model, and says what is lost", async () => {
    const opened = await openPretrained(fileBytes("model-folded.onnx"));
    expect(opened).toMatchObject({ format: "onnx", width, unused: [] });
    expect(opened.notes).toEqual([expect.stringContaining("their statistics are lost")]);
    const errors = await errorsOf(opened);
    const tolerance = Number(/pooled features ([\de-]+) \* rms/.exec(fixture.tolerance)![1]);
    expect(errors.pooled).toBeLessThan(tolerance);
    expect(errors.logits).toBeLessThan(tolerance);
    expect(errors.argmax).toEqual(fixture.expected["rule-gamma"]!.argmax1000);
  });

  test("is read by the place of each tensor where batch norms stand by themselves", async () => {
    const opened = await openPretrained(changed(nameless));
    expect(opened.notes).toEqual([]);
    expectRule(opened);
  });

  test.each(["MatMul", "Gemm"])("may have its classifier's matrix the other way round, in a %s", async (op) => {
    const turned = changed((graph) => {
      const { nodes, initializers } = nameless(graph);
      const gemm = nodes.at(-1)!;
      const [x = "", weight = "", bias = ""] = gemm.inputs;
      const product =
        op === "Gemm"
          ? [node(op, [x, weight, bias], ["logits"])]
          : [node(op, [x, weight], ["product"]), node("Add", ["product", bias], ["logits"])];
      return {
        nodes: [...nodes.slice(0, -1), ...product],
        initializers: initializers.map((tensor) => (tensor.name === weight ? transposed(tensor) : tensor)),
      };
    });
    expectRule(await openPretrained(turned));
  });

  test("whose branches come in another order is refused, however well the shapes fit", async () => {
    // two 1x1 convolutions of the same shape: one reads the block's input, the other the average of it
    const exchanged = changed((graph) => {
      const names = graph.nodes.map(({ inputs }) => inputs[1]);
      const at = (name: string) => names.indexOf(`${name}.conv.weight`);
      const [branch0, branch3] = [at("features.6.branch0"), at("features.6.branch3.1")];
      const { nodes, initializers } = nameless(graph);
      const order = [...nodes.keys()].filter((i) => i !== branch0 && i !== branch3 - 1 && i !== branch3);
      order.splice(branch0, 0, branch3 - 1, branch3); // the average and its convolution first
      order.splice(order.indexOf(branch3 + 1), 0, branch0);
      return { nodes: order.map((i) => nodes[i]!), initializers };
    });
    await expect(openPretrained(exchanged)).rejects.toThrow(/weights\/onnx-layout: .*"features\.6\.branch0"/);
  });

  test("of another network is refused", async () => {
    const shorter = changed((graph) => {
      const { nodes, initializers } = nameless(graph);
      return { nodes: nodes.filter(({ op }) => op !== "Conv").slice(1), initializers };
    });
    await expect(openPretrained(shorter)).rejects.toThrow("weights/not-inception-v4");
  });
});

describe("an ONNX model", () => {
  test.each(["QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "QLinearConv", "ConvInteger"])(
    "that is quantized is refused: %s",
    async (op) => {
      const quantized = changed(({ nodes }) => ({ nodes: [node(op, ["x"], ["y"]), ...nodes] }));
      await expect(openPretrained(quantized)).rejects.toThrow(
        `weights/quantized: the ONNX model is quantized (it has a ${op})`,
      );
    },
  );

  test("that was cut off is refused", async () => {
    const { bytes } = fixture.corruptions.list.find(({ base }) => base === "files/model.onnx")!;
    await expect(openPretrained(keptBytes.subarray(0, bytes))).rejects.toThrow("onnx/damaged");
  });

  test("of ours says what pixels it expects and which classes it knows", async () => {
    const inputFormat = { size: 80, crop: 0.9, interpolation: "bicubic", mean: [0.1, 0.2, 0.3], std: [1, 2, 3] };
    const ours = changed(() => ({}), {
      "reinception.inputFormat": JSON.stringify(inputFormat),
      "reinception.classes": '["discs","stripes"]',
      "reinception.strategy": '"hybrid"',
    });
    const { metadata } = await openPretrained(ours);
    expect(inputFormatOf(metadata)).toEqual(inputFormat);
    expect(readCard(metadata).classNames).toEqual(["discs", "stripes"]);
  });

  test("that a run left can be the start of another, whatever stands before its network and behind it", async () => {
    const parameters = new Map(Object.entries(ruleParameters(2, 1 / 32, { classes: 2, hidden: [5] })));
    const inputFormat = { ...inceptionInput, size: 80 };
    const network = { width: 1 / 32, format: inputFormat, head: { classes: 2, hidden: [5], dropout: 0 } };
    const said = { strategy: "hybrid", version: "1", dataFingerprint: "", parametersHash: "", temperature: 2 };
    const prototypes = { halves: new Uint16Array(3 * 48).fill(0x3000), centre: new Float32Array(48), unit: 1 };
    const bytes = modelFile(network, parameters, { classes: ["discs", "stripes"], inputFormat, ...said }, prototypes);
    const { width, base, head, metadata, unused } = await openPretrained(bytes);
    expect({ width, tensors: base.size, unused }).toEqual({ width: 1 / 32, tensors: 149 * 5, unused: [] });
    expect(head).toMatchObject({ classes: 2, hidden: [5] });
    for (const [name, { values }] of head!.tensors) expect(values, name).toEqual(parameters.get(name));
    expect(readCard(metadata)).toMatchObject({ format: inputFormat, classNames: ["discs", "stripes"] });
  });

  test.each(["[", "null", "8", '{"size": [80, 80]}', '{"size": 80, "mean": [0.5]}', '{"size": {"a": 1}}'])(
    "that says %s about its pixels is refused by name",
    async (text) => {
      const ours = changed(() => ({}), { "reinception.inputFormat": text });
      const read = async () => inputFormatOf((await openPretrained(ours)).metadata);
      await expect(read).rejects.toThrow(/^weights\/metadata: /);
    },
  );
});

function count({ shape }: OnnxTensor): number {
  return shape.reduce((total, axis) => total * axis, 1);
}

function transposed(tensor: OnnxTensor): OnnxTensor {
  const [rows = 0, columns = 0] = tensor.shape;
  const values = new Float32Array(Uint8Array.from(tensor.bytes).buffer);
  const turned = Float32Array.from(values, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!);
  return { ...tensor, shape: [columns, rows], bytes: new Uint8Array(turned.buffer) };
}
