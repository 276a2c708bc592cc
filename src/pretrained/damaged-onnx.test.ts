// Whatever is done to an ONNX file, weights are read from it within its own size, or it is refused in words.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { whole } from "../../test/support/numbers.ts";
import { ReinceptionError } from "../errors.ts";
import { readModel } from "../onnx/read.ts";
import type { OnnxModel, OnnxNode, OnnxTensor } from "../onnx/schema.ts";
import { writeModel } from "../onnx/write.ts";
import { type Stream, stream } from "../random.ts";
import { readOnnxWeights } from "./onnx-weights.ts";
import { openPretrained } from "./open.ts";

const real = readFileSync(new URL("../../test/fixtures/files/model-folded.onnx", import.meta.url));

function tensor(name: string, shape: readonly number[], dataType: OnnxTensor["dataType"] = "float32"): OnnxTensor {
  const count = shape.reduce((total, axis) => total * axis, 1);
  const numbers =
    dataType === "int64" ? BigInt64Array.from({ length: count }, () => 2n ** 40n) : new Float32Array(count);
  return { name, dataType, shape, bytes: new Uint8Array(numbers.buffer) };
}

function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: OnnxNode["attributes"] = {},
) {
  return { op, inputs, outputs, attributes };
}

/** A bit of everything that is looked at, and a node that would fill 2^40 numbers if anyone computed it. */
const small: OnnxModel = {
  irVersion: 8,
  opset: 17,
  producer: { name: "", version: "" },
  metadata: { "reinception.inputFormat": '{"size":80,"mean":[0.5,0.5,0.5]}', "reinception.classes": '["a","b"]' },
  graph: {
    name: "g",
    nodes: [
      node("Constant", [], ["huge"], { value: { kind: "tensor", value: tensor("value", [1], "int64") } }),
      node("ConstantOfShape", ["huge"], ["zeros"], { value: { kind: "tensor", value: tensor("value", [1]) } }),
      node("Identity", ["gamma"], ["features.0.bn.weight"]),
      node("Conv", ["image", "features.0.conv.weight", "bias"], ["c"], { strides: { kind: "ints", value: [2, 2] } }),
      node("BatchNormalization", ["c", "gamma", "gamma", "gamma", "gamma"], ["n"], {
        epsilon: { kind: "float", value: 0.001 },
      }),
      node("Concat", ["n", "n"], ["j"], { axis: { kind: "int", value: 1 } }),
      node("MatMul", ["j", "matrix"], ["m"]),
      node("Add", ["m", "bias"], ["logits"]),
    ],
    inputs: [{ name: "image", dataType: "float32", shape: ["batch", 3, 75, 75] }],
    outputs: [{ name: "logits", dataType: "float32", shape: ["batch", 2] }],
    initializers: [
      tensor("features.0.conv.weight", [1, 3, 3, 3]),
      tensor("gamma", [1]),
      tensor("bias", [2]),
      tensor("matrix", [2, 2]),
    ],
  },
};

/** Lengths and numbers that lie: beyond the file, around 2^31, 2^53 and 2^63, without end, and none. */
const lies = [
  [0xff, 0x7f],
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  Array<number>(12).fill(0xff),
  [],
];

/** One to three damages: a bit, a byte, a lie, the end cut off, a part taken out or put in twice. */
function damaged(bytes: Uint8Array, random: Stream): Uint8Array {
  let file = bytes;
  for (let left = whole(random, 1, 3); left > 0 && file.length > 0; left--) {
    const at = whole(random, 0, file.length - 1);
    const part = file.subarray(at, at + whole(random, 0, 40));
    const spliced = (removed: number, put: Iterable<number>) =>
      Uint8Array.of(...file.subarray(0, at), ...put, ...file.subarray(at + removed));
    const kinds = [
      () => Uint8Array.from(file).with(at, file[at]! ^ (1 << whole(random, 0, 7))),
      () => Uint8Array.from(file).with(at, whole(random, 0, 255)),
      () => (file.length > 10_000 ? file.subarray(0, at) : spliced(1, lies[whole(random, 0, lies.length - 1)]!)),
      () => file.subarray(0, at),
      () => (file.length > 10_000 ? file.subarray(at) : spliced(part.length, [])),
      () => (file.length > 10_000 ? file.subarray(at) : spliced(0, part)),
    ];
    file = kinds[whole(random, 0, kinds.length - 1)]!();
  }
  return file;
}

/** Reads, and says how it ended; anything but weights or an error of ours is a failure. */
function outcome(file: Uint8Array): string {
  try {
    const { tensors } = readOnnxWeights(file);
    const buffers = new Set([...tensors.values()].map(({ values }) => values.buffer));
    const bytes = [...buffers].reduce((total, one) => total + (one === file.buffer ? 0 : one.byteLength), 0);
    expect(bytes).toBeLessThanOrEqual(8 * file.length);
    return "read";
  } catch (error) {
    if (!(error instanceof ReinceptionError)) throw error;
    expect(error.code).toMatch(/^(?:onnx|weights)\//);
    return error.code;
  }
}

function tally(outcomes: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of outcomes) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

test("12,000 damaged copies of a small model", () => {
  const bytes = writeModel(small);
  expect(outcome(bytes)).toBe("read");
  const random = stream(1, "damaged onnx");
  const counts = tally(Array.from({ length: 12_000 }, () => outcome(damaged(bytes, random))));
  for (const name of ["read", "onnx/damaged", "onnx/not-read", "weights/metadata"])
    expect(counts[name] ?? 0, JSON.stringify(counts)).toBeGreaterThan(10);
});

test("damaged copies of an exported network", async () => {
  const random = stream(2, "damaged onnx");
  for (let i = 0; i < 60; i++)
    await openPretrained(damaged(real, random)).catch((error: unknown) =>
      expect(error).toBeInstanceOf(ReinceptionError),
    );
});

test("a network whose graph was tampered with", async () => {
  const model = readModel(real);
  const random = stream(3, "damaged onnx");
  for (let i = 0; i < 40; i++) {
    const nodes = [...model.graph.nodes];
    const initializers = [...model.graph.initializers];
    const [node, tensor] = [whole(random, 0, nodes.length - 1), whole(random, 0, initializers.length - 1)];
    const other = nodes[whole(random, 0, nodes.length - 1)]!;
    const tampering = [
      () => nodes.splice(node, 1),
      () => nodes.splice(node, 0, other),
      () => nodes.splice(node, 1, { ...nodes[node]!, inputs: other.inputs }),
      () => nodes.splice(node, 1, { ...nodes[node]!, inputs: nodes[node]!.outputs }), // reads itself
      () => initializers.splice(tensor, 1),
      () => initializers.splice(tensor, 1, { ...initializers[tensor]!, shape: [2 ** 40, 0], bytes: new Uint8Array() }),
      () => initializers.splice(tensor, 1, { ...initializers[tensor]!, name: "" }),
    ];
    tampering[whole(random, 0, tampering.length - 1)]!();
    const file = writeModel({ ...model, graph: { ...model.graph, nodes, initializers } });
    await openPretrained(file).catch((error: unknown) => expect(error).toBeInstanceOf(ReinceptionError));
  }
});

test("a graph that joins its own joins a thousand times stays small", () => {
  const convolutions = Array.from({ length: 149 }, (_, i) => node("Conv", [`x${i}`, "k"], [`x${i + 1}`]));
  const joins = Array.from({ length: 1000 }, (_, i) => [
    node("Concat", Array<string>(40).fill(`y${i}`), [`z${i}`]),
    node("MaxPool", [`z${i}`], [`y${i + 1}`]),
  ]).flat();
  const nodes = [...convolutions, node("Identity", ["x149"], ["y0"]), ...joins];
  const graph = { ...small.graph, nodes, initializers: [tensor("k", [1, 3, 3, 3])] };
  expect(outcome(writeModel({ ...small, graph }))).toBe("weights/onnx-layout");
});

test("names of one tensor are not paid for each", () => {
  const doubles = { ...tensor("d", [1000]), dataType: "float64", bytes: new Uint8Array(8000) } as const;
  const names = Array.from({ length: 5000 }, (_, i) => node("Identity", ["d"], [`features.${i}.x`]));
  const kernel = tensor("features.0.conv.weight", [1, 3, 3, 3]);
  const graph = { ...small.graph, nodes: names, initializers: [doubles, kernel] };
  const { tensors } = readOnnxWeights(writeModel({ ...small, graph }));
  expect(tensors.size).toBe(5001);
  expect(new Set([...tensors.values()].map(({ values }) => values.buffer)).size).toBe(2);
});
