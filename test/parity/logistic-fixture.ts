// What logistic.json holds, and the data that its rule draws.

import type { CalibrationBin } from "../../src/head/calibration.ts";
import type { HeadData } from "../../src/head/features.ts";
import { stream } from "../../src/random.ts";
import { ruleLabels } from "../support/rule.ts";

export type Rows = readonly (readonly number[])[];

export interface LogisticFixture {
  readonly seed: number;
  readonly tolerance: string;
  readonly data: {
    readonly train: readonly [rows: number, width: number];
    readonly test: readonly [rows: number, width: number];
    readonly classes: number;
    readonly first5: readonly number[];
    readonly sum: number;
    readonly mean5: readonly number[];
    readonly scale5: readonly number[];
  };
  readonly fits: readonly FitCase[];
  readonly weighted: readonly WeightedCase[];
  readonly calibration: CalibrationCase;
  readonly metrics: MetricsCase;
}

export interface FitCase {
  readonly standardised: boolean;
  readonly C: number;
  readonly objective: number;
  readonly coefNorm: number;
  /** Of the first features: sums over the classes. */
  readonly coefRowSums: readonly number[];
  readonly intercept: readonly number[];
  readonly coef: { readonly indices: readonly number[]; readonly values: readonly number[] };
  readonly train: { readonly logLoss: number; readonly accuracy: number };
  readonly test: { readonly logLoss: number; readonly accuracy: number; readonly first4: Rows };
}

export interface WeightedCase {
  readonly classWeight: "balanced" | Readonly<Record<string, number>>;
  readonly C: number;
  readonly standardised: boolean;
  readonly coefNorm: number;
  readonly intercept: readonly number[];
  readonly testFirst4: Rows;
}

export interface CalibrationCase {
  readonly calibrationRows: number;
  readonly logitsFirst3: Rows;
  readonly allLogits: Rows;
  readonly labels: readonly number[];
  readonly temperature: number;
  readonly nllBefore: number;
  readonly nllAfter: number;
  readonly before: CalibrationNumbers;
  readonly after: CalibrationNumbers;
}

interface CalibrationNumbers {
  readonly logLoss: number;
  readonly ece: number;
  readonly mce: number;
  readonly bins: readonly CalibrationBin[];
}

interface MetricsCase {
  readonly confusion: Rows;
  readonly precision: readonly number[];
  readonly recall: readonly number[];
  readonly f1: readonly number[];
  readonly support: readonly number[];
  readonly macroF1: number;
  readonly weightedF1: number;
  readonly balancedAccuracy: number;
  readonly kappa: number;
  readonly top2Accuracy: number;
  readonly rocAucOvrMacro: number;
  readonly accuracy: number;
  readonly brier: number;
}

/** Features of "train" or "test": centres of the classes and noise; the first large, the second the same everywhere. */
export function drawnFeatures({ seed, data }: LogisticFixture, side: "train" | "test"): Float32Array {
  const [rows, width] = data[side];
  const numbers = (name: string, count: number) => {
    const random = stream(seed, `logistic:${name}`);
    return Float64Array.from({ length: count }, () => 2 * random() - 1);
  };
  const centres = numbers("centres", data.classes * width);
  const noise = numbers(side, rows * width);
  return Float32Array.from(noise, (e, at) => {
    const [row, column] = [Math.floor(at / width), at % width];
    const x = 0.55 * centres[(row % data.classes) * width + column]! + 1.5 * e;
    return column === 0 ? 30 * x : column === 1 ? 0.5 : x;
  });
}

export function trainingData(fixture: LogisticFixture): HeadData {
  const { train, classes } = fixture.data;
  return { features: drawnFeatures(fixture, "train"), width: train[1], labels: ruleLabels(train[0], classes), classes };
}
