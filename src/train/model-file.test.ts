import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { finishedModel } from "../../test/support/finished-run.ts";
import { prologueModel } from "../../test/support/prologue-model.ts";
import { bind } from "../compile/5-bind.ts";
import { compileEvaluation } from "../compile/program.ts";
import type { Pixels } from "../data/resize.ts";
import { evaluationView } from "../data/view.ts";
import { distancesTo } from "../head/prototypes.ts";
import { inceptionInput } from "../input-format.ts";
import { headInputs, networkParameters } from "../models/parameters.ts";
import { readModel } from "../onnx/read.ts";
import { writeModel } from "../onnx/write.ts";
import { openPretrained } from "../pretrained/open.ts";
import { stream } from "../random.ts";
import { openModel, openProgram, type ShapedData, type TensorData } from "../runtime/session.ts";
import { softmax } from "../metrics.ts";
import { probabilitiesOf } from "./trust.ts";
import {
  parametersIn,
  readModelCard,
  readModelFile,
  modelFile,
  networkIn,
  takingViews,
  withInput,
  withNetwork,
} from "./model-file.ts";
import { buildNetwork, cutAt } from "./plan.ts";

const { network, parameters, card, prototypes, bytes } = finishedModel();
const classes = card.classes.length;
const found = () => readModelFile("model.onnx", bytes);

const random = stream(7, "picture");
const picture: Pixels = {
  width: 131,
  height: 97,
  pixels: Uint8Array.from({ length: 131 * 97 * 3 }, (_, i) => ((i / 7) % 256) * random()),
};
const view = evaluationView(picture, card.inputFormat);

/** What the training process says of the picture: its own program, with batch norms folded in float64. */
async function trained() {
  const built = buildNetwork(network, { batch: 1, learning: false, batchStatistics: new Set() });
  const { program, constants } = bind(compileEvaluation(built, cutAt(built, "image", "float32")), parameters);
  const session = await openProgram(program, { constants, threads: 1 });
  const { logits, features } = await session.run({ image: view });
  await session.release();
  const probabilities = probabilitiesOf(logits as Float32Array, classes, card.temperature);
  return { logits: logits!, probabilities, distance: distancesTo(prototypes, features as Float32Array) };
}

async function answersOf(file: Uint8Array, feeds: Readonly<Record<string, TensorData | ShapedData>>) {
  const session = await openModel(file, { threads: 1 });
  const { logits, probabilities, distance } = (await session.run(feeds)) as Record<string, Float32Array>;
  await session.release();
  return { logits: logits!, probabilities: probabilities!, distance: distance! };
}

function difference(some: ArrayLike<number>, others: ArrayLike<number>): number {
  expect(some).toHaveLength(others.length);
  return Math.max(...Array.from(some, (value, i) => Math.abs(value - others[i]!)));
}

const image = { data: picture.pixels, shape: [1, picture.height, picture.width, 3] };

describe("what a model file says of a picture is what the training process says", () => {
  test("given the picture itself", async () => {
    const meant = await trained();
    const answers = await answersOf(bytes, { image });
    expect(difference(answers.logits, meant.logits)).toBeLessThan(1e-4);
    expect(difference(answers.probabilities, meant.probabilities)).toBeLessThan(1e-5);
    expect(difference(answers.distance, meant.distance)).toBeLessThan(1e-5);
    expect(answers.distance[0]).toBeGreaterThan(0.01);
    expect(difference(answers.probabilities, softmax(meant.logits, classes))).toBeGreaterThan(1e-3); // else T would not count
    expect(Math.max(...answers.probabilities)).toBeLessThan(0.99); // else everything would look alike
  });

  test("given a view, by the part that is run here, to the last bit", async () => {
    const answers = await answersOf(writeModel(takingViews(found())), { view });
    expect(answers).toEqual(await answersOf(bytes, { image }));
  });

  test("given pixels, by the model that takes them", async () => {
    const session = await openModel(prologueModel(card.inputFormat), { threads: 1 });
    const { pixels } = await session.run({ image });
    await session.release();
    const { model } = withInput(found(), "pixels");
    expect(await answersOf(writeModel(model), { pixels: pixels! })).toEqual(await answersOf(bytes, { image }));
  });

  test("of several pictures at once what it says of each", async () => {
    const data = Uint8Array.from([...picture.pixels, ...picture.pixels.toReversed()]);
    const both = await answersOf(bytes, { image: { ...image, data, shape: [2, ...image.shape.slice(1)] } });
    const alone = await answersOf(bytes, { image });
    expect(difference(both.logits.subarray(0, classes), alone.logits)).toBeLessThan(1e-5);
    expect(difference(both.logits.subarray(classes), alone.logits)).toBeGreaterThan(1e-3);
  });
});

describe("a model file", () => {
  test("holds every parameter as it is, under timm's name and in timm's order", () => {
    const held = parametersIn(readModel(bytes));
    const names = networkParameters(network.width, network.head).map(({ name }) => name);
    expect([...held.keys()]).toEqual(names);
    for (const name of names) expect(Buffer.compare(bytesOf(held.get(name)!), bytesOf(parameters.get(name)!))).toBe(0);
  });

  test("can be held against its own hash by whoever reads ONNX", () => {
    const hash = createHash("sha256");
    for (const { name, bytes: values } of readModel(bytes).graph.initializers)
      if (name.includes(".")) hash.update(`${name}\n`).update(values);
    expect(hash.digest("hex")).toBe(readModelCard("model.onnx", bytes).parametersHash);
  });

  test("has opset 18, and an input and outputs that say what they are", () => {
    const { opset, graph } = readModel(bytes);
    expect(opset).toBe(18);
    expect(graph.inputs).toEqual([{ name: "image", dataType: "uint8", shape: ["batch", "height", "width", 3] }]);
    expect(graph.outputs.map(({ name, shape }) => [name, shape])).toEqual([
      ["logits", ["batch", classes]],
      ["probabilities", ["batch", classes]],
      ["distance", ["batch"]],
    ]);
  });

  test("has its card in its metadata", () => {
    expect(readModelCard("model.onnx", bytes)).toEqual({ ...card, input: "image" });
  });

  test("with the other input and back is the same file", () => {
    const pixels = withInput(found(), "pixels");
    expect(pixels.card.input).toBe("pixels");
    const again = readModelFile("pixels.onnx", writeModel(pixels.model));
    expect(again.card).toEqual({ ...card, input: "pixels" });
    expect(Buffer.compare(writeModel(withInput(again, "image").model), bytes)).toBe(0);
  });

  test("without prototypes says no distance, and without a temperature has that of 1", async () => {
    const plain = modelFile(network, parameters, { ...card, temperature: 1 });
    expect(readModel(plain).graph.outputs.map(({ name }) => name)).toEqual(["logits", "probabilities"]);
    const { logits, probabilities } = await answersOf(plain, { image });
    expect(difference(probabilities, softmax(logits, classes))).toBeLessThan(1e-6);
  });

  test("gives its network away and takes it back without a change", () => {
    const pixels = withInput(found(), "pixels");
    const alone = networkIn(found());
    expect(alone.graph.outputs.map(({ name, shape }) => [name, shape])).toEqual([
      ["logits", ["batch", classes]],
      ["features", ["batch", prototypes.centre.length]],
    ]);
    expect(
      alone.graph.initializers.every(
        ({ name }) => name.includes(".") || !/^(?:temperature|prototypes|centre|unit)$/.test(name),
      ),
    ).toBe(true);
    const back = withInput(withNetwork(found(), alone), "pixels");
    expect(readModel(writeModel(back.model)).graph.outputs).toEqual(pixels.model.graph.outputs);
    expect(parametersIn(back.model)).toEqual(parametersIn(pixels.model));
  });

  test("of another hand is refused in words", () => {
    expect(() => readModelFile("theirs.onnx", prologueModel(inceptionInput))).toThrow('model/not-ours: "theirs.onnx"');
  });
});

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

describe("a head that reads an early block", () => {
  const depths = ["features.9"];
  const head = { classes, hidden: [], dropout: 0, depths };
  const width = headInputs(network.width, depths);
  const random = stream(3, "head");
  const weight = Float32Array.from({ length: classes * width }, () => random() - 0.5);
  const own = new Map([...parameters, ["last_linear.weight", weight], ["last_linear.bias", new Float32Array(classes)]]);
  const cut = modelFile({ ...network, head }, own, { ...card, depths: ["mixed_5e"] });

  test("is in the file with the blocks up to it, and says what it would say in training", async () => {
    const built = buildNetwork({ ...network, head }, { batch: 1, learning: false, batchStatistics: new Set() });
    const { program, constants } = bind(compileEvaluation(built, cutAt(built, "image", "float32")), own);
    const session = await openProgram(program, { constants, threads: 1 });
    const { logits } = await session.run({ image: view });
    await session.release();
    const answers = await answersOf(cut, { image });
    expect(difference(answers.logits, logits!)).toBeLessThan(1e-5);
    expect(readModelCard("model.onnx", cut).depths).toEqual(["mixed_5e"]);
    const names = [...parametersIn(readModel(cut)).keys()];
    expect(names.some((name) => name.startsWith("features.9."))).toBe(true);
    expect(names.some((name) => name.startsWith("features.10."))).toBe(false);
  });

  test("is no beginning of another run, and says which would be", async () => {
    await expect(openPretrained(cut)).rejects.toThrow(/weights\/several-depths: .*mixed_5e.*\n.*run.json/);
  });
});
