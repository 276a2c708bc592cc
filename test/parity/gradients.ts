// Gradients of the cross-entropy against PyTorch: of every parameter, and of what enters. Loss and gradients of parameters
// come from the program of a training step; the gradient of what enters needs a program of its own.

import { suffixOf } from "../../src/compile/1-partition.ts";
import { appendLoss, targetsOf } from "../../src/compile/2-loss.ts";
import { differentiate } from "../../src/compile/3-differentiate.ts";
import { foldBatchNorm } from "../../src/compile/4-simplify.ts";
import { compileTraining } from "../../src/compile/program.ts";
import { type Program, rewrite } from "../../src/ir/program.ts";
import { verify } from "../../src/ir/verify.ts";
import type { Network } from "../../src/models/inception-v4.ts";
import { ruleImages, ruleParameters } from "../support/rule.ts";
import { type Check, guarded, notCovered, requireKnown, sameSet, within } from "./check.ts";
import { type Engine, enginesFor } from "./engine.ts";
import { parametersFor } from "./learner.ts";
import {
  momentsError,
  normOf,
  normOfAll,
  relative,
  relativeError,
  rmsOf,
  type SampledByMoments,
  type SampledByNorm,
  worstDifference,
} from "./measure.ts";
import { cutAt, infosOf, networkOf, trunkOf } from "./network.ts";
import { compareRunningStatistics, type RunningStatisticsFixture } from "./running-statistics.ts";
import { batchStatisticsOf, learningSetOf, widthOf } from "./settings.ts";
import { limitIn, numberIn } from "./tolerance.ts";

export interface GradientsFixture {
  readonly seed: number;
  readonly tolerance: string;
  readonly cases: readonly GradientsCase[];
}

/** `err32`: relative error of PyTorch's own float32 gradient. */
export type SampledGradient = SampledByNorm & { readonly name: string; readonly err32?: number };

export interface GradientsCase {
  readonly id: string;
  readonly width: string;
  readonly batch: number;
  readonly size: number;
  readonly input: string;
  readonly classes: number;
  readonly labels: readonly number[];
  readonly batchNorm: string;
  readonly learningSet: string;
  readonly loss: number;
  readonly logits: readonly (readonly number[])[];
  readonly parameters: readonly SampledGradient[];
  readonly inputGradient?: SampledByNorm;
  readonly totalGradientNorm?: number;
  readonly prefixOutput?: SampledByMoments;
  readonly prefixOutputGradient?: SampledByNorm;
  readonly runningStatistics?: RunningStatisticsFixture;
  readonly float32?: { readonly loss: number; readonly worstRelativeGradientError: number };
}

const caseKeys = [
  ...["id", "width", "batch", "size", "input", "classes", "labels", "batchNorm", "learningSet", "loss", "logits"],
  ...["parameters", "inputGradient", "totalGradientNorm", "prefixOutput", "prefixOutputGradient", "runningStatistics"],
  ...["float32", "float64", "parametersWithZeroGradient"],
];

export async function* checkGradientCases(fixture: GradientsFixture): AsyncGenerator<Check> {
  for (const given of fixture.cases)
    for (const engine of enginesFor(widthOf(given.width))) yield* checkGradientsCase(fixture, given, engine);
}

export async function* checkGradientsCase(
  fixture: GradientsFixture,
  given: GradientsCase,
  engine: Engine,
): AsyncGenerator<Check> {
  const place = { file: "gradients", case: given.id, engine: engine.name };
  yield* guarded(place, async function* () {
    requireKnown("the case", given, caseKeys);
    const { batch, size, classes, labels } = given;
    const setting = { width: widthOf(given.width), size: [size, size] as const, classes };
    const infos = infosOf(setting);
    const learns = learningSetOf(given.learningSet, infos);
    const batchStatistics = batchStatisticsOf(given.batchNorm);
    const parameters = parametersFor(engine, Object.entries(ruleParameters(fixture.seed, setting.width, { classes })));
    const trunk = trunkOf(engine, { setting, parameters, learns, batchStatistics });
    const images = ruleImages(fixture.seed, given.input).values;
    const targets = targetsOf(labels, classes);
    const network = networkOf(setting, batch, batchStatistics);
    const kept = await trunk.keep(images, batch);
    const program = compileTraining(network, cutAt(network, trunk.boundary), learns);
    const found = await engine.run(program, { parameters, learns, feeds: { ...kept, targets } });

    const limit = gradientLimits(fixture.tolerance, engine);
    const measured = given.float32 ?? { loss: given.loss, worstRelativeGradientError: 0 };
    const lossLimit = limit(relative(measured.loss, given.loss));
    yield within(place, "loss", relative(found.loss![0]!, given.loss), lossLimit);
    yield sameSet(
      place,
      "what learns",
      learns,
      given.parameters.map(({ name }) => name),
    );
    if (given.runningStatistics !== undefined) {
      const stepped = { statistics: network.statistics, outputs: found, parameters };
      // no tolerance is stated for them: they get that of the gradient of their gamma, which depends on them directly
      const err32 = new Map(given.parameters.map((parameter) => [parameter.name, parameter.err32 ?? 0]));
      const limitOf = (batchNorm: string) => limit(err32.get(`${batchNorm}.weight`) ?? 0);
      yield* compareRunningStatistics(place, given.runningStatistics, stepped, limitOf);
    }
    const chaotic =
      engine.name === "float32" && batchStatistics.size === infos.filter(({ kind }) => kind === "gamma").length;
    const compared = chaotic ? learningSetOf(lastBlocks, infos) : learns;
    for (const parameter of given.parameters.filter(({ name }) => compared.has(name))) {
      const gradient = found[`gradient:${parameter.name}`]!;
      const error = chaotic ? relative(normOf(gradient), parameter.norm) : relativeError(gradient, parameter);
      yield within(place, parameter.name, error, limit(parameter.err32 ?? 0));
    }
    if (chaotic) return;

    yield within(
      place,
      "logits",
      worstDifference(found.logits!, given.logits.flat()) / rmsOf(given.logits.flat()),
      lossLimit,
    );
    if (given.prefixOutput !== undefined)
      yield within(place, `output of ${trunk.boundary}`, momentsError(kept.activations!, given.prefixOutput), limit(0));
    const wholeLimit = limit(measured.worstRelativeGradientError);
    if (given.totalGradientNorm !== undefined) {
      const gradients = [...learns].map((name) => found[`gradient:${name}`]!);
      yield within(place, "norm of all gradients", relative(normOfAll(gradients), given.totalGradientNorm), wholeLimit);
    }
    const entering = [
      ["image", given.inputGradient, { image: images }],
      [trunk.boundary, given.prefixOutputGradient, kept],
    ] as const;
    if (entering.every(([, expected]) => expected === undefined))
      notCovered("a case without the gradient of what enters");
    for (const [boundary, expected, feeds] of entering) {
      if (expected === undefined) continue;
      const gradients = await engine.run(inputGradientOf(network, boundary), {
        parameters,
        feeds: { ...feeds, targets },
      });
      yield within(place, `gradient of ${boundary}`, relativeError(gradients.gradient!, expected), wholeLimit);
    }
  });
}

/** Where norms in float32 say something even if all 149 batch norms use a small batch, which amplifies every rounding. */
const lastBlocks = "features.19, features.20, features.21, last_linear";

/** The tolerance of a gradient, from the error of PyTorch's own in float32. */
export function gradientLimits(tolerance: string, { name }: Engine): (err32: number) => number {
  if (name === "float32") return limitIn(tolerance, "err32");
  const limit = numberIn(tolerance, "float64 engine: relative L2 error <= #");
  return () => limit;
}

/** The output `gradient`: that of the loss with respect to what enters at a boundary. */
function inputGradientOf(network: Network, boundary: string): Program {
  const suffix = foldBatchNorm(suffixOf(network, cutAt(network, boundary), { logits: network.logits! }));
  const { graph, outputs } = rewrite(suffix, () => undefined);
  const input = graph.nodes.find(({ op }) => op === "input")!.output;
  const [gradient] = differentiate(graph, appendLoss(graph, outputs.logits!), [input]);
  return verify({ graph, outputs: { gradient: gradient! } });
}
