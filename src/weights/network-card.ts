// What a weights file says about itself in its metadata: the pixels it expects and the classes it tells apart. The keys
// are those of timm's model cards where timm has one. Files without metadata are fine; wrong metadata is refused.

import { fail } from "../errors.ts";
import { type InputFormat, inceptionInput } from "../input-format.ts";

export interface NetworkCard {
  /** `undefined` where the file names no input size. */
  readonly format: InputFormat | undefined;
  /** Width multiplier as stated; the tensors decide. */
  readonly width: number | undefined;
  /** One for each row of the classifier; empty where the file names none. */
  readonly classNames: readonly string[];
  /** Such as ImageNet's `n01443537`; empty or one for each class. */
  readonly classIds: readonly string[];
  /** What it was trained on. */
  readonly dataset: string | undefined;
  /** Share of validation images whose class is the first guess, and among the first five. */
  readonly top1: number | undefined;
  readonly top5: number | undefined;
}

type Metadata = Readonly<Record<string, string>>;

/** @throws weights/metadata */
export function readCard(metadata: Metadata): NetworkCard {
  const classNames = texts(metadata, "class_names");
  const classIds = texts(metadata, "class_ids");
  if (classIds.length > 0 && classIds.length !== classNames.length)
    return fail("weights/metadata", {
      key: "class_ids",
      text: `${classIds.length} ids`,
      needed: `${classNames.length} ids`,
    });
  return {
    format: readFormat(metadata),
    width: number(metadata, "width", (value) => value > 0),
    classNames,
    classIds,
    dataset: metadata.dataset,
    top1: number(metadata, "top1", isShare),
    top5: number(metadata, "top5", isShare),
  };
}

/**
 * What pixels a file's network expects; timm's for Inception-v4 where it names no input size.
 *
 * @throws weights/metadata
 */
export function inputFormatOf(metadata: Metadata): InputFormat {
  return readFormat(metadata) ?? inceptionInput;
}

/** The metadata which `readCard` reads as this card. */
export function writeCard({ format, width, classNames, classIds, dataset, top1, top5 }: NetworkCard): Metadata {
  const entries: readonly (readonly [string, string | number | undefined])[] = [
    ["architecture", "inception_v4"],
    ["input_size", format?.size],
    ["crop_pct", format?.crop],
    ["interpolation", format?.interpolation],
    ["mean", format?.mean.join(",")],
    ["std", format?.std.join(",")],
    ["width", width],
    ["class_names", classNames.length === 0 ? undefined : JSON.stringify(classNames)],
    ["class_ids", classIds.length === 0 ? undefined : JSON.stringify(classIds)],
    ["dataset", dataset],
    ["top1", top1],
    ["top5", top5],
  ];
  return Object.fromEntries(entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])));
}

/** What is not said is as in timm's configuration of the network. */
function readFormat(metadata: Metadata): InputFormat | undefined {
  const size = number(metadata, "input_size", (value) => Number.isInteger(value) && value >= 75);
  if (size === undefined) return undefined;
  const { interpolation = "bicubic" } = metadata;
  if (interpolation !== "bicubic")
    return fail("weights/metadata", { key: "interpolation", text: interpolation, needed: "bicubic" });
  return {
    size,
    crop: number(metadata, "crop_pct", (value) => value > 0 && value <= 1) ?? inceptionInput.crop,
    interpolation,
    mean: colours(metadata, "mean", Number.isFinite) ?? inceptionInput.mean,
    std: colours(metadata, "std", (value) => value > 0) ?? inceptionInput.std,
  };
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}

function number(metadata: Metadata, key: string, fits: (value: number) => boolean): number | undefined {
  const text = metadata[key];
  if (text === undefined) return undefined;
  const value = toNumber(text);
  return fits(value) ? value : fail("weights/metadata", { key, text, needed: "a number in its range" });
}

type Colours = readonly [red: number, green: number, blue: number];

function colours(metadata: Metadata, key: string, fits: (value: number) => boolean): Colours | undefined {
  const text = metadata[key];
  if (text === undefined) return undefined;
  const [red, green, blue, ...more] = text.split(",").map(toNumber);
  const fit = red !== undefined && green !== undefined && blue !== undefined && [red, green, blue].every(fits);
  if (!fit || more.length > 0)
    return fail("weights/metadata", { key, text, needed: "three numbers, as in 0.5,0.5,0.5" });
  return [red, green, blue];
}

/** A JSON list of texts. */
function texts(metadata: Metadata, key: string): readonly string[] {
  const text = metadata[key];
  if (text === undefined) return [];
  const value = parse(text);
  const fits = Array.isArray(value) && value.every((item) => typeof item === "string");
  return fits ? value : fail("weights/metadata", { key, text, needed: 'a list of names, as in ["cat", "dog"]' });
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** NaN for what is not a finite number. Blank text is not 0 here. */
function toNumber(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : Number.NaN;
}
