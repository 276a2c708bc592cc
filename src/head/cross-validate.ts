// Which strength suits the data, judged on rows that a fit has not seen. All folds are fitted by one program with the
// features in it once; a fold is a set of rows that do not count. Each fold standardises by its own rows.

import { argmax } from "../metrics.ts";
import { type HeadData, weightsOf } from "./features.ts";
import { inLockStep } from "./lock-step.ts";
import { meanLoss, openObjective, sum } from "./objective.ts";
import { bestOf, type ChooseBy, type StrengthScore, stillGains, walk } from "./path.ts";
import { type FitOptions, type Member, penaltyOf } from "./ridge.ts";
import { type ColumnStatistics, columnStatistics } from "./standardise.ts";

/** Data in the coordinates that all fits share: every feature with mean 0 and deviation 1 over all rows that count. */
export interface Shared {
  readonly data: HeadData;
  readonly statistics: ColumnStatistics;
  /** [rows, width] */
  readonly standardised: Float32Array;
  /** Whether weights are as dear as on standardised features, or as on features as they are. */
  readonly standardise: boolean;
}

export interface CrossValidation {
  readonly scores: readonly StrengthScore[];
  readonly chosen: StrengthScore;
  /** Mean of the points of the folds at the chosen strength: close to where the fit on all rows ends. */
  readonly start: Float64Array;
  /** Row-major [rows, classes]: log-probabilities of each row by the fit that has not seen it, at the chosen strength. */
  readonly outOfFold: Float32Array;
}

export interface CrossValidateOptions extends FitOptions {
  readonly strengths: readonly number[];
  readonly chooseBy: ChooseBy;
  readonly threads: number;
  /** Called with each strength when all folds have been judged at it. */
  readonly judged?: ((score: StrengthScore) => void) | undefined;
}

/** What the folds have found at one strength. */
interface Place {
  readonly start: Float64Array;
  readonly outOfFold: Float32Array;
  folds: number;
}

/** The member that learns from the rows which `counts` is true for, or from all. */
export function memberOf({ data, statistics, standardise }: Shared, counts?: (row: number) => boolean): Member {
  const weights = weightsOf(data);
  const rowWeights = counts === undefined ? weights : weights.map((weight, row) => (counts(row) ? weight : 0));
  const own = () =>
    counts === undefined ? statistics : columnStatistics(data.features, data.width, (row) => rowWeights[row]! > 0);
  return { classes: data.classes, rowWeights, penalty: penaltyOf(statistics, standardise ? own() : undefined) };
}

/** @param folds - fold of each row, each from 0 and with rows of its own */
export async function crossValidate(
  shared: Shared,
  folds: Uint8Array,
  { strengths, chooseBy, threads, judged, ...options }: CrossValidateOptions,
): Promise<CrossValidation> {
  const { width, labels, classes } = shared.data;
  const count = folds.reduce((most, fold) => Math.max(most, fold + 1), 0);
  const members = Array.from({ length: count }, (_, fold) => memberOf(shared, (row) => folds[row] !== fold));
  const weights = weightsOf(shared.data);
  const places: Place[] = [];
  const scores: StrengthScore[] = [];
  const newPlace = (): Place => ({
    start: new Float64Array(classes * (width + 1)),
    outOfFold: new Float32Array(labels.length * classes),
    folds: 0,
  });
  const walking = members.map((member, fold) =>
    walk(member, {
      strengths,
      options,
      goesOn: () => stillGains(scores, chooseBy),
      reached(index, { point, at }) {
        const place = (places[index] ??= newPlace());
        for (let i = 0; i < point.length; i++) place.start[i] = place.start[i]! + point[i]! / count;
        for (const [row, own] of folds.entries())
          if (own === fold)
            place.outOfFold.set(at.logProbabilities.subarray(row * classes, (row + 1) * classes), row * classes);
        place.folds += 1;
        if (place.folds < count) return;
        const logLoss = meanLoss(place.outOfFold, labels, classes, weights, sum(weights));
        const score = {
          strength: strengths[index]!,
          logLoss,
          accuracy: accuracyOf(place.outOfFold, shared.data, weights),
        };
        scores.push(score);
        judged?.(score);
      },
    }),
  );
  const objective = await openObjective({
    features: shared.standardised,
    width,
    labels,
    classes,
    rowWeights: members.map(({ rowWeights }) => rowWeights),
    threads,
  });
  try {
    await inLockStep(walking, objective);
  } finally {
    await objective.close();
  }
  const best = bestOf(scores, chooseBy);
  const { start, outOfFold } = places[best]!;
  return { scores, chosen: scores[best]!, start, outOfFold };
}

/** Of the rows that count. */
function accuracyOf(logProbabilities: Float32Array, { labels, classes }: HeadData, weights: Float64Array): number {
  const said = argmax(logProbabilities, classes);
  const [right, all] = [
    said.filter((k, row) => k === labels[row] && weights[row]! > 0),
    weights.filter((one) => one > 0),
  ];
  return right.length / all.length;
}
