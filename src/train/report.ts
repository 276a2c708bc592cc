// What happened, as numbers: report.json of a run. Everything that is shown about a run later comes from here.

import type { Advice } from "./advice.ts";
import type { RunConfig } from "./config.ts";
import type { EpochResult, Overfitting, SourceScore, StagePlan } from "./events.ts";
import {
  accuracy,
  accuracyInterval,
  argmax,
  balancedAccuracy,
  type ClassScore,
  classScores,
  confusionMatrix,
  macroF1,
  type Predictions,
} from "../metrics.ts";
import type { CorrectionCounts } from "../data/apply-corrections.ts";
import type { LabelCheck } from "./check-labels.ts";
import type { Skipped } from "./run-data.ts";
import type { CalibrationReport } from "./trust.ts";
import type { KnownImage } from "./views.ts";

export interface Evaluation {
  readonly images: number;
  /** Mean cross-entropy of the logits as they are, like that of the epochs: calibration does not change it. */
  readonly loss: number;
  /** What logits were divided by to give the probabilities below, which are those of the model file; 1 for nothing. */
  readonly temperature: number;
  readonly accuracy: number;
  /** 95 %, Wilson's score interval. */
  readonly accuracyInterval: readonly [low: number, high: number];
  /** Mean recall of the classes. */
  readonly balancedAccuracy: number;
  /** Mean F1 of the classes. */
  readonly macroF1: number;
  readonly classes: readonly ({ readonly name: string } & ClassScore)[];
  /** `[truth][said]`, images. */
  readonly confusionMatrix: readonly (readonly number[])[];
  /** Images called wrong, the most confident error first. */
  readonly mostWrong: readonly {
    readonly name: string;
    readonly truth: string;
    readonly said: string;
    readonly probability: number;
    readonly probabilityOfTruth: number;
  }[];
}

export interface StageReport extends StagePlan {
  readonly epochsDone: readonly (EpochResult & { readonly seconds: number })[];
  /** From 1; 0 when no epoch was better than what the stage began with. */
  readonly bestEpoch: number;
  readonly reason: "done" | "patience" | "stopped";
  /** Since when it learnt its pictures by heart; null where nothing tells that it did. */
  readonly overfitting: Overfitting | null;
  /** Names of everything that learnt. */
  readonly learnt: readonly string[];
  /** SHA-256 over everything that did not, before and after the stage. */
  readonly frozen: { readonly tensors: number; readonly before: string; readonly after: string };
  /** Before the run and after this stage; only where pictures of the source are named and something of the base has learnt. */
  readonly source?: SourceScore;
}

/** How far one block has moved from the original network. */
export interface BlockDrift {
  /** The paper's name, as in "mixed_7b". */
  readonly block: string;
  /** |θ - θ₀| / |θ₀| over its parameters. */
  readonly parameters: number;
  /** Linear CKA of its averaged maps before and after, 0 to 1. */
  readonly similarity: number;
  /** Mean over pictures of |f - f₀| / |f₀| of its averaged maps; null where some were all zero before. */
  readonly distance: number | null;
}

/** What was lost of what the network knew before, on the way from the beginning of the run to the model. */
export interface Forgetting {
  /** Of the classifier that the weights came with, on pictures of the source; null where none are named. */
  readonly source: SourceScore | null;
  /**
   * Whether that classifier says of held-out pictures of one's own what it said before: share of pictures with the same
   * first guess, and KL(before || after) in nats. Null where the weights have no such classifier.
   */
  readonly answers: { readonly images: number; readonly agreement: number; readonly divergence: number } | null;
  /** From the picture on; what lies before the first block that learnt has not moved at all, and is not measured. */
  readonly blocks: readonly BlockDrift[];
  /** |θ - θ₀| / |θ₀| over the whole base. */
  readonly parameters: number;
  /**
   * Points on the way from the parameters before fine-tuning (share 0) to those after (1): accuracy on held-out pictures of
   * one's own, and what is forgotten, as accuracy lost on the source where pictures of it are named, else as the share of
   * answers that have changed. Empty where the weights have no classifier.
   */
  readonly way: readonly { readonly share: number; readonly accuracy: number; readonly forgotten: number }[];
  /** Share of the way at which the model lies. */
  readonly chosen: number;
  /** `--max-forgetting`; null for no limit. */
  readonly limit: number | null;
}

/** Of a run whose head was fitted anew on what another run's network had said. */
export interface RefitReport {
  /** Folder of that run, absolute. */
  readonly of: string;
  /** What corrections of its pictures hold now; null where there are none. */
  readonly corrections: CorrectionCounts | null;
  /** The head of before, on held-back pictures with the labels of now. */
  readonly before: Evaluation;
  /** Of the penalty, as cross-validation on the pictures to learn from chose it. */
  readonly strength: number;
}

export interface Report {
  readonly version: string;
  readonly strategy: RunConfig["strategy"]["name"];
  readonly classes: readonly string[];
  readonly images: { readonly train: number; readonly validation: number; readonly test: number };
  readonly skipped: readonly Skipped[];
  readonly dataFingerprint: string;
  readonly parametersHash: string;
  /** What was learnt; of an automatic run, the trial that was taken, if any. */
  readonly stages: readonly StageReport[];
  /** Why an automatic run took what it took; null where the strategy was given. */
  readonly advice: Advice | null;
  readonly validation: Evaluation;
  /** Only where the data has a test folder. */
  readonly test: Evaluation | null;
  /** How sure the model may be, and how far off its probabilities are. */
  readonly calibration: CalibrationReport;
  /** Pictures whose label is probably wrong; none is left out for it. */
  readonly labelIssues: LabelCheck;
  /** Null where nothing of the base has learnt, or the run was stopped. */
  readonly forgetting: Forgetting | null;
  /** By phase, wall clock. "waiting" is the part of training in which the engine waited for pixels or kept rows. */
  readonly seconds: Readonly<Record<string, number>>;
  /** Most memory that the run's process had at once; after a resume, the process that ended the run. */
  readonly peakMemoryBytes: number;
  /** Whether the run was stopped before its last epoch. */
  readonly stopped: boolean;
  /** Only where the head was fitted anew. */
  readonly refit?: RefitReport;
}

const mostWrongCount = 50;

/**
 * Sums up predictions on images whose class is known.
 *
 * @param temperature - of `probabilities`; `losses` are without it
 */
export function evaluationOf(
  images: readonly Pick<KnownImage, "name" | "label">[],
  classes: readonly string[],
  probabilities: Float64Array,
  losses: Float64Array,
  temperature: number,
): Evaluation {
  const predictions: Predictions = { probabilities, labels: images.map(({ label }) => label), classes: classes.length };
  const said = argmax(probabilities, classes.length);
  const matrix = confusionMatrix(predictions);
  const scores = classScores(matrix);
  const share = accuracy(predictions);
  const wrong = images.flatMap((image, i) => {
    if (said[i] === image.label) return [];
    const row = i * classes.length;
    return {
      name: image.name,
      truth: classes[image.label]!,
      said: classes[said[i]!]!,
      probability: probabilities[row + said[i]!]!,
      probabilityOfTruth: probabilities[row + image.label]!,
    };
  });
  return {
    images: images.length,
    loss: losses.reduce((total, loss) => total + loss, 0) / Math.max(images.length, 1),
    temperature,
    accuracy: share,
    accuracyInterval: accuracyInterval(share, images.length),
    balancedAccuracy: balancedAccuracy(scores),
    macroF1: macroF1(scores),
    classes: scores.map((score, c) => ({ name: classes[c]!, ...score })),
    confusionMatrix: matrix,
    mostWrong: wrong.sort((a, b) => b.probability - a.probability).slice(0, mostWrongCount),
  };
}
