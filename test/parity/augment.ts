// Changes of pictures against torchvision on Pillow's pictures, and mixed batches against timm: byte for byte.

import { createHash } from "node:crypto";
import { plainLoss, targetsOf } from "../../src/compile/2-loss.ts";
import { adjustBrightness, adjustColour, adjustContrast, adjustSharpness } from "../../src/data/augment/enhance.ts";
import { cutAt, type Mix, mixed } from "../../src/data/augment/mix.ts";
import { operations } from "../../src/data/augment/trivial.ts";
import type { Colour } from "../../src/data/augment/warp.ts";
import type { Pixels } from "../../src/data/resize.ts";
import { type Check, exactly, guarded, notCovered, within } from "./check.ts";

type Size = readonly [width: number, height: number, salt: number];

export interface AugmentFixture {
  readonly fill: Colour;
  readonly tolerance: { readonly strengths: 0; readonly ownShare: number; readonly targets: number };
  readonly pictures: Readonly<Record<string, Size>>;
  readonly operations: readonly OperationCase[];
  readonly values: readonly ValueCase[];
  readonly adjustments: readonly AdjustmentCase[];
  readonly mixes: readonly MixCase[];
  readonly targets: readonly TargetsCase[];
}

/** Over all strengths, and both signs where there are two. */
interface OperationCase {
  readonly name: string;
  readonly signed: boolean;
  readonly strengths: readonly number[];
  readonly sha256: string;
}

interface ValueCase {
  readonly operation: string;
  readonly picture: string;
  readonly bin: number;
  readonly sign: number;
  /** Base64, as are those below. */
  readonly bytes: string;
}

interface AdjustmentCase {
  readonly name: string;
  readonly factors: readonly number[];
  readonly sha256: string;
}

interface MixCase {
  readonly kind: string;
  /** As drawn; `ownShare` is what is left of it where a box is cut off at the border. */
  readonly share: number;
  readonly centre?: readonly [y: number, x: number];
  readonly ownShare: number;
  readonly bytes: string;
}

interface TargetsCase {
  readonly labels: readonly number[];
  readonly classes: number;
  readonly ownShare: number;
  readonly labelSmoothing: number;
  /** Of one image each, not divided by the batch. */
  readonly targets: readonly (readonly number[])[];
}

const adjusting: Readonly<Record<string, (image: Pixels, factor: number) => Pixels>> = {
  brightness: adjustBrightness,
  contrast: adjustContrast,
  colour: adjustColour,
  sharpness: adjustSharpness,
};

/** Side and number of the pictures that are mixed. */
const [mixedSide, mixedCount] = [9, 5];

export async function* checkAugment(fixture: AugmentFixture): AsyncGenerator<Check> {
  const place = (name: string) => ({ file: "augment", case: name, engine: "exact" }) as const;
  const cases: readonly (readonly [name: string, checks: () => AsyncIterable<Check>])[] = [
    ...fixture.values.map((one) => [`${one.operation} of the ${one.picture}`, () => checkValue(fixture, one)] as const),
    ...fixture.operations.map((one) => [one.name, () => checkOperation(fixture, one)] as const),
    ...fixture.adjustments.map((one) => [one.name, () => checkAdjustment(fixture, one)] as const),
    ...fixture.mixes.map((one) => [`${one.kind} ${one.share}`, () => checkMix(fixture, one)] as const),
    ...fixture.targets.map((one) => [`targets ${one.ownShare}`, () => checkTargets(fixture, one)] as const),
  ];
  yield* guarded(place("list"), async function* () {
    yield exactly(
      place("list"),
      "operations",
      Object.keys(operations),
      fixture.operations.map(({ name }) => name),
    );
  });
  for (const [name, checks] of cases) yield* guarded(place(name), checks);
}

async function* checkValue(fixture: AugmentFixture, value: ValueCase): AsyncGenerator<Check> {
  const { apply } = operationOf(value.operation);
  const strength = value.sign * strengthOf(value.operation, value.bin);
  const { pixels } = apply(pictureOf(fixture, value.picture), strength, fixture.fill);
  yield exactly(placeOf(value.operation), `${value.picture}`, base64(pixels), value.bytes);
}

async function* checkOperation(fixture: AugmentFixture, one: OperationCase): AsyncGenerator<Check> {
  const { name, signed, strengths } = one;
  const { apply, ...about } = operationOf(name);
  yield exactly(placeOf(name), "signed", "signed" in about, signed);
  const ours = strengths.map((_, bin) => strengthOf(name, bin));
  yield exactly(placeOf(name), "strengths", ours, strengths);
  const image = pictureOf(fixture, "larger");
  const signs = signed ? [1, -1] : [1];
  const all = (strengths.length === 0 ? [0] : ours).flatMap((strength) =>
    signs.map((sign) => apply(image, sign * strength, fixture.fill)),
  );
  yield exactly(placeOf(name), "every strength", sha256(all), one.sha256);
}

async function* checkAdjustment(fixture: AugmentFixture, { name, factors, ...one }: AdjustmentCase) {
  const adjust = adjusting[name] ?? notCovered(`an adjustment of ${name}`);
  const all = factors.map((factor) => adjust(pictureOf(fixture, "larger"), factor));
  yield exactly(placeOf(name), "every factor", sha256(all), one.sha256);
}

async function* checkMix({ tolerance }: AugmentFixture, one: MixCase): AsyncGenerator<Check> {
  const mix = mixOf(one);
  const place = placeOf(`${one.kind} ${one.share}`);
  yield within(place, "own share", Math.abs(mix.ownShare - one.ownShare), tolerance.ownShare);
  const pictures = Array.from({ length: mixedCount }, (_, salt) => [...drawn([mixedSide, mixedSide, salt])]);
  yield exactly(place, "bytes", base64(mixed(Uint8Array.from(pictures.flat()), mixedSide, mix)), one.bytes);
}

function mixOf({ kind, share, centre }: MixCase): Mix {
  if (kind === "mixup") return { ownShare: share };
  if (kind !== "cutmix" || centre === undefined) return notCovered(`mixing by "${kind}"`);
  return cutAt(mixedSide, Math.trunc(mixedSide * Math.sqrt(1 - share)), ...centre);
}

async function* checkTargets({ tolerance }: AugmentFixture, one: TargetsCase): AsyncGenerator<Check> {
  const { labels, classes, ownShare, labelSmoothing } = one;
  const ours = targetsOf(labels, classes, { ...plainLoss, labelSmoothing }, { ownShare });
  const worst = Math.max(...one.targets.flat().map((value, i) => Math.abs(ours[i]! * labels.length - value)));
  yield within(placeOf(`targets ${ownShare}`), "targets", worst, tolerance.targets);
}

function placeOf(name: string) {
  return { file: "augment", case: name, engine: "exact" } as const;
}

function operationOf(name: string) {
  return name in operations ? operations[name as keyof typeof operations] : notCovered(`the operation ${name}`);
}

function strengthOf(name: string, bin: number): number {
  const operation = operationOf(name);
  return "strength" in operation ? operation.strength(bin) : 0;
}

function pictureOf({ pictures }: AugmentFixture, name: string): Pixels {
  const size = pictures[name] ?? notCovered(`the picture ${name}`);
  return { width: size[0], height: size[1], pixels: drawn(size) };
}

/** The rule by which the file's pictures are drawn. */
function drawn([width, height, salt]: Size): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [c, x, y] = [i % 3, Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return 30 + ((x * x * (3 + c) + y * (7 + 2 * c) * (1 + (x % 5)) + salt * 17 * (c + 1)) % (190 - 20 * c));
  });
}

function sha256(parts: readonly Pixels[]): string {
  const hash = createHash("sha256");
  for (const { pixels } of parts) hash.update(pixels);
  return hash.digest("hex");
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
