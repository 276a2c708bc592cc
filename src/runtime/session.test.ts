import { describe, expect, test } from "vitest";
import { difference } from "../../test/support/numbers.ts";
import { lastFrozenBoundary } from "../compile/1-partition.ts";
import { targetsOf } from "../compile/2-loss.ts";
import { bind } from "../compile/5-bind.ts";
import { compileEvaluation, compileTraining } from "../compile/program.ts";
import { ReinceptionError } from "../errors.ts";
import { inceptionInput } from "../input-format.ts";
import { build, newGraph } from "../ir/graph.ts";
import { elementCount } from "../ir/tensor-type.ts";
import { inceptionV4 } from "../models/inception-v4.ts";
import { initialParameters } from "../models/initial-parameters.ts";
import { featureCount, networkParameters } from "../models/parameters.ts";
import { learningOf, parseUnfreeze } from "../models/unfreeze.ts";
import { toOnnx } from "../onnx/lower.ts";
import type { OnnxModel } from "../onnx/schema.ts";
import { writeModel } from "../onnx/write.ts";
import { stream } from "../random.ts";
import { engineVersion, openModel, openProgram, type TensorData } from "./session.ts";

const width = 1 / 16;
const size = 75;
const classes = 5;
const head = { classes, hidden: [7], dropout: 0 };
const parameters = new Map(
  [...initialParameters(networkParameters(width, head), 1)].map(([name, { values }]) => [name, values]),
);

/** y = relu(x + p), and x itself, for x and p [2, 3]. */
function smallProgram() {
  const graph = newGraph();
  const g = build(graph);
  const x = g.input({ name: "x", dtype: "float32", shape: [2, 3] });
  const p = g.parameter({ name: "p", shape: [2, 3] });
  return { graph, outputs: { y: g.relu(g.add(x, p)), x } };
}

const x = Float32Array.of(1, -2, 3, -4, 5, -6);
const p = Float32Array.of(1, 1, 1, 1, 1, 10);

describe("a session", () => {
  const openSmall = (constants: ReadonlyMap<string, Float32Array> = new Map()) =>
    openProgram(smallProgram(), { constants, threads: 1 });

  test("says what it takes and what it gives", async () => {
    const session = await openSmall();
    const value = (name: string) => ({ name, dtype: "float32", shape: [2, 3] });
    expect([session.inputs, session.outputs]).toEqual([
      [value("x"), value("p")],
      [value("y"), value("x")],
    ]);
    await session.release();
  });

  test("takes no parameter that is constant", async () => {
    const session = await openSmall(new Map([["p", p]]));
    expect(session.inputs.map(({ name }) => name)).toEqual(["x"]);
    expect((await session.run({ x })).y).toEqual(Float32Array.of(2, 0, 4, 0, 6, 4));
    await session.release();
  });

  test("returns new arrays, which later runs and changed inputs leave alone", async () => {
    const session = await openSmall();
    const fed = Float32Array.from(x);
    const first = await session.run({ x: fed, p });
    const second = await session.run({ x: fed, p });
    fed.fill(100);
    const third = await session.run({ x: fed, p });
    for (const { y, x: same } of [first, second]) {
      expect(y).toEqual(Float32Array.of(2, 0, 4, 0, 6, 4));
      expect(same).toEqual(x);
    }
    expect(third.x).toEqual(fed);
    expect(
      new Set([fed, ...[first, second, third].flatMap((run) => [run.x!, run.y!])].map(({ buffer }) => buffer)).size,
    ).toBe(7);
    await session.release();
  });

  test("takes no run without all inputs, or with another number of numbers", async () => {
    const session = await openSmall();
    await expect(session.run({ x })).rejects.toThrow('internal: nothing is fed to "p"');
    for (const length of [0, 5, 7, 12])
      await expect(session.run({ x: new Float32Array(length), p })).rejects.toThrow(
        `internal: "x" takes [2,3], not ${length} numbers`,
      );
    expect((await session.run({ x, p })).x).toEqual(x);
    await session.release();
  });

  test("names the engine", () => expect(engineVersion()).toMatch(/^onnxruntime \d+\.\d+\.\d+ cpu$/));
});

describe("a model for any number of images", () => {
  const network = inceptionV4({ width, batch: 1, size: [size, size], image: { ...inceptionInput, size }, head });
  const cut = { boundary: network.boundaries[0]!, dtype: "uint8" } as const;
  const { program, constants } = bind(compileEvaluation(network, cut), parameters);
  const bytes = writeModel(toOnnx(program, { constants, symbolicBatch: true }));
  const pixels = size * size * 3;
  const images = noise(16 * pixels, "images");

  test("runs at 1, 3 and 16, and says the same of each image", async () => {
    const session = await openModel(bytes, { threads: 2 });
    expect(session.inputs).toEqual([{ name: "image", dtype: "uint8", shape: [-1, size, size, 3] }]);
    expect(session.outputs).toEqual([
      { name: "logits", dtype: "float32", shape: [-1, classes] },
      { name: "features", dtype: "float32", shape: [-1, featureCount(width)] },
    ]);
    const logitsOf = async (from: number, count: number) => {
      const { logits } = await session.run({ image: images.slice(from * pixels, (from + count) * pixels) });
      expect(logits).toHaveLength(count * classes);
      return logits!;
    };
    const all = await logitsOf(0, 16);
    const rows = { "0": [0, 1], "15": [15, 1], "0 to 2": [0, 3], "9 to 11": [9, 3] } as const;
    for (const [which, [from, count]] of Object.entries(rows)) {
      const expected = all.slice(from * classes, (from + count) * classes);
      expect(difference(await logitsOf(from, count), expected), which).toBeLessThan(1e-6);
    }
    // images differ, so that rows in another order would be noticed
    expect(difference(all.slice(0, classes), all.slice(classes, 2 * classes))).toBeGreaterThan(1e-4);
    await expect(session.run({ image: images.subarray(1) })).rejects.toThrow(
      `internal: "image" takes [-1,${size},${size},3], not ${images.length - 1} numbers`,
    );
    await session.release();
  });
});

describe("a model with several open axes", () => {
  const x = { name: "x", dataType: "float32", shape: ["batch", "length"] } as const;
  const twice = { op: "Add", inputs: ["x", "x"], outputs: ["y"], attributes: {} };
  const graph = { name: "twice", nodes: [twice], inputs: [x], outputs: [{ ...x, name: "y" }], initializers: [] };
  const bytes = writeModel({ ...toOnnx(smallProgram(), { constants: new Map() }), graph });

  test("is told their lengths, which have to fit", async () => {
    const session = await openModel(bytes, { threads: 1 });
    const data = Float32Array.of(1, 2, 3, 4, 5, 6);
    expect((await session.run({ x: { data, shape: [2, 3] } })).y).toEqual(data.map((value) => 2 * value));
    for (const shape of [[2, 2], [6], [1, 2, 3]])
      await expect(session.run({ x: { data, shape } })).rejects.toThrow(
        `internal: "x" takes [-1,-1], not 6 numbers as [${shape}]`,
      );
    await session.release();
  });
});

describe("the same program", () => {
  test("gives the same bits in every session and every run, on two threads", async () => {
    const batch = 4;
    const network = inceptionV4({ width, batch, size: [size, size], image: "preprocessed", head });
    const learns = new Set([...learningOf(parseUnfreeze("2 blocks")).parameters, "last_linear.weight"]);
    const cut = { boundary: lastFrozenBoundary(network, learns), dtype: "float32" } as const;
    const frozen = new Map([...parameters].filter(([name]) => !learns.has(name)));
    const { program, constants } = bind(compileTraining(network, cut, learns), frozen);
    const random = stream(1, "activations");
    const activations = Float32Array.from({ length: elementCount(cut.boundary.value.type.shape) }, random);
    const targets = Float32Array.from(targetsOf([0, 1, 2, 3], classes));
    const feeds = { ...Object.fromEntries(parameters), activations, targets };
    const results: Record<string, TensorData>[] = [];
    for (let i = 0; i < 2; i++) {
      const session = await openProgram(program, { constants, threads: 2, matrixConvolutions: true });
      results.push(await session.run(feeds), await session.run(feeds));
      await session.release();
    }
    const [first, ...others] = results.map(bitsOf);
    expect(Object.keys(first!)).toHaveLength(2 + learns.size);
    for (const name of learns) expect(first![`gradient:${name}`]!.some((bits) => bits !== 0)).toBe(true);
    for (const other of others) expect(other).toEqual(first);
  });
});

describe("what the engine does not take", () => {
  const program = toOnnx(smallProgram(), { constants: new Map() });
  const { graph } = program;
  const unknown: OnnxModel = {
    ...program,
    graph: { ...graph, nodes: graph.nodes.map((node) => ({ ...node, op: "Rulo" })) },
  };
  const whole = writeModel(program);

  test.each<[what: string, bytes: Uint8Array, reason: RegExp]>([
    ["no bytes", new Uint8Array(), /Model data pointer is null\.\n/],
    ["a web page", new TextEncoder().encode("<!DOCTYPE html><html></html>"), /protobuf parsing failed\.\n/],
    ["half a model", whole.subarray(0, whole.length / 2), /protobuf parsing failed\.\n/],
    ["an operation that it does not have", writeModel(unknown), /Rulo/],
  ])("%s, is said in a sentence and with a way out", async (_, bytes, reason) => {
    const opening = openModel(bytes, { threads: 1 });
    await expect(opening).rejects.toThrow(ReinceptionError);
    await expect(opening).rejects.toThrow(/^onnx\/not-opened: the engine does not take this file as an ONNX model: /);
    await expect(opening).rejects.toThrow(reason);
    await expect(opening).rejects.toThrow(/\nGive the model\.onnx of a run/);
  });

  test("a program of ours is an error of ours", async () => {
    const graph = newGraph();
    const g = build(graph);
    const [left, right] = [1, 2].map(() => g.input({ name: "x", dtype: "float32", shape: [2] }));
    const twice = { graph, outputs: { y: g.add(left!, right!) } };
    await expect(openProgram(twice, { constants: new Map(), threads: 1 })).rejects.toThrow(
      /^internal: the engine does not take a program of ours: .*Duplicate definition/,
    );
  });
});

function bitsOf(outputs: Readonly<Record<string, TensorData>>): Record<string, Uint32Array> {
  const entries = Object.entries(outputs).map(([name, { buffer, byteOffset, byteLength }]) => {
    return [name, new Uint32Array(buffer, byteOffset, byteLength / 4)] as const;
  });
  return Object.fromEntries(entries);
}

function noise(length: number, name: string): Uint8Array {
  const random = stream(1, name);
  return Uint8Array.from({ length }, () => 256 * random());
}
