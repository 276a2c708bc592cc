// From picture files to the tensor that enters, against Pillow, timm and TF-slim. Of the ways to read a file the one is
// compared that the product takes: upright, on white, 16 bits scaled.

import { createHash } from "node:crypto";
import { join } from "node:path";
import { decodeImage } from "../../src/data/decode.ts";
import type { Pixels } from "../../src/data/resize.ts";
import { tfSlimView } from "../../src/data/tf-slim-view.ts";
import { evaluationPlan, evaluationView } from "../../src/data/view.ts";
import { type InputFormat, inceptionInput } from "../../src/input-format.ts";
import { openModel } from "../../src/runtime/session.ts";
import { prologueModel } from "../support/prologue-model.ts";
import { type Check, exactly, guarded, notCovered, within } from "./check.ts";
import { type Samples, sampleError, worstDifference } from "./measure.ts";
import { numberIn } from "./tolerance.ts";

export interface PreprocessingFixture {
  readonly timm: {
    readonly config: {
      readonly input_size: readonly number[];
      readonly interpolation: string;
      readonly mean: readonly number[];
      readonly std: readonly number[];
      readonly crop_pct: number;
      readonly crop_mode: string;
    };
  };
  readonly tolerance: {
    readonly decoding: string;
    readonly "timm, own bicubic that repeats Pillow's method": string;
    readonly slim: string;
  };
  readonly images: readonly PictureCase[];
}

export interface PictureCase {
  readonly file: string;
  readonly format: string;
  readonly mode: string;
  readonly variants: readonly {
    readonly id: string;
    readonly pixels: Omit<Samples, "shape"> & {
      readonly size: readonly [width: number, height: number];
      readonly mean: readonly number[];
      readonly sha256: string;
    };
    readonly timm: Samples & {
      readonly resized: readonly [width: number, height: number];
      readonly cropOffset: readonly [left: number, top: number];
      readonly mean: readonly number[];
      readonly std: readonly number[];
    };
    readonly slim: Samples & { readonly mean: readonly number[]; readonly std: readonly number[] };
  }[];
}

/** Our way where a file can be read in several; the last only where there is no other. */
const ours = ["rgb", "upright", "scaled", "on-white", "pillow"];

/** @param folder - the one in which the fixture lies, with its pictures */
export async function* checkPreprocessing(fixture: PreprocessingFixture, folder: string): AsyncGenerator<Check> {
  for (const picture of fixture.images) yield* checkPicture(fixture, picture, folder);
}

export async function* checkPicture(
  fixture: PreprocessingFixture,
  picture: PictureCase,
  folder: string,
): AsyncGenerator<Check> {
  const place = { file: "preprocessing", case: picture.file, engine: "exact" } as const;
  yield* guarded(place, async function* () {
    const format = formatOf(fixture);
    const way = ours.find((known) => picture.variants.some(({ id }) => id === known));
    const { pixels, timm, slim } =
      picture.variants.find(({ id }) => id === way) ?? notCovered("a picture without our way to read it");
    const decoded = await decodeImage(join(folder, picture.file));
    const limits = decodingLimits(fixture.tolerance.decoding, picture);
    const {
      size: [width, height],
    } = pixels;
    yield exactly(place, "size", [decoded.width, decoded.height], [width, height]);
    yield within(
      place,
      "pixels in levels",
      sampleError(decoded.pixels, { ...pixels, shape: [height, width, 3] }),
      limits.sample,
    );
    yield within(
      place,
      "mean in levels",
      worstDifference(momentsOf(decoded.pixels, 3, (x) => x).mean, pixels.mean),
      limits.mean,
    );

    const plan = evaluationPlan(decoded.width, decoded.height, format);
    yield exactly(place, "size after the resize", [plan.width, plan.height], timm.resized);
    yield exactly(place, "corner of the crop", [plan.left, plan.top], timm.cropOffset);
    const view = evaluationView(decoded, format);
    const same = createHash("sha256").update(decoded.pixels).digest("hex") === pixels.sha256;
    const stated = numberIn(fixture.tolerance["timm, own bicubic that repeats Pillow's method"], "#:");
    // other pixels than Pillow's, as far as they may differ, may lead to as many levels and one of rounding
    const limit = same ? stated : ((limits.sample + 1) * 2) / 255;
    const normalised = (value: number, channel: number) => (value / 255 - format.mean[channel]!) / format.std[channel]!;
    const area = format.size ** 2;
    const tensor = Float64Array.from({ length: 3 * area }, (_, i) => {
      const channel = Math.floor(i / area);
      return normalised(view[(i % area) * 3 + channel]!, channel);
    });
    yield within(place, "tensor", sampleError(tensor, timm), limit);
    yield within(
      place,
      "tensor by the model's own nodes",
      sampleError(await tensorByNodes(decoded, format), timm),
      limit,
    );
    const { mean, std } = momentsOf(view, 3, normalised);
    yield within(place, "mean of the tensor", worstDifference(mean, timm.mean), limit);
    yield within(place, "deviation of the tensor", worstDifference(std, timm.std), limit);

    const slimLimit = same ? numberIn(fixture.tolerance.slim, "# absolute") : ((limits.sample + 1) * 2) / 255;
    const slimTensor = tfSlimView(decoded, format.size);
    yield within(place, "TF-slim's tensor", sampleError(slimTensor, slim), slimLimit);
    const moments = planeMoments(slimTensor, 3);
    yield within(place, "mean of TF-slim's tensor", worstDifference(moments.mean, slim.mean), slimLimit);
    yield within(place, "deviation of TF-slim's tensor", worstDifference(moments.std, slim.std), slimLimit);
  });
}

/** What enters the network when a model file is given the picture itself. */
async function tensorByNodes({ width, height, pixels }: Pixels, format: InputFormat): Promise<Float32Array> {
  const session = await openModel(prologueModel(format), { threads: 1 });
  const answer = await session.run({ image: { data: pixels, shape: [1, height, width, 3] } });
  await session.release();
  return answer.pixels as Float32Array;
}

function formatOf({ timm: { config } }: PreprocessingFixture): InputFormat {
  const { input_size, interpolation, mean, std, crop_pct, crop_mode } = config;
  const [channels, height, size] = input_size;
  if (interpolation !== "bicubic" || crop_mode !== "center" || channels !== 3 || height !== size || size === undefined)
    return notCovered(`the transform ${JSON.stringify(config)}`);
  const triple = ([red = 0, green = 0, blue = 0]: readonly number[]) => [red, green, blue] as const;
  return { ...inceptionInput, size, crop: crop_pct, interpolation, mean: triple(mean), std: triple(std) };
}

/** Levels of 255 by which decoded pixels may differ. */
function decodingLimits(
  text: string,
  { format, mode }: PictureCase,
): { readonly sample: number; readonly mean: number } {
  if (mode === "CMYK") {
    const mean = numberIn(text, "mean within # levels");
    return { sample: 255, mean };
  }
  if (format === "JPEG")
    return {
      sample: numberIn(text, "JPEG: <= # levels per sampled pixel"),
      mean: numberIn(text, "mean difference <= # level"),
    };
  return format === "PNG" ? { sample: 0, mean: 1e-9 } : notCovered(`a picture of format "${format}"`);
}

/** Mean and population deviation of each plane of `[planes, ...]`. */
function planeMoments(values: Float32Array, planes: number) {
  const length = values.length / planes;
  const parts = Array.from({ length: planes }, (_, c) => values.subarray(c * length, (c + 1) * length));
  const mean = Float64Array.from(parts, (part) => part.reduce((sum, value) => sum + value / length, 0));
  const std = Float64Array.from(parts, (part, c) =>
    Math.sqrt(part.reduce((sum, value) => sum + (value - mean[c]!) ** 2 / length, 0)),
  );
  return { mean, std };
}

/** Mean and population deviation of each channel of interleaved values. */
function momentsOf(values: Uint8Array, channels: number, read: (value: number, channel: number) => number) {
  const count = values.length / channels;
  const mean = new Float64Array(channels);
  const squares = new Float64Array(channels);
  values.forEach((value, i) => {
    mean[i % channels] = mean[i % channels]! + read(value, i % channels) / count;
  });
  values.forEach((value, i) => {
    squares[i % channels] = squares[i % channels]! + (read(value, i % channels) - mean[i % channels]!) ** 2 / count;
  });
  return { mean, std: squares.map(Math.sqrt) };
}
