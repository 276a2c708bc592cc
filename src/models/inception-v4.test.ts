import { describe, expect, test } from "vitest";
import { readFixture } from "../../test/support/fixture.ts";
import { ruleImages, ruleParameters } from "../../test/support/rule.ts";
import { inceptionInput } from "../input-format.ts";
import type { Value } from "../ir/ops.ts";
import { parametersOf } from "../ir/program.ts";
import { evaluate } from "../ir/reference.ts";
import { verify } from "../ir/verify.ts";
import { stream } from "../random.ts";
import { inceptionV4, type NetworkOptions } from "./inception-v4.ts";
import { blockChannels, featureCount, headInputs, networkParameters } from "./parameters.ts";

interface Samples {
  readonly rms: number;
  readonly indices: readonly number[];
  readonly values: readonly number[];
}

interface ForwardCase {
  readonly id: string;
  readonly blocks: readonly (Samples & { name: string; shape: number[]; mean: number; min: number; max: number })[];
  readonly pooled: { rms: number; shape: number[]; image0: number[]; otherImages: (Samples & { image: number })[] };
  readonly logits: { rms: number; first32: number[][]; argmax: number[]; logSumExp: number[] };
}

const { cases } = readFixture<{ cases: readonly ForwardCase[] }>("forward");
const head = { classes: 1000, hidden: [], dropout: 0 };
const tiny: NetworkOptions = { width: 1 / 32, batch: 2, size: [75, 75], image: "preprocessed" };

/** Every boundary behind the image, and the logits where there are some. */
function valuesOf(network: ReturnType<typeof inceptionV4>): Record<string, Value> {
  const named = network.boundaries.slice(1).map(({ name, value }) => [name, value] as const);
  const { logits } = network;
  return { ...Object.fromEntries(named), ...(logits && { logits }) };
}

describe("the network computes what timm's computes (w16-107, float64)", () => {
  const expected = cases.find(({ id }) => id === "w16-107")!;
  const network = inceptionV4({ width: 1 / 16, batch: 2, size: [107, 107], image: "preprocessed", head });
  const program = verify({ graph: network.graph, outputs: valuesOf(network) });
  const images = ruleImages(1, "input:2x107");
  const found = evaluate(program, { ...ruleParameters(1, 1 / 16, { classes: 1000 }), image: images.values });

  function expectClose(actual: number, wanted: number, rms: number) {
    expect(Math.abs(actual - wanted)).toBeLessThanOrEqual(1e-10 * rms);
  }

  test.each(expected.blocks)("$name", ({ name, shape, rms, mean, min, max, indices, values }) => {
    const actual = found[name]!;
    const { value } = network.boundaries.find((boundary) => boundary.name === name)!;
    expect(value.type.shape).toEqual(shape);
    for (const [i, index] of indices.entries()) expectClose(actual[index]!, values[i]!, rms);
    expectClose(actual.reduce((sum, value) => sum + value, 0) / actual.length, mean, rms);
    expectClose(
      actual.reduce((low, value) => Math.min(low, value)),
      min,
      rms,
    );
    expectClose(
      actual.reduce((high, value) => Math.max(high, value)),
      max,
      rms,
    );
  });

  test("pooled features", () => {
    const { shape, rms, image0, otherImages } = expected.pooled;
    const features = shape[1]!;
    expect(network.pooled.type.shape).toEqual(shape);
    for (const [i, value] of image0.entries()) expectClose(found.pooled![i]!, value, rms);
    for (const { image, indices, values } of otherImages)
      for (const [i, index] of indices.entries())
        expectClose(found.pooled![image * features + index]!, values[i]!, rms);
  });

  test("logits", () => {
    const { rms, first32, argmax, logSumExp } = expected.logits;
    first32.forEach((row, image) => {
      const logits = found.logits!.subarray(1000 * image, 1000 * (image + 1));
      for (const [i, value] of row.entries()) expectClose(logits[i]!, value, rms);
      expect(logits.indexOf(Math.max(...logits))).toBe(argmax[image]);
      expectClose(
        Math.log(logits.reduce((sum, value) => sum + Math.exp(value), 0)),
        logSumExp[image]!,
        logSumExp[image]!,
      );
    });
  });
});

describe("the graph", () => {
  test("has the boundaries image, 22 stages and pooled, in running order", () => {
    const { boundaries, image, pooled } = inceptionV4(tiny);
    const stages = Array.from({ length: 22 }, (_, i) => `features.${i}`);
    expect(boundaries.map(({ name }) => name)).toEqual(["image", ...stages, "pooled"]);
    expect(boundaries[0]!.value).toBe(image);
    expect(boundaries.at(-1)!.value).toBe(pooled);
  });

  test("uses exactly the parameters of the list, in its order", () => {
    const options = { classes: 4, hidden: [5, 6], dropout: 0.2 };
    const { graph, logits } = inceptionV4({ ...tiny, head: options });
    const program = verify({ graph, outputs: { logits: logits! } });
    expect(parametersOf(program)).toEqual(networkParameters(1 / 32, options).map(({ name }) => name));
  });

  test.each([
    [75, 1],
    [96, 1],
    [107, 2],
    [128, 2],
    [192, 4],
    [256, 6],
    [299, 8],
    [331, 9],
    [384, 10],
  ])("leaves, of %i pixels, a map of %i behind the last block", (size, map) => {
    const { boundaries } = inceptionV4({ ...tiny, size: [size, 384] });
    expect(boundaries.at(-2)!.value.type.shape).toEqual([2, 48, map, 10]);
  });

  test("refuses pictures of 74 pixels, and widths that split a channel", () => {
    expect(() => inceptionV4({ ...tiny, size: [75, 74] })).toThrow(/^options\/size: .*75 x 74/);
    expect(() => inceptionV4({ ...tiny, width: 0.3 })).toThrow(/^options\/width: .*0\.3/);
    expect(() => inceptionV4({ ...tiny, width: 0 })).toThrow(/^options\/width/);
    expect(() => inceptionV4({ ...tiny, batchStatistics: new Set(["features.0.conv"]) })).toThrow(/^internal: /);
  });

  test("normalises bytes as the format says", () => {
    const format = { ...inceptionInput, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
    const [batch, height, width] = [2, 75, 76];
    const random = stream(3, "pixels");
    const bytes = Uint8Array.from({ length: batch * height * width * 3 }, () => 256 * random());
    const normalised = new Float64Array(bytes.length);
    bytes.forEach((byte, at) => {
      const c = at % 3;
      const pixel = Math.floor(at / 3) % (height * width);
      const image = Math.floor(at / (3 * height * width));
      normalised[(image * 3 + c) * height * width + pixel] = (byte / 255 - format.mean[c]!) / format.std[c]!;
    });
    const parameters = ruleParameters(5, 1 / 32, { classes: 2 });
    const pooled = ([image, values]: readonly [NetworkOptions["image"], ArrayLike<number>]) => {
      const network = inceptionV4({ width: 1 / 32, batch, size: [height, width], image });
      const program = verify({ graph: network.graph, outputs: { pooled: network.pooled } });
      return evaluate(program, { ...parameters, image: values }).pooled!;
    };
    const [fromBytes, fromFloats] = (
      [
        [format, bytes],
        ["preprocessed", normalised],
      ] as const
    ).map(pooled);
    expect(fromFloats!.some((value) => value > 0.01)).toBe(true);
    for (const [i, value] of fromBytes!.entries()) expect(value).toBeCloseTo(fromFloats![i]!, 10);
  });
});

describe("averages at several depths", () => {
  const depths = ["features.9", "features.21"];
  const options = { width: 1 / 32, batch: 2, size: [75, 75], image: "preprocessed" } as const;

  test("are there for the blocks asked for, of as many channels as the block has", () => {
    const channels = blockChannels(1 / 32);
    const { depths: found } = inceptionV4({ ...options, depths });
    expect(found.map(({ name, value }) => [name, value.type.shape])).toEqual([
      ["features.9.pooled", [2, channels.get("features.9")!]],
      ["pooled", [2, channels.get("features.21")!]],
    ]);
    expect(channels.get("features.21")).toBe(featureCount(1 / 32));
  });

  test("enter a head one behind the other, and the head has a weight for each", () => {
    const head = { classes: 3, hidden: [], dropout: 0, depths };
    const network = inceptionV4({ ...options, head });
    const width = headInputs(1 / 32, depths);
    expect(network.features.type.shape).toEqual([2, width]);
    const weight = networkParameters(1 / 32, head).find(({ name }) => name === "last_linear.weight");
    expect(weight?.shape).toEqual([3, width]);
    const plain = inceptionV4(options);
    expect(plain.features).toBe(plain.pooled);
  });
});
