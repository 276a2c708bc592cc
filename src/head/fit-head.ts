// A head fitted on features: multinomial logistic regression, at one strength or at the one that cross-validation chooses.
// It runs on the engine in the process that calls it; whoever must stay responsive calls it in another.

import { fail } from "../errors.ts";
import { type CrossValidation, crossValidate, memberOf, type Shared } from "./cross-validate.ts";
import { exactObjective } from "./exact-objective.ts";
import { checkData, type HeadData, weightsOf } from "./features.ts";
import { assignFolds, type FoldOptions } from "./folds.ts";
import { largestOf, type Minimum } from "./lbfgs.ts";
import { inLockStep } from "./lock-step.ts";
import { type DataEvaluation, openObjective } from "./objective.ts";
import { type ChooseBy, defaultStrengths, type StrengthScore } from "./path.ts";
import { fitAt, type Member } from "./ridge.ts";
import { columnStatistics, foldBack, type LinearHead, standardise } from "./standardise.ts";

export interface LogisticOptions {
  /** Threads of the engine. */
  readonly threads: number;
  /** Whether the penalty is on weights of standardised features, or of features as they are. The default is true. */
  readonly standardise?: boolean;
  /** No element of the gradient of the mean objective is larger at the end: scikit-learn's rule. The default is 1e-4. */
  readonly tolerance?: number;
  /** Most iterations of each fit. The default is 1000. */
  readonly iterations?: number;
}

/** A fitted head, which takes features as they were given. */
export interface LogisticFit extends LinearHead {
  readonly strength: number;
  readonly iterations: number;
  /** Largest element of the gradient of the mean objective where the fit ended. */
  readonly gradient: number;
  /** "stalled" where the engine's float32 allows no further decrease before the tolerance is met. */
  readonly ended: Minimum["ended"];
}

export interface HeadOptions extends LogisticOptions {
  /** Strengths λ to try, which are 1 / C in scikit-learn's words; the default is fifteen, half a decade apart. */
  readonly strengths?: readonly number[];
  /** The default is 5. */
  readonly folds?: number;
  /** Of the fits by which a strength is chosen, where the last one is to be more exact; the default is `tolerance`. */
  readonly pathTolerance?: number;
  readonly seed?: number;
  /** Rows of one name are held back together: hashes of contents, or names of larger groups. */
  readonly groups?: FoldOptions["groups"];
  /** What a strength is judged by on the rows held back. The default is "log-loss". */
  readonly chooseBy?: ChooseBy;
  /** Called with each strength when all folds have been judged at it. */
  readonly judged?: (score: StrengthScore) => void;
}

export interface HeadFit extends LogisticFit {
  /** Scores of the strengths that were tried, from the strongest penalty to the weakest. */
  readonly path: readonly StrengthScore[];
  /** Fold of each row. */
  readonly folds: Uint8Array;
  /** Row-major [rows, classes]: probabilities of each row by the fit that has not seen it, at the chosen strength. */
  readonly outOfFold: Float64Array;
}

/** Float32 leaves errors of about this size in the elements of a gradient. */
const smallestFloat32Gradient = 1e-6;
const float32Rounding = 1e-6;
/** Multiplications of one product up to which the last digits are worth a float64 evaluation in JavaScript. */
const exactProducts = 2 ** 24;

/**
 * Tries strengths from large to small by stratified cross-validation until five bring no gain, takes the best, and fits a
 * head with it on all rows.
 *
 * @throws head/lengths, head/label, head/weight, head/one-class, head/feature when the data do not fit together
 * @throws head/number-out-of-range for options that cannot be
 */
export async function fitHead(data: HeadData, options: HeadOptions): Promise<HeadFit> {
  const { standardise = true, chooseBy = "log-loss", seed = 0, threads, judged, groups } = options;
  const strengths = (options.strengths ?? defaultStrengths(standardise)).toSorted((left, right) => right - left);
  const number = options.folds ?? 5;
  if (!(Number.isInteger(number) && number >= 2 && number <= 255))
    fail("head/number-out-of-range", { option: "folds", value: number, needed: "a whole number from 2 to 255" });
  if (strengths.length === 0) checkStrength("strengths", Number.NaN);
  for (const value of strengths) checkStrength("strengths", value);
  if (groups !== undefined && groups.length !== data.labels.length)
    fail("head/lengths", { what: "groups", found: groups.length, needed: `${data.labels.length} labels` });
  const shared = share(data, standardise);
  const folds = assignFolds(data.labels, { folds: number, seed, groups });
  const { pathTolerance } = options;
  const { tolerance, iterations } = settingsOf({
    ...options,
    ...(pathTolerance !== undefined && { tolerance: pathTolerance }),
  });
  const found: CrossValidation = await crossValidate(shared, folds, {
    strengths,
    chooseBy,
    threads,
    judged,
    iterations,
    tolerance: Math.max(tolerance, smallestFloat32Gradient),
    rounding: float32Rounding,
  });
  const { strength } = found.chosen;
  const fit = await fitShared(shared, { ...options, strength }, found.start);
  return { ...fit, path: found.scores, folds, outOfFold: Float64Array.from(found.outOfFold, Math.exp) };
}

/**
 * Fits a head at one strength λ, to scikit-learn's objective with C = 1 / λ.
 *
 * @throws as `fitHead` does
 */
export async function fitLogistic(
  data: HeadData,
  options: LogisticOptions & { readonly strength: number },
): Promise<LogisticFit> {
  checkStrength("strength", options.strength);
  const shared = share(data, options.standardise ?? true);
  return fitShared(shared, options, new Float64Array(data.classes * (data.width + 1)));
}

function share(data: HeadData, standardised: boolean): Shared {
  checkData(data);
  const weights = weightsOf(data);
  const statistics = columnStatistics(data.features, data.width, (row) => weights[row]! > 0);
  const into = new Float32Array(data.features.length);
  return { data, statistics, standardised: standardise(data.features, statistics, into), standardise: standardised };
}

/** First on the engine, then, where a small problem asks for more than float32 can tell, in float64 to the end. */
async function fitShared(
  shared: Shared,
  options: LogisticOptions & { readonly strength: number },
  start: Float64Array,
): Promise<LogisticFit> {
  const { strength, threads } = options;
  const { tolerance, iterations } = settingsOf(options);
  const member = memberOf(shared);
  const exact =
    tolerance < smallestFloat32Gradient * 10 && shared.standardised.length * member.classes <= exactProducts;
  const reach = exact ? smallestFloat32Gradient : tolerance;
  const rough = { tolerance: reach, iterations, rounding: float32Rounding };
  let minimum = await fitOnEngine(shared, member, threads, fitAt(strength, start, member, rough));
  let taken = minimum.iterations;
  if (exact && taken < iterations) {
    const last = { tolerance, iterations: iterations - taken, rounding: 1e-14 };
    minimum = await fitExactly(shared, member, fitAt(strength, minimum.point, member, last));
    taken += minimum.iterations;
  }
  const { point, at, ended } = minimum;
  return {
    ...foldBack(point, shared.statistics),
    strength,
    iterations: taken,
    gradient: largestOf(at.gradient),
    ended,
  };
}

type Fitting = ReturnType<typeof fitAt>;

async function fitOnEngine(
  { data, standardised }: Shared,
  { rowWeights }: Member,
  threads: number,
  fitting: Fitting,
): Promise<Minimum<DataEvaluation>> {
  const objective = await openObjective({ ...data, features: standardised, rowWeights: [rowWeights], threads });
  try {
    return (await inLockStep([fitting], objective))[0]!;
  } finally {
    await objective.close();
  }
}

async function fitExactly(
  { data, statistics }: Shared,
  { rowWeights }: Member,
  fitting: Fitting,
): Promise<Minimum<DataEvaluation>> {
  const features = standardise(data.features, statistics, new Float64Array(data.features.length));
  const evaluate = exactObjective({ ...data, features, rowWeights });
  const [minimum] = await inLockStep([fitting], { evaluate: async (points) => points.map(evaluate) });
  return minimum!;
}

function settingsOf({ tolerance = 1e-4, iterations = 1000 }: LogisticOptions) {
  if (!(tolerance > 0)) fail("head/number-out-of-range", { option: "tolerance", value: tolerance, needed: "above 0" });
  if (!(iterations >= 1))
    fail("head/number-out-of-range", { option: "iterations", value: iterations, needed: "1 or more" });
  return { tolerance, iterations };
}

function checkStrength(option: string, value: number): void {
  if (!(value > 0 && value < Infinity)) fail("head/number-out-of-range", { option, value, needed: "a number above 0" });
}
