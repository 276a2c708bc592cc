// The shape of keras-programs.json, and what stands in its sentences.

import type { Engine } from "./engine.ts";
import type { Config } from "./library-config.ts";
import type { SampledByMoments, SampledByNorm } from "./measure.ts";
import { limitIn, numberIn } from "./tolerance.ts";

export interface KerasProgramsFixture {
  readonly seed: number;
  readonly tolerance: string;
  readonly fullWidth: { readonly counts: readonly KerasCount[] };
  readonly programs: readonly KerasProgram[];
}

/** Parameter counts of the real network in one stage of a program. */
export interface KerasCount {
  readonly program: string;
  readonly base: string;
  readonly scale: boolean;
  readonly classes: number;
  readonly layersOfBase: number;
  readonly trainableParameters: number;
  readonly ofBase: number;
  readonly trainableTensors: number;
  readonly totalParameters: number;
}

export interface KerasProgram {
  readonly id: string;
  readonly program: string;
  readonly lastLayers: number;
  /** Whether batch norms have a gamma. */
  readonly scale: boolean;
  readonly bnMomentum: number;
  readonly l2: number;
  readonly baseCalledWithTrainingFalse: false | string;
  readonly classes: number;
  readonly batchSize: number;
  readonly trainImages: number;
  readonly valImages: number;
  readonly size: number;
  readonly width: string;
  readonly labelSmoothing: number;
  readonly classWeight: readonly number[] | Readonly<Record<string, number>> | null;
  /** Units of the hidden layer of the head. */
  readonly hidden: number | null;
  readonly featureWidth: number;
  readonly initial: {
    readonly trainFeatures: SampledByMoments;
    readonly trainProbabilities: readonly (readonly number[])[];
    readonly valProbabilities: readonly (readonly number[])[];
  };
  readonly stages: readonly KerasStage[];
  readonly float32: {
    readonly differenceToFloat64: {
      readonly lossMaxAbs: number;
      readonly parameterNormMaxRelative: number;
      readonly sampleMaxAbs: number;
      readonly probabilityMaxAbs: number;
    };
  };
}

export interface KerasStage {
  readonly base: string;
  readonly epochs: number;
  readonly optimizer: { readonly type: string } & Config;
  readonly trainableLayersOfBase: {
    readonly count: number;
    readonly withVariables: readonly string[];
    readonly timm: readonly string[];
  };
  readonly trainableTensors: number;
  readonly trainableParameters: number;
  readonly trainableParametersOfBase: number;
  readonly totalParameters: number;
  readonly frozenParametersUnchanged: number;
  readonly batchNormInTrainingMode: readonly { readonly timm: string }[];
  readonly history: readonly KerasEpoch[];
  readonly trainableVariables: readonly BaseVariable[];
  readonly headVariables: readonly (Variable & { readonly rule: string })[];
  readonly movingStatistics: readonly BaseVariable[];
  readonly trainProbabilities: readonly (readonly number[])[];
  readonly valProbabilities: readonly (readonly number[])[];
  readonly valFeatures: SampledByMoments;
}

export interface KerasEpoch {
  readonly loss: number;
  readonly accuracy: number;
  readonly val_loss: number;
  readonly val_accuracy: number;
  readonly batchLosses: readonly number[];
  readonly runningLosses: readonly number[];
  readonly runningAccuracies: readonly number[];
}

export const programKeys = [
  ...["id", "program", "title", "lastLayers", "scale", "bnMomentum", "l2", "baseCalledWithTrainingFalse", "classes"],
  ...["batchSize", "trainImages", "valImages", "size", "width", "optimizer", "labelSmoothing", "classWeight", "hidden"],
  ...["featureWidth", "initial", "stages", "float32"],
];
export const stageKeys = [
  ...["base", "epochs", "optimizer", "trainableLayersOfBase", "trainableTensors", "trainableParameters"],
  ...[
    "trainableParametersOfBase",
    "totalParameters",
    "frozenParametersUnchanged",
    "batchNormInTrainingMode",
    "history",
  ],
  ...[
    "trainableVariables",
    "headVariables",
    "movingStatistics",
    "trainProbabilities",
    "valProbabilities",
    "valFeatures",
  ],
];

/** After the stage. `change` is the norm of the difference from before. */
export interface Variable extends SampledByNorm {
  readonly keras: string;
  readonly change: number;
}

export interface BaseVariable extends Variable {
  readonly timm: string;
}

export interface KerasLimits {
  readonly losses: number;
  readonly probabilities: number;
  /** Relative. */
  readonly norms: number;
  /** Absolute; in float32 not stated, and taken for samples as it is for norms. */
  readonly samples: (rms: number) => number;
  /** Accuracies are exact where the two largest probabilities are further apart. */
  readonly gap: number;
}

export function kerasLimits(tolerance: string, { float32 }: KerasProgram, { name }: Engine): KerasLimits {
  const gap = numberIn(tolerance, "exact unless a probability gap is below #");
  if (name === "float64") {
    const absolute = numberIn(tolerance, "float64 engine: # absolute on losses, probabilities and samples");
    const norms = numberIn(tolerance, "samples, # relative on norms");
    return { losses: absolute, probabilities: absolute, norms, samples: () => absolute, gap };
  }
  const { lossMaxAbs, probabilityMaxAbs, parameterNormMaxRelative, sampleMaxAbs } = float32.differenceToFloat64;
  const norms = limitIn(tolerance, "parameterNormMaxRelative")(parameterNormMaxRelative);
  const factor = numberIn(tolerance, "# * parameterNormMaxRelative");
  return {
    losses: limitIn(tolerance, "float32.differenceToFloat64.lossMaxAbs")(lossMaxAbs),
    probabilities: limitIn(tolerance, "probabilityMaxAbs")(probabilityMaxAbs),
    norms,
    samples: (rms) => Math.max(numberIn(tolerance, "norms within max(#, ") * rms, factor * sampleMaxAbs),
    gap,
  };
}
