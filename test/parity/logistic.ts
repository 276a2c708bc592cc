// Heads by logistic regression against scikit-learn: every fit, with and without standardisation and weights, then the
// temperature, the calibration errors and the scores of given logits. The data are drawn by the rule that the file states.

import { calibrationOf, type CalibrationBin } from "../../src/head/calibration.ts";
import { balancedWeights, type HeadData } from "../../src/head/features.ts";
import { fitLogistic, type LogisticFit } from "../../src/head/fit-head.ts";
import { confusionScores, rocArea, topAccuracy } from "../../src/head/scores.ts";
import { columnStatistics, headLogits } from "../../src/head/standardise.ts";
import { fitTemperature } from "../../src/head/temperature.ts";
import { accuracy, classScores, confusionMatrix, type Predictions, softmax } from "../../src/metrics.ts";
import { ruleLabels } from "../support/rule.ts";
import { type Check, exactly, guarded, requireKnown, within } from "./check.ts";
import {
  drawnFeatures,
  type FitCase,
  type LogisticFixture,
  type Rows,
  trainingData,
  type WeightedCase,
} from "./logistic-fixture.ts";
import { normOf, relative, worstDifference } from "./measure.ts";
import { numberIn } from "./tolerance.ts";

/** What a fit tells of scikit-learn's own way to it, which is not compared. */
const itsOwn = ["iterations", "gradientNorm", "newtonCholesky"];
const fitKeys = ["standardised", "C", "objective", "coefNorm", "coefRowSums", "intercept", "coef", "train", "test"];
const weightedKeys = ["classWeight", "C", "standardised", "coefNorm", "intercept", "testFirst4"];

/** The gradient of the mean objective that fits are brought to: what is left changes no coefficient by 1e-7. */
const fullTolerance = 1e-11;

export async function* checkLogistic(fixture: LogisticFixture): AsyncGenerator<Check> {
  const place = (name: string) => ({ file: "logistic", case: name, engine: "float64" as const });
  yield* guarded(place("data"), () => checkDrawn(fixture));
  for (const given of fixture.fits) yield* guarded(place(nameOf(given)), () => checkFit(fixture, given));
  for (const given of fixture.weighted)
    yield* guarded(place(`${nameOf(given)} weighted`), () => checkWeighted(fixture, given));
  yield* guarded(place("calibration"), () => checkCalibration(fixture));
  yield* guarded(place("metrics"), () => checkMetrics(fixture));
}

async function* checkDrawn(fixture: LogisticFixture): AsyncGenerator<Check> {
  const { data } = fixture;
  const place = { file: "logistic", case: "data", engine: "exact" } as const;
  const { features, width } = trainingData(fixture);
  yield exactly(place, "first five", Array.from(features.subarray(0, 5)), data.first5);
  const total = features.reduce((sum, value) => sum + value, 0);
  yield within(place, "sum", Math.abs(total - data.sum), 1e-9 * features.length);
  const { mean, scale } = columnStatistics(features, width);
  yield within(place, "means", worstDifference(mean.subarray(0, 5), data.mean5), 1e-12);
  yield within(place, "deviations", worstDifference(scale.subarray(0, 5), data.scale5), 1e-12);
}

export async function* checkFit(fixture: LogisticFixture, given: FitCase): AsyncGenerator<Check> {
  const place = { file: "logistic", case: nameOf(given), engine: "float64" } as const;
  requireKnown("the fit", given, [...fitKeys, ...itsOwn]);
  const data = trainingData(fixture);
  const head = await fitted(data, given);
  const limits = limitsOf(fixture, given);
  const coefficients = coefficientsOf(head, data, given.standardised);
  const { indices, values } = given.coef;
  yield exactly(place, "how it ended", head.ended, "converged");
  yield within(
    place,
    "coefficients",
    worstDifference(
      indices.map((at) => coefficients.weight[at]!),
      values,
    ),
    limits.coefficients,
  );
  yield within(place, "intercepts", worstDifference(coefficients.bias, given.intercept), limits.coefficients);
  yield within(
    place,
    "norm of the coefficients",
    Math.abs(normOf(coefficients.weight) - given.coefNorm),
    limits.coefficients * Math.sqrt(coefficients.weight.length),
  );
  const sums = given.coefRowSums.map((_, j) => sumOverClasses(coefficients.weight, data, j));
  yield within(place, "sums over the classes", worstDifference(sums, given.coefRowSums), limits.coefficients);
  yield within(place, "objective", relative(objectiveOf(head, data, given), given.objective), limits.objective);
  const train = predictionsOf(head, data.features, data.labels);
  yield exactly(place, "accuracy in training", accuracy(train), given.train.accuracy);
  yield within(
    place,
    "log loss in training",
    Math.abs(logLossOf(head, data) - given.train.logLoss),
    limits.probabilities,
  );
  const features = drawnFeatures(fixture, "test");
  const labels = ruleLabels(fixture.data.test[0], data.classes);
  const test = predictionsOf(head, features, labels);
  yield exactly(place, "accuracy in the test", accuracy(test), given.test.accuracy);
  yield within(
    place,
    "log loss in the test",
    Math.abs(calibrationOf(test).logLoss - given.test.logLoss),
    limits.probabilities,
  );
  yield within(place, "probabilities", firstRowsError(test, given.test.first4), limits.probabilities);
}

export async function* checkWeighted(fixture: LogisticFixture, given: WeightedCase): AsyncGenerator<Check> {
  const place = { file: "logistic", case: `${nameOf(given)} weighted`, engine: "float64" } as const;
  requireKnown("the weighted fit", given, weightedKeys);
  const { classWeight } = given;
  const plain = trainingData(fixture);
  const classWeights =
    classWeight === "balanced"
      ? balancedWeights(plain.labels, plain.classes)
      : Array.from({ length: plain.classes }, (_, k) => classWeight[k] ?? 1);
  const data = { ...plain, classWeights };
  const head = await fitted(data, given);
  const limits = limitsOf(fixture, given);
  const { weight, bias } = coefficientsOf(head, data, given.standardised);
  yield within(place, "intercepts", worstDifference(bias, given.intercept), limits.coefficients);
  yield within(
    place,
    "norm of the coefficients",
    Math.abs(normOf(weight) - given.coefNorm),
    limits.coefficients * Math.sqrt(weight.length),
  );
  const test = predictionsOf(head, drawnFeatures(fixture, "test"), ruleLabels(fixture.data.test[0], data.classes));
  yield within(place, "probabilities", firstRowsError(test, given.testFirst4), limits.probabilities);
}

async function* checkCalibration(fixture: LogisticFixture): AsyncGenerator<Check> {
  const place = { file: "logistic", case: "calibration", engine: "float64" } as const;
  const { calibration, data } = fixture;
  const { calibrationRows, allLogits, labels, logitsFirst3 } = calibration;
  const logits = allLogits.flat();
  const half = calibrationRows * data.classes;
  yield exactly(place, "first logits", allLogits.slice(0, logitsFirst3.length), logitsFirst3);
  const cooled = fitTemperature(logits.slice(0, half), labels.slice(0, calibrationRows), data.classes);
  const { probabilities } = standardLimits(fixture);
  yield within(place, "temperature", Math.abs(cooled.temperature - calibration.temperature), probabilities);
  yield within(place, "loss before", Math.abs(cooled.before - calibration.nllBefore), 1e-12);
  yield within(place, "loss after", Math.abs(cooled.after - calibration.nllAfter), 1e-12);
  for (const [name, temperature] of [
    ["before", 1],
    ["after", cooled.temperature],
  ] as const) {
    const found = calibrationOf(measured(fixture, temperature));
    const expected = calibration[name];
    yield exactly(place, `${name}: bins`, found.bins.map(countOf), expected.bins.map(countOf));
    const confidences = found.bins.map(({ confidence }) => confidence);
    const theirs = expected.bins.map(({ confidence }) => confidence);
    yield within(place, `${name}: confidences`, worstDifference(confidences, theirs), probabilities);
    yield within(place, `${name}: log loss`, Math.abs(found.logLoss - expected.logLoss), probabilities);
    yield within(place, `${name}: calibration error`, Math.abs(found.ece - expected.ece), probabilities);
    yield within(place, `${name}: largest error`, Math.abs(found.largestError - expected.mce), probabilities);
  }
}

async function* checkMetrics(fixture: LogisticFixture): AsyncGenerator<Check> {
  const place = { file: "logistic", case: "metrics", engine: "float64" } as const;
  const { metrics } = fixture;
  const predictions = measured(fixture, fixture.calibration.temperature);
  const matrix = confusionMatrix(predictions);
  yield exactly(place, "confusion", matrix, metrics.confusion);
  const scores = classScores(matrix);
  const found = confusionScores(matrix);
  const pairs: readonly (readonly [string, readonly number[], readonly number[]])[] = [
    ["precision", scores.map(({ precision }) => precision ?? 0), metrics.precision],
    ["recall", scores.map(({ recall }) => recall ?? 0), metrics.recall],
    ["F1", scores.map(({ f1 }) => f1 ?? 0), metrics.f1],
    ["images", scores.map(({ images }) => images), metrics.support],
    ["macro F1", [found.macroF1], [metrics.macroF1]],
    ["weighted F1", [found.weightedF1], [metrics.weightedF1]],
    ["balanced accuracy", [found.balancedAccuracy], [metrics.balancedAccuracy]],
    ["kappa", [found.kappa], [metrics.kappa]],
    ["top 2", [topAccuracy(predictions, 2)], [metrics.top2Accuracy]],
    ["area under the ROC curves", [rocArea(predictions)], [metrics.rocAucOvrMacro]],
    ["accuracy", [accuracy(predictions)], [metrics.accuracy]],
    ["Brier score", [calibrationOf(predictions).brier], [metrics.brier]],
  ];
  for (const [what, ours, theirs] of pairs) yield within(place, what, worstDifference(ours, theirs), 1e-12);
}

/** The second half of the rows of the calibration, at a temperature. */
function measured({ calibration, data }: LogisticFixture, temperature: number): Predictions {
  const { allLogits, labels, calibrationRows } = calibration;
  const logits = allLogits.slice(calibrationRows).flatMap((row) => row.map((logit) => logit / temperature));
  return { probabilities: softmax(logits, data.classes), labels: labels.slice(calibrationRows), classes: data.classes };
}

function countOf({ bin, count, accuracy: right }: CalibrationBin): readonly number[] {
  return [bin, count, right];
}

function fitted(data: HeadData, { C, standardised }: Pick<FitCase, "C" | "standardised">): Promise<LogisticFit> {
  const options = { threads: 1, tolerance: fullTolerance, iterations: 5000 };
  return fitLogistic(data, { ...options, strength: 1 / C, standardise: standardised });
}

/** Weights and biases as scikit-learn has them: on the features that it was given, biases less their mean. */
function coefficientsOf({ weight, bias }: LogisticFit, { features, width }: HeadData, standardised: boolean) {
  if (!standardised) return { weight, bias };
  const { mean, scale } = columnStatistics(features, width);
  const shifted = bias.map((b, k) => mean.reduce((total, one, j) => total + one * weight[k * width + j]!, b));
  const middle = shifted.reduce((total, b) => total + b, 0) / shifted.length;
  return { weight: weight.map((w, at) => w * scale[at % width]!), bias: shifted.map((b) => b - middle) };
}

function objectiveOf(head: LogisticFit, data: HeadData, { C, standardised }: FitCase): number {
  const { weight } = coefficientsOf(head, data, standardised);
  return C * logLossOf(head, data) * data.labels.length + normOf(weight) ** 2 / 2;
}

function logLossOf(head: LogisticFit, { features, labels, classes }: HeadData): number {
  const logits = headLogits(head, features);
  let loss = 0;
  for (let row = 0; row < labels.length; row++) {
    const own = logits.subarray(row * classes, (row + 1) * classes);
    const top = Math.max(...own);
    loss += top + Math.log(own.reduce((total, z) => total + Math.exp(z - top), 0)) - own[labels[row]!]!;
  }
  return loss / labels.length;
}

function predictionsOf(head: LogisticFit, features: Float32Array, labels: ArrayLike<number>): Predictions {
  return { probabilities: softmax(headLogits(head, features), head.classes), labels, classes: head.classes };
}

function firstRowsError({ probabilities, classes }: Predictions, rows: Rows): number {
  return worstDifference(probabilities.subarray(0, rows.length * classes), rows.flat());
}

function sumOverClasses(weight: Float64Array, { width, classes }: HeadData, column: number): number {
  return Array.from({ length: classes }, (_, k) => weight[k * width + column]!).reduce((total, w) => total + w, 0);
}

function nameOf({ standardised, C }: Pick<FitCase, "standardised" | "C">): string {
  return `${standardised ? "standardised" : "as they are"}, C = ${C}`;
}

interface Limits {
  readonly coefficients: number;
  readonly probabilities: number;
  readonly objective: number;
}

function standardLimits({ tolerance }: LogisticFixture): Limits {
  const limit = numberIn(tolerance, "coefficients and probabilities # absolute on standardised data");
  return { coefficients: limit, probabilities: limit, objective: numberIn(tolerance, "objective # relative; on") };
}

function limitsOf(fixture: LogisticFixture, { standardised, C }: Pick<FitCase, "standardised" | "C">): Limits {
  const { tolerance } = fixture;
  if (!standardised) {
    const probabilities = numberIn(tolerance, "on unstandardised data objective 1e-6 relative, probabilities #");
    // the file states none for coefficients here; those of logits of this size are probabilities
    return {
      coefficients: probabilities,
      probabilities,
      objective: numberIn(tolerance, "unstandardised data objective # relative"),
    };
  }
  const strict = numberIn(tolerance, "(# for C <= 1)");
  const limits = standardLimits(fixture);
  return C <= 1 ? { ...limits, coefficients: strict, probabilities: strict } : limits;
}
