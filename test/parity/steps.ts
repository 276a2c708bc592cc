// Training steps against PyTorch: loss, norm of the gradients and parameters at each, then logits, loss and norms at the
// end. In float32 through the product's own stepper, from activations kept at the last boundary that stays frozen.

import { type LossOptions, targetsOf } from "../../src/compile/2-loss.ts";
import type { FloatArray } from "../../src/optimize/rule.ts";
import type { StatisticsMomentum } from "../../src/train/statistics.ts";
import { ruleImages, ruleLabels, ruleParameters } from "../support/rule.ts";
import { type Check, exactly, guarded, notCovered, requireKnown, sameSet, within } from "./check.ts";
import { noteUndetermined } from "./determined.ts";
import { type Engine, enginesFor } from "./engine.ts";
import { openLearner, parametersFor } from "./learner.ts";
import type { Config } from "./library-config.ts";
import { lossOf } from "./loss.ts";
import {
  normOf,
  normOfAll,
  relative,
  relativeError,
  rmsOf,
  type SampledByNorm,
  sameBits,
  worstDifference,
} from "./measure.ts";
import { cutAt, infosOf, networkOf, trunkOf } from "./network.ts";
import { batchStatisticsOf, learningSetOf, torchOptimizer, widthOf } from "./settings.ts";
import { limitIn, numberIn } from "./tolerance.ts";

export interface StepsFixture {
  readonly seed: number;
  readonly tolerance: string;
  /** What the words in a case's config mean, in words. */
  readonly config: { readonly learningSet: string; readonly batchNorm: string };
  readonly cases: readonly StepsCase[];
}

export interface StepsCase {
  readonly id: string;
  readonly config: {
    readonly width: string;
    readonly size: number;
    readonly batch: number;
    readonly classes: number;
    readonly steps: number;
    readonly sameBatch: boolean;
    readonly learningSet: string;
    readonly batchNorm: string;
    readonly bnAffine: boolean;
    readonly loss: {
      readonly labelSmoothing?: number;
      readonly classWeights?: readonly number[];
      readonly classWeightRule?: string;
    };
    readonly optimizer: { readonly type: string } & Config;
    readonly clipNorm?: number | null;
  };
  readonly trainableTensors: number;
  readonly trainableParameters: number;
  readonly steps: readonly {
    readonly loss: number;
    readonly gradientNorm: number;
    readonly parameterNorm: number;
    readonly parameters: Readonly<Record<string, SampledByNorm>>;
  }[];
  readonly final: {
    readonly logits: readonly (readonly number[])[];
    readonly evalLoss: number;
    readonly norms: Readonly<Record<string, number>>;
    /** Norms of running statistics by batch norm. */
    readonly running?: Readonly<Record<string, { readonly mean: number; readonly var: number }>>;
  };
  readonly float32: { readonly worstLossDifference: number; readonly worstRelativeParameterDifference: number };
}

const configKeys = ["width", "size", "batch", "classes", "steps", "sameBatch", "learningSet", "batchNorm", "bnAffine"];

export async function* checkSteps(fixture: StepsFixture): AsyncGenerator<Check> {
  for (const given of fixture.cases)
    for (const engine of enginesFor(widthOf(given.config.width))) {
      const checksIn = (one: Engine) => checkStepsCase(fixture, given, one);
      yield* engine.name === "float32" ? noteUndetermined(engine, checksIn) : checksIn(engine);
    }
}

export async function* checkStepsCase(fixture: StepsFixture, given: StepsCase, engine: Engine): AsyncGenerator<Check> {
  const place = { file: "steps", case: given.id, engine: engine.name };
  yield* guarded(place, async function* () {
    const { config, steps, final } = given;
    requireKnown("the case", config, [...configKeys, "loss", "optimizer", "clipNorm"]);
    const { seed } = fixture;
    const { batch, size, classes } = config;
    const setting = { width: widthOf(config.width), size: [size, size] as const, classes };
    const { learns, batchStatistics, statisticsMomentum } = stageOf(fixture, given);
    const parameters = parametersFor(engine, Object.entries(ruleParameters(seed, setting.width, { classes })));
    const before = parametersFor(engine, parameters);
    const trunk = trunkOf(engine, { setting, parameters, learns, batchStatistics });
    const keep = (input: string) => trunk.keep(ruleImages(seed, `${input}:${batch}x${size}`).values, batch);
    const judged = await keep("input");
    const labels = Uint32Array.from(ruleLabels(batch, classes));
    const loss = lossOptions(config.loss);
    const { optimizer, learningRate } = torchOptimizer(config.optimizer);
    const learner = openLearner(engine, {
      network: (count, learning) => networkOf(setting, count, learning ? batchStatistics : undefined),
      cut: (network) => cutAt(network, trunk.boundary),
      parameters,
      learns,
      classes,
      loss,
      optimizer,
      clipNorm: config.clipNorm ?? null,
      rateFactor: () => 1,
      decays: () => true,
      statisticsMomentum,
    });

    const limits = limitsOf(fixture.tolerance, given, engine);
    const lossError = (ours: number, theirs: number) =>
      Math.abs(ours - theirs) / (engine.name === "float64" ? theirs : 1);
    const learning = () => [...learns].map((name) => parameters.get(name)!);
    yield sameSet(place, "what learns", learns, Object.keys(final.norms));
    yield exactly(place, "learning tensors", learns.size, given.trainableTensors);
    yield exactly(place, "learning parameters", countOf(learning()), given.trainableParameters);
    yield exactly(place, "steps", steps.length, config.steps);
    for (const [at, step] of steps.entries()) {
      const feeds = config.sameBatch ? judged : await keep(`input${at}`);
      const stepped = await learner.step(feeds, labels, learningRate);
      const where = `step ${at + 1}:`;
      yield within(place, `${where} loss`, lossError(stepped.loss, step.loss), limits.loss);
      yield within(
        place,
        `${where} norm of the gradients`,
        relative(stepped.gradientNorm(), step.gradientNorm),
        limits.gradients,
      );
      yield within(
        place,
        `${where} norm of what learns`,
        relative(normOfAll(learning()), step.parameterNorm),
        limits.parameters,
      );
      for (const [name, expected] of Object.entries(step.parameters))
        yield within(place, `${where} ${name}`, relativeError(parameters.get(name)!, expected), limits.parameters);
    }

    const logits = await learner.evaluate(judged, batch);
    await learner.close();
    const expected = final.logits.flat();
    const unit = engine.name === "float64" ? rmsOf(expected) : 1;
    yield within(place, "logits at the end", worstDifference(logits, expected) / unit, limits.loss);
    const evalLoss = lossOf(logits, targetsOf(labels, classes), classes);
    yield within(place, "loss at the end", lossError(evalLoss, final.evalLoss), limits.loss);
    for (const [name, norm] of Object.entries(final.norms))
      yield within(place, `at the end: ${name}`, relative(normOf(parameters.get(name)!), norm), limits.parameters);
    const running = final.running ?? {};
    yield sameSet(place, "batch norms that use the batch", batchStatistics, Object.keys(running));
    for (const [batchNorm, { mean, var: variance }] of Object.entries(running)) {
      const errors = [relative(normOf(parameters.get(`${batchNorm}.running_mean`)!), mean)];
      errors.push(relative(normOf(parameters.get(`${batchNorm}.running_var`)!), variance));
      yield within(place, `at the end: statistics of ${batchNorm}`, Math.max(...errors), limits.parameters);
    }
    const moves = (name: string) => learns.has(name) || batchStatistics.has(name.replace(/\.running_(mean|var)$/, ""));
    const changed = [...before].filter(([name, values]) => !moves(name) && !sameBits(values, parameters.get(name)!));
    yield exactly(
      place,
      "frozen parameters that changed",
      changed.map(([name]) => name),
      [],
    );
  });
}

/** What learns and which batch norms use the batch, in the words of the case as the file's own `config` explains them. */
function stageOf({ config: meanings }: StepsFixture, { config }: StepsCase) {
  const { learningSet, batchNorm, bnAffine } = config;
  const infos = infosOf({ width: widthOf(config.width), size: [config.size, config.size], classes: config.classes });
  const affine = new Set(infos.filter(({ kind }) => kind === "gamma" || kind === "beta").map(({ name }) => name));
  const named = learningSetOf(meaningOf(meanings.learningSet, learningSet), infos);
  const learns = new Set([...named].filter((name) => bnAffine || !affine.has(name)));
  const meaning = meaningOf(meanings.batchNorm, batchNorm);
  const [, places, momentum] =
    /^those of (\S+) use batch statistics and .* PyTorch momentum ([\d.]+) \(n - 1 variance\)$/.exec(meaning) ?? [];
  const every = /^every BatchNorm uses its running statistics$/.test(meaning);
  if (places === undefined && !every) return notCovered(`batch norms with "${meaning}"`);
  const statistics = every ? "running statistics" : `batch statistics in ${places}, running statistics before`;
  const statisticsMomentum: StatisticsMomentum = { momentum: 1 - Number(momentum ?? 1), variance: "unbiased" };
  return { learns, batchStatistics: batchStatisticsOf(statistics), statisticsMomentum };
}

/** Of "suffix = features.19, last_linear; head = last_linear" that of one word. */
function meaningOf(text: string, word: string): string {
  const found = text.split("; ").find((part) => part.startsWith(`${word} = `));
  return found?.slice(word.length + 3) ?? notCovered(`"${word}", which is not in "${text}"`);
}

function lossOptions(loss: StepsCase["config"]["loss"]): LossOptions {
  requireKnown("the loss", loss, ["labelSmoothing", "classWeights", "classWeightRule"]);
  const { labelSmoothing = 0, classWeights, classWeightRule = "keras" } = loss;
  if (classWeightRule !== "keras" && classWeightRule !== "pytorch")
    return notCovered(`class weights by "${classWeightRule}"`);
  return { labelSmoothing, classWeights, classWeighting: classWeightRule };
}

interface Limits {
  /** Absolute in float32, relative in float64; for logits as well, of which a loss moves by no more than twice as much. */
  readonly loss: number;
  readonly parameters: number;
  readonly gradients: number;
}

function limitsOf(tolerance: string, { float32 }: StepsCase, { name }: Engine): Limits {
  if (name === "float64") {
    const limit = numberIn(tolerance, "float64 engine: # relative");
    return { loss: limit, parameters: limit, gradients: limit };
  }
  const parameters = limitIn(
    tolerance,
    "float32.worstRelativeParameterDifference",
  )(float32.worstRelativeParameterDifference);
  return {
    loss: limitIn(tolerance, "float32.worstLossDifference")(float32.worstLossDifference),
    parameters,
    gradients: Math.max(parameters, gradientFloor),
  };
}

/** steps.json states no tolerance for the norm of gradients in float32; gradients.json grants this one to every gradient. */
const gradientFloor = 1e-4;

function countOf(tensors: readonly FloatArray[]): number {
  return tensors.reduce((total, tensor) => total + tensor.length, 0);
}
