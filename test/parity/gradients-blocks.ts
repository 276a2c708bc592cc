// One block alone against PyTorch: what lies between two boundaries of the network, with loss = mean(output · c). Well
// conditioned even with the statistics of a batch, so float32 is held to its tolerance here as well.

import { suffixOf } from "../../src/compile/1-partition.ts";
import { differentiate } from "../../src/compile/3-differentiate.ts";
import { foldBatchNorm, removeDead, shareEqual } from "../../src/compile/4-simplify.ts";
import { compileTrunk } from "../../src/compile/program.ts";
import { build } from "../../src/ir/graph.ts";
import { type Program, rewrite } from "../../src/ir/program.ts";
import { elementCount } from "../../src/ir/tensor-type.ts";
import { verify } from "../../src/ir/verify.ts";
import type { Network } from "../../src/models/inception-v4.ts";
import { stream } from "../../src/random.ts";
import { ruleImages, ruleParameters } from "../support/rule.ts";
import { type Check, exactly, guarded, notCovered, requireKnown, sameSet, within } from "./check.ts";
import { type Engine, enginesFor, float64, single } from "./engine.ts";
import { type GradientsFixture, gradientLimits, type SampledGradient } from "./gradients.ts";
import { parametersFor } from "./learner.ts";
import { momentsError, normOf, relative, relativeError, rmsOf, type SampledByMoments } from "./measure.ts";
import { cutAt, infosOf, networkOf } from "./network.ts";
import { movedBy } from "./running-statistics.ts";
import { batchStatisticsOf, learningSetOf, widthOf } from "./settings.ts";

export interface BlocksFixture extends Pick<GradientsFixture, "seed" | "tolerance"> {
  readonly blockNote: string;
  readonly blocks: readonly BlockCase[];
}

export interface BlockCase {
  readonly id: string;
  readonly block: string;
  readonly batchNorm: string;
  readonly input: SampledByMoments;
  readonly output: SampledByMoments;
  readonly loss: number;
  readonly inputGradient: Omit<SampledGradient, "name">;
  readonly parameters: readonly SampledGradient[];
  readonly runningAfter?: readonly {
    readonly name: string;
    readonly running_mean: number;
    readonly running_var: number;
  }[];
}

const caseKeys = ["id", "block", "batchNorm", "input", "output", "loss", "inputGradient", "parameters", "runningAfter"];

/** Output of every block in float64, rounded to float32: what enters the next one. */
export type BlockInputs = Readonly<Record<string, Float32Array>>;

export async function* checkGradientBlocks(fixture: BlocksFixture): AsyncGenerator<Check> {
  const inputs = await blockInputs(fixture);
  for (const given of fixture.blocks)
    for (const engine of enginesFor(noteOf(fixture).width)) yield* checkBlockCase(fixture, given, inputs, engine);
}

/** Classes are of no account here: no block depends on the head. */
const classes = 1;

export async function blockInputs(fixture: BlocksFixture): Promise<BlockInputs> {
  const { width, batch, size, image } = noteOf(fixture);
  const network = networkOf({ width, size: [size, size], classes }, batch);
  const program = compileTrunk(
    network,
    network.boundaries.slice(1).map(({ name }) => cutAt(network, name)),
  );
  const parameters = new Map(Object.entries(ruleParameters(fixture.seed, width, { classes })));
  const outputs = await float64.run(program, { parameters, feeds: { image } });
  return Object.fromEntries([
    ["image", image],
    ...Object.entries(outputs).map(([name, map]) => [name, single(map)] as const),
  ]);
}

export async function* checkBlockCase(
  fixture: BlocksFixture,
  given: BlockCase,
  inputs: BlockInputs,
  engine: Engine,
): AsyncGenerator<Check> {
  const place = { file: "gradients", case: `block ${given.id}`, engine: engine.name };
  yield* guarded(place, async function* () {
    requireKnown("the block", given, caseKeys);
    const { width, batch, size, keep } = noteOf(fixture);
    const setting = { width, size: [size, size] as const, classes };
    const learns = learningSetOf(given.block, infosOf(setting));
    const normsOf = batchStatisticsOf(given.batchNorm);
    const batchStatistics = new Set([...normsOf].filter((name) => learns.has(`${name}.weight`)));
    const network = networkOf(setting, batch, batchStatistics);
    const parameters = parametersFor(engine, Object.entries(ruleParameters(fixture.seed, width, { classes })));
    const { program, before } = blockProgram(network, given.block, learns);
    const entering = inputs[before]!;
    const random = stream(fixture.seed, `coef:${given.block}`);
    const coefficients = new Float32Array(elementCount(given.output.shape)).map(() => 2 * random() - 1);
    const feeds = { [before === "image" ? "image" : "activations"]: entering, coefficients };
    const found = await engine.run(program, { parameters, learns, feeds });

    const limit = gradientLimits(fixture.tolerance, engine);
    const rms = rmsOf(found.output!);
    yield within(place, "input", momentsError(entering, given.input), limit(0));
    yield within(place, "output", momentsError(found.output!, given.output), limit(0));
    yield within(place, "loss, as a share of the output's rms", Math.abs(found.loss![0]! - given.loss) / rms, limit(0));
    yield sameSet(
      place,
      "what learns",
      learns,
      given.parameters.map(({ name }) => name),
    );
    const { err32 = 0 } = given.inputGradient;
    yield within(
      place,
      "gradient of the input",
      relativeError(found["gradient:input"]!, given.inputGradient),
      limit(err32),
    );
    for (const parameter of given.parameters) {
      const error = relativeError(found[`gradient:${parameter.name}`]!, parameter);
      yield within(place, parameter.name, error, limit(parameter.err32 ?? 0));
    }
    const after = given.runningAfter ?? [];
    yield exactly(
      place,
      "batch norms that use the batch",
      [...batchStatistics],
      after.map(({ name }) => name),
    );
    for (const { name, running_mean, running_var } of after) {
      const stepped = { statistics: network.statistics, outputs: found, parameters };
      const { mean, variance } = movedBy(stepped, name, { momentum: keep, variance: "unbiased" });
      const errors = [relative(normOf(mean), running_mean), relative(normOf(variance), running_var)];
      yield within(place, `running statistics of ${name}`, Math.max(...errors), limit(0));
    }
  });
}

/** `output`, `loss`, the gradients of the block's parameters and of its input, the statistics of its batch norms. */
function blockProgram(
  network: Network,
  block: string,
  learns: ReadonlySet<string>,
): { program: Program; before: string } {
  const at = network.boundaries.findIndex(({ name }) => name === block);
  const before = network.boundaries[at - 1]!.name;
  const statistics = network.statistics.flatMap(({ batchNorm, mean, variance }) => [
    [`mean:${batchNorm}`, mean] as const,
    [`variance:${batchNorm}`, variance] as const,
  ]);
  const wanted = { output: network.boundaries[at]!.value, ...Object.fromEntries(statistics) };
  const { graph, outputs } = rewrite(foldBatchNorm(suffixOf(network, cutAt(network, before), wanted)), () => undefined);
  const g = build(graph);
  const { output } = outputs as { output: typeof network.image };
  const { shape } = output.type;
  const product = g.multiply(output, g.input({ name: "coefficients", dtype: "float32", shape }));
  const sum = g.reshape(g.sum(product, { axes: [0, 1, 2, 3] }), { shape: [] });
  const loss = g.divide(sum, g.constant({ values: [elementCount(shape)], shape: [] }));
  const sources = graph.nodes.flatMap(({ op, attributes, output: value }) => {
    if (op === "input" && attributes.name !== "coefficients") return [["input", value] as const];
    return op === "parameter" && learns.has(attributes.name) ? [[attributes.name, value] as const] : [];
  });
  const gradients = differentiate(
    graph,
    loss,
    sources.map(([, value]) => value),
  );
  const byName = Object.fromEntries(sources.map(([name], i) => [`gradient:${name}`, gradients[i]!]));
  return { program: verify(removeDead(shareEqual({ graph, outputs: { ...outputs, loss, ...byName } }))), before };
}

/** "single blocks at w = 1/16, batch 4, 107 px: ...; runningAfter uses PyTorch momentum 0.1; ..." */
function noteOf({ seed, blockNote }: BlocksFixture) {
  const [, width, batch, size] = /w = (\S+), batch (\d+), (\d+) px/.exec(blockNote) ?? [];
  const [, momentum] = /PyTorch momentum ([\d.]+);/.exec(blockNote) ?? [];
  if (width === undefined || momentum === undefined) return notCovered(`single blocks with "${blockNote}"`);
  const image = ruleImages(seed, `input:${batch}x${size}`).values;
  return { width: widthOf(width), batch: Number(batch), size: Number(size), keep: 1 - Number(momentum), image };
}
