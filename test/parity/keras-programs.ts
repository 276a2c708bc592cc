// The three programs of retraining against Keras: fine-tuning, feature extraction, and one after the other. Each stage as
// the product runs it: what learns is named in layers, the frozen part runs once, then one step follows another.

import { suffixOf } from "../../src/compile/1-partition.ts";
import { type LossOptions, plainLoss, targetsOf } from "../../src/compile/2-loss.ts";
import { foldBatchNorm } from "../../src/compile/4-simplify.ts";
import type { FloatArray } from "../../src/optimize/rule.ts";
import { softmax } from "../../src/metrics.ts";
import { ruleImages, ruleLabels } from "../support/rule.ts";
import { type Check, exactly, guarded, type Place, requireKnown, within } from "./check.ts";
import { type Engine, enginesFor } from "./engine.ts";
import { checkFullWidth, compareCounts } from "./keras-counts.ts";
import {
  type KerasLimits,
  type KerasProgram,
  type KerasProgramsFixture,
  type KerasStage,
  kerasLimits,
  programKeys,
  stageKeys,
  type Variable,
} from "./keras-fixture.ts";
import { compareEpoch, type Judged } from "./keras-history.ts";
import { headVariable, initialParameters, kerasInfos, learningStage, settingOf } from "./keras-stage.ts";
import { type Learner, openLearner, parametersFor } from "./learner.ts";
import { lossOf } from "./loss.ts";
import {
  momentsError,
  type Numbers,
  normOf,
  relative,
  rmsOf,
  sameBits,
  sampleError,
  worstDifference,
} from "./measure.ts";
import { cutAt, infosOf, networkOf, trunkOf } from "./network.ts";
import { kerasOptimizer, widthOf } from "./settings.ts";

export async function* checkKerasPrograms(fixture: KerasProgramsFixture): AsyncGenerator<Check> {
  for (const program of fixture.programs)
    for (const engine of enginesFor(widthOf(program.width))) yield* checkKerasProgram(fixture, program, engine);
  yield* checkFullWidth(fixture);
}

export async function* checkKerasProgram(
  fixture: KerasProgramsFixture,
  program: KerasProgram,
  engine: Engine,
): AsyncGenerator<Check> {
  const place = { file: "keras-programs", case: program.id, engine: engine.name };
  yield* guarded(place, async function* () {
    requireKnown("the program", program, programKeys);
    for (const stage of program.stages) requireKnown("the stage", stage, stageKeys);
    const run: ProgramRun = {
      place,
      program,
      engine,
      limits: kerasLimits(fixture.tolerance, program, engine),
      parameters: initialParameters(engine, fixture.seed, program),
      train: imagesOf(fixture.seed, "input", program.trainImages, program),
      validation: imagesOf(fixture.seed, "val", program.valImages, program),
    };
    for (const [at, stage] of program.stages.entries()) yield* checkStage(run, stage, at);
  });
}

interface ProgramRun {
  readonly place: Place;
  readonly program: KerasProgram;
  readonly engine: Engine;
  readonly limits: KerasLimits;
  /** Change in place, from stage to stage. */
  readonly parameters: Map<string, FloatArray>;
  readonly train: Images;
  readonly validation: Images;
}

interface Images {
  readonly count: number;
  readonly values: Float32Array;
  readonly labels: Uint32Array;
}

async function* checkStage(run: ProgramRun, stage: KerasStage, at: number): AsyncGenerator<Check> {
  const { place, program, engine, limits, parameters, train, validation } = run;
  const { classes, batchSize, l2 } = program;
  const setting = settingOf(program);
  const learning = learningStage(stage, program);
  const { batchStatistics } = learning;
  const head = infosOf(setting)
    .filter(({ block }) => block === "head")
    .map(({ name }) => name);
  const learns = new Set([...learning.ofBase, ...head]);
  const kernels = new Set(learning.ofBase.filter((name) => name.endsWith(".conv.weight")));
  const { optimizer, learningRate } = kerasOptimizer(stage.optimizer);
  const before = parametersFor(engine, parameters);
  yield* compareCounts(place, program, stage, learning);

  const trunk = trunkOf(engine, { setting, parameters, learns, batchStatistics });
  const kept = {
    train: await trunk.keep(train.values, train.count),
    validation: await trunk.keep(validation.values, validation.count),
  };
  const learner = openLearner(engine, {
    network: (batch, training) => networkOf(setting, batch, training ? batchStatistics : undefined),
    cut: (network) => cutAt(network, trunk.boundary),
    parameters,
    learns,
    classes,
    loss: lossOptions(program),
    penalty: { factor: l2, parameters: kernels },
    optimizer,
    clipNorm: null,
    rateFactor: () => 1,
    decays: () => true,
    statisticsMomentum: { momentum: program.bnMomentum, variance: "biased" },
  });
  const answers = async (who: "train" | "validation") => learner.evaluate(kept[who], run[who].count);
  const features = (who: "train" | "validation") => featuresOf(run, trunk.boundary, kept[who], run[who].count);
  if (at === 0) {
    const first = await features("train");
    yield exactly(place, "width of the features", first.length / train.count, program.featureWidth);
    yield within(place, "features at first", momentsError(first, program.initial.trainFeatures), limits.norms);
    yield probabilityCheck(run, "probabilities at first", await answers("train"), program.initial.trainProbabilities);
    yield probabilityCheck(
      run,
      "val probabilities at first",
      await answers("validation"),
      program.initial.valProbabilities,
    );
  }
  const penalty = () => l2 * [...kernels].reduce((total, name) => total + normOf(parameters.get(name)!) ** 2, 0);
  yield exactly(place, "epochs", stage.history.length, stage.epochs);
  for (const [epoch, expected] of stage.history.entries()) {
    const batches = await runEpoch(learner, kept.train, train, batchSize, learningRate);
    const logits = await answers("validation");
    const targets = targetsOf(validation.labels, classes, { ...plainLoss, labelSmoothing: program.labelSmoothing });
    const judged = { loss: lossOf(logits, targets, classes) + penalty(), logits, labels: validation.labels };
    const where = `stage ${at + 1}, epoch ${epoch + 1}`;
    yield* compareEpoch(place, where, expected, { batches, validation: judged }, limits);
  }
  const where = `stage ${at + 1}`;
  yield probabilityCheck(run, `${where}: probabilities`, await answers("train"), stage.trainProbabilities);
  yield probabilityCheck(run, `${where}: val probabilities`, await answers("validation"), stage.valProbabilities);
  await learner.close();
  yield within(
    place,
    `${where}: features`,
    momentsError(await features("validation"), stage.valFeatures),
    limits.norms,
  );
  yield* compareVariables(run, stage, where, before);
  const moves = (name: string) => learns.has(name) || batchStatistics.has(name.replace(/\.running_(mean|var)$/, ""));
  const changed = [...parameters.keys()].filter((name) => !sameBits(parameters.get(name)!, before.get(name)!));
  yield exactly(
    place,
    `${where}: frozen parameters that changed`,
    changed.filter((name) => !moves(name)),
    [],
  );
  const ofBase = kerasInfos(setting, program.scale).filter(({ block }) => block !== "head");
  const unchanged = ofBase.filter(({ name }) => !moves(name)).map(({ name }) => parameters.get(name)!);
  yield exactly(place, `${where}: numbers that stay`, countOf(unchanged), stage.frozenParametersUnchanged);
}

/** One epoch without shuffling. */
async function runEpoch(
  learner: Learner,
  kept: Readonly<Record<string, FloatArray>>,
  { count, labels }: Images,
  batchSize: number,
  learningRate: number,
): Promise<readonly Judged[]> {
  const batches: Judged[] = [];
  for (let start = 0; start < count; start += batchSize) {
    const end = Math.min(start + batchSize, count);
    const rows = Object.entries(kept).map(([name, values]) => {
      const row = values.length / count;
      return [name, values.subarray(start * row, end * row)] as const;
    });
    const some = labels.subarray(start, end);
    const { loss, logits } = await learner.step(Object.fromEntries(rows), some, learningRate);
    batches.push({ loss, logits, labels: some });
  }
  return batches;
}

function* compareVariables(
  { place, program, parameters, limits }: ProgramRun,
  stage: KerasStage,
  where: string,
  before: ReadonlyMap<string, FloatArray>,
): Generator<Check> {
  const setting = settingOf(program);
  const compare = function* (variable: Variable, now: FloatArray, once: FloatArray): Generator<Check> {
    const { keras, norm, change } = variable;
    const difference = Float64Array.from(now, (value, i) => value - once[i]!);
    const moved = Math.abs(normOf(difference) - change) / norm;
    yield within(place, `${where}: norm of ${keras}`, Math.max(relative(normOf(now), norm), moved), limits.norms);
    yield within(place, `${where}: ${keras}`, sampleError(now, variable), limits.samples(rmsOf(now)));
  };
  for (const variable of [...stage.trainableVariables, ...stage.movingStatistics])
    yield* compare(variable, parameters.get(variable.timm)!, before.get(variable.timm)!);
  for (const variable of stage.headVariables)
    yield* compare(
      variable,
      headVariable(variable.rule, setting, parameters),
      headVariable(variable.rule, setting, before),
    );
}

function probabilityCheck(
  { place, limits, program }: ProgramRun,
  what: string,
  logits: Numbers,
  expected: readonly (readonly number[])[],
): Check {
  return within(place, what, worstDifference(softmax(logits, program.classes), expected.flat()), limits.probabilities);
}

/** Pooled features from what is kept of images, with the parameters as they are. */
async function featuresOf(
  { program, engine, parameters }: ProgramRun,
  boundary: string,
  kept: Readonly<Record<string, FloatArray>>,
  count: number,
): Promise<FloatArray> {
  if (boundary === "pooled") return kept.activations!;
  const network = networkOf(settingOf(program), count);
  const suffix = foldBatchNorm(suffixOf(network, cutAt(network, boundary), { pooled: network.pooled }));
  return (await engine.run(suffix, { parameters, feeds: kept })).pooled!;
}

function imagesOf(seed: number, name: string, count: number, { size, classes }: KerasProgram): Images {
  const labels = Uint32Array.from(ruleLabels(count, classes));
  return { count, values: ruleImages(seed, `${name}:${count}x${size}`).values, labels };
}

function lossOptions({ labelSmoothing, classWeight, classes }: KerasProgram): LossOptions {
  const weights: Readonly<Record<number, number>> | undefined = classWeight ?? undefined;
  const classWeights = weights && Array.from({ length: classes }, (_, label) => weights[label] ?? 1);
  return { labelSmoothing, classWeights, classWeighting: "keras" };
}

function countOf(tensors: readonly FloatArray[]): number {
  return tensors.reduce((total, tensor) => total + tensor.length, 0);
}
