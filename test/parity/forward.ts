// Inference against timm: every block, pooled features and logits. The program is compiled as the product compiles a
// trunk, with batch norms folded and everything bound, and has every boundary as an output.

import { compileTrunk } from "../../src/compile/program.ts";
import type { Pair } from "../../src/ir/ops.ts";
import type { FloatArray } from "../../src/optimize/rule.ts";
import { ruleImages, ruleParameters } from "../support/rule.ts";
import { type Check, exactly, guarded, requireKnown, within } from "./check.ts";
import { type Engine, enginesFor } from "./engine.ts";
import { momentsError, relative, rmsOf, type SampledByMoments, worstDifference } from "./measure.ts";
import { networkOf } from "./network.ts";
import { widthOf } from "./settings.ts";
import { numberIn } from "./tolerance.ts";

export interface ForwardFixture {
  readonly seed: number;
  readonly tolerance: string;
  readonly cases: readonly ForwardCase[];
}

export interface ForwardCase {
  readonly id: string;
  readonly width: string;
  readonly batch: number;
  readonly size: Pair;
  readonly input: string;
  readonly classes: number;
  readonly blocks: readonly (SampledByMoments & {
    readonly name: string;
    readonly rms: number;
    readonly zeroFraction: number;
  })[];
  readonly pooled: {
    readonly rms: number;
    readonly norms: readonly number[];
    readonly image0: readonly number[];
    readonly otherImages: readonly {
      readonly image: number;
      readonly indices: readonly number[];
      readonly values: readonly number[];
    }[];
  };
  readonly logits: {
    readonly rms: number;
    readonly first32: readonly (readonly number[])[];
    readonly argmax: readonly number[];
    readonly logSumExp: readonly number[];
  };
}

const caseKeys = ["id", "width", "batch", "size", "input", "classes", "blocks", "pooled", "logits", "worstRelative32"];

export async function* checkForward(fixture: ForwardFixture): AsyncGenerator<Check> {
  for (const given of fixture.cases)
    for (const engine of enginesFor(widthOf(given.width))) yield* checkForwardCase(fixture, given, engine);
}

export async function* checkForwardCase(
  fixture: ForwardFixture,
  given: ForwardCase,
  engine: Engine,
): AsyncGenerator<Check> {
  const place = { file: "forward", case: given.id, engine: engine.name };
  yield* guarded(place, async function* () {
    requireKnown("the case", given, caseKeys);
    const { batch, size, classes, input, blocks, pooled, logits } = given;
    const limits = limitsOf(fixture.tolerance, engine);
    const width = widthOf(given.width);
    const network = networkOf({ width, size, classes }, batch);
    const wanted = [...network.boundaries.slice(1), { name: "logits", value: network.logits! }];
    const program = compileTrunk(
      network,
      wanted.map((boundary) => ({ boundary, dtype: "float32" })),
    );
    const parameters = new Map(Object.entries(ruleParameters(fixture.seed, width, { classes })));
    const found = await engine.run(program, { parameters, feeds: { image: ruleImages(fixture.seed, input).values } });

    const names = network.boundaries.slice(1, -1).map(({ name }) => name);
    yield exactly(
      place,
      "blocks",
      names,
      blocks.map(({ name }) => name),
    );
    for (const block of blocks) {
      const map = found[block.name]!;
      yield within(place, block.name, momentsError(map, block), limits.blocks);
      yield within(place, `rms of ${block.name}`, relative(rmsOf(map), block.rms), limits.blocks);
      if (engine.name === "float64")
        // in float32 some are rounded across zero
        yield within(place, `zeros of ${block.name}`, Math.abs(zeroFraction(map) - block.zeroFraction), limits.blocks);
    }
    const features = rows(found.pooled!, batch);
    const others = pooled.otherImages.map(({ image, indices, values }) =>
      worstDifference(
        indices.map((at) => features[image]![at]!),
        values,
      ),
    );
    const pooledError = Math.max(worstDifference(features[0]!, pooled.image0), ...others);
    yield within(place, "pooled", pooledError / pooled.rms, limits.ends);
    yield within(place, "rms of pooled", relative(rmsOf(found.pooled!), pooled.rms), limits.ends);
    const norms = features.map((row) => rmsOf(row) * Math.sqrt(row.length));
    yield within(
      place,
      "norms of pooled",
      Math.max(...norms.map((norm, i) => relative(norm, pooled.norms[i]!))),
      limits.ends,
    );

    const answers = rows(found.logits!, batch);
    const firsts = answers.map((row, i) =>
      worstDifference(row.subarray(0, 32), logits.first32[i]!.slice(0, row.length)),
    );
    yield within(place, "logits", Math.max(...firsts) / logits.rms, limits.ends);
    yield within(place, "rms of logits", relative(rmsOf(found.logits!), logits.rms), limits.ends);
    // the largest logit of theirs is the largest of ours, or as large within the tolerance
    const shortfalls = answers.map((row, i) => Math.max(...row) - row[logits.argmax[i]!]!);
    yield within(place, "argmax", Math.max(...shortfalls) / logits.rms, limits.ends);
    const sums = answers.map((row) => logSumExp(row));
    yield within(place, "logSumExp", worstDifference(sums, logits.logSumExp) / logits.rms, limits.ends);
  });
}

function limitsOf(tolerance: string, { name }: Engine): { readonly blocks: number; readonly ends: number } {
  const [narrow, wide] = [tolerance.slice(tolerance.indexOf("float64 engine")), tolerance];
  if (name === "float64") {
    const limit = numberIn(narrow, "float64 engine: # * rms");
    return { blocks: limit, ends: limit };
  }
  return {
    blocks: numberIn(wide, "<= # * rms of the tensor for block samples"),
    ends: numberIn(wide, "# * rms for pooled features and logits"),
  };
}

function rows(values: FloatArray, batch: number): readonly FloatArray[] {
  const length = values.length / batch;
  return Array.from({ length: batch }, (_, i) => values.subarray(i * length, (i + 1) * length));
}

function zeroFraction(values: FloatArray): number {
  let zeros = 0;
  for (const value of values) zeros += value === 0 ? 1 : 0;
  return zeros / values.length;
}

function logSumExp(row: FloatArray): number {
  const top = Math.max(...row);
  return top + Math.log(Array.from(row).reduce((total, value) => total + Math.exp(value - top), 0));
}
