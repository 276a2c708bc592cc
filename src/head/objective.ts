// The mean cross-entropy of linear classifiers and its gradient, without any penalty: in float32 on the engine for
// everything large, in float64 here for the last digits of small problems. Sums over rows are made in float64 in both.

import { verify } from "../ir/verify.ts";
import { openProgram } from "../runtime/session.ts";
import type { Evaluation } from "./lbfgs.ts";
import { type LogisticShape, logisticProgram } from "./logistic-program.ts";

/** Value and gradient of the mean over the rows that count, and what the classifier says of every row. */
export interface DataEvaluation extends Evaluation {
  /** Row-major [rows, classes]. */
  readonly logProbabilities: Float32Array | Float64Array;
}

/** Classifiers on the same rows; point m belongs to member m and holds weights [classes, width], then biases [classes]. */
export interface Objective {
  evaluate(points: readonly Float64Array[]): Promise<readonly DataEvaluation[]>;
  close(): Promise<void>;
}

export interface ObjectiveData {
  /** Row-major [rows, width], standardised. */
  readonly features: Float32Array;
  readonly width: number;
  readonly labels: ArrayLike<number>;
  readonly classes: number;
  /** How much each row counts, for each member. */
  readonly rowWeights: readonly Float64Array[];
  readonly threads: number;
  /** Whether features are a constant of the program; the default depends on their size. */
  readonly packed?: boolean;
}

/**
 * Below this, features are a constant of the program: the engine then packs them once, not at every evaluation, which
 * halves the time for few classes. Packing keeps copies, so larger ones are lent to the engine at every evaluation.
 */
const packedFeaturesBytes = 2 ** 28;

/** Opens the objective on the engine. */
export async function openObjective(data: ObjectiveData): Promise<Objective> {
  const { features, width, labels, classes, rowWeights, threads } = data;
  const shape = { members: rowWeights.length, classes, rows: labels.length, width };
  const fixed = new Map([
    ["features", features],
    ["truth", oneHot(labels, classes)],
    ["rowWeights", concatenated(rowWeights)],
  ]);
  const { packed = features.byteLength <= packedFeaturesBytes } = data;
  const constants = packed ? fixed : new Map<string, Float32Array>();
  const lent = packed ? {} : Object.fromEntries(fixed);
  const session = await openProgram(verify(logisticProgram(shape)), { constants, threads });
  const totals = rowWeights.map(sum);
  return {
    async evaluate(points) {
      const { weight, bias } = split(points, shape);
      const answer = (await session.run({ ...lent, weight, bias })) as Record<string, Float32Array>;
      return points.map((_, m) => {
        const said = part(answer.logProbabilities!, m, labels.length * classes);
        return {
          value: meanLoss(said, labels, classes, rowWeights[m]!, totals[m]!),
          gradient: gradientOf(answer, m, shape, totals[m]!),
          logProbabilities: said,
        };
      });
    },
    close: () => session.release(),
  };
}

/** -Σ s_i · log p_i[label_i] / Σ s, in float64. */
export function meanLoss(
  logProbabilities: Float32Array | Float64Array,
  labels: ArrayLike<number>,
  classes: number,
  rowWeights: Float64Array,
  total: number,
): number {
  let loss = 0;
  for (let row = 0; row < labels.length; row++)
    if (rowWeights[row]! > 0) loss -= rowWeights[row]! * logProbabilities[row * classes + labels[row]!]!;
  return loss / total;
}

export function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The points of all members as the two inputs of the program. */
function split(points: readonly Float64Array[], { members, classes, width }: LogisticShape) {
  const weight = new Float32Array(members * classes * width);
  const bias = new Float32Array(members * classes);
  for (const [m, point] of points.entries()) {
    weight.set(point.subarray(0, classes * width), m * classes * width);
    bias.set(point.subarray(classes * width), m * classes);
  }
  return { weight, bias };
}

function gradientOf(
  { weightGradient, biasGradient }: Record<string, Float32Array>,
  member: number,
  { classes, width }: LogisticShape,
  total: number,
): Float64Array {
  const gradient = new Float64Array(classes * (width + 1));
  gradient.set(part(weightGradient!, member, classes * width));
  gradient.set(part(biasGradient!, member, classes), classes * width);
  for (let i = 0; i < gradient.length; i++) gradient[i] = gradient[i]! / total;
  return gradient;
}

function part(values: Float32Array, index: number, length: number): Float32Array {
  return values.subarray(index * length, (index + 1) * length);
}

function oneHot(labels: ArrayLike<number>, classes: number): Float32Array {
  const truth = new Float32Array(labels.length * classes);
  for (let row = 0; row < labels.length; row++) truth[row * classes + labels[row]!] = 1;
  return truth;
}

function concatenated(arrays: readonly Float64Array[]): Float32Array {
  const result = new Float32Array(arrays.reduce((length, array) => length + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    result.set(array, at);
    at += array.length;
  }
  return result;
}
