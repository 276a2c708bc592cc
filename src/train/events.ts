// What a run says while it goes on. Progress bars, files and pages listen; nothing else comes out of the loop.

import type { CorrectionCounts } from "../data/apply-corrections.ts";
import type { FindingKind } from "../data/audit-kinds.ts";
import type { Advice } from "./advice.ts";
import type { Imbalance } from "./balance.ts";
import type { Gap } from "./gap.ts";
import type { Evaluation, Report } from "./report.ts";
import type { Skipped } from "./run-data.ts";
import type { TrialRecord } from "./trial-record.ts";

export type Phase =
  | "read"
  | "download"
  | "check"
  | "trunk"
  | "probe"
  | "search"
  | "compile"
  | "train"
  | "calibrate"
  | "evaluate"
  | "write"
  | "report";

export interface StagePlan {
  readonly unfreeze: string;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** Block behind which the trunk ends, by the paper's name ("mixed_7b"); "pooled" with all of them frozen, "image" with none. */
  readonly boundary: string;
  readonly learningTensors: number;
  readonly learningParameters: number;
}

export interface EpochResult {
  /** Running means over the batches, taken while the parameters change (Keras' definition). */
  readonly loss: number;
  readonly accuracy: number;
  /** Over all validation images, with the parameters at the end of the epoch. */
  readonly validationLoss: number;
  readonly validationAccuracy: number;
}

/** A stage has begun to learn its pictures by heart. */
export interface Overfitting extends Gap {
  /** Options that would hold it back, as they are typed; each line is one way. */
  readonly remedies: readonly string[];
}

/** How well the classifier that the weights came with still knows pictures of its own classes. */
export interface SourceScore {
  /** Pictures. */
  readonly images: number;
  readonly before: number;
  /** 95 %, Wilson's score interval. */
  readonly beforeInterval: readonly [low: number, high: number];
  readonly after: number;
  readonly afterInterval: readonly [low: number, high: number];
}

export interface DownloadEvent {
  readonly type: "progress";
  readonly phase: "download";
  /** Bytes. */
  readonly done: number;
  readonly total: number;
  /** 0 while it is not known. */
  readonly bytesPerSecond: number;
}

export type RunEvent =
  | {
      readonly type: "start";
      readonly out: string;
      readonly classes: readonly string[];
      readonly images: { readonly train: number; readonly validation: number; readonly test: number };
      /** What takes no part, but for what a correction leaves out. */
      readonly skipped: readonly Skipped[];
      /** What corrections of the pictures have done; absent where there are none. */
      readonly corrections?: CorrectionCounts;
      /** How often each kind of oddity was found in the pictures; absent when an interrupted run goes on. */
      readonly noticed?: Readonly<Partial<Record<FindingKind, number>>>;
      readonly stages: readonly StagePlan[];
      /** Only where classes differ more than tenfold and nothing is done about it. */
      readonly imbalance?: Imbalance;
    }
  | {
      readonly type: "progress";
      readonly phase: Exclude<Phase, "download">;
      /** Images. */
      readonly done: number;
      readonly total: number;
      readonly imagesPerSecond: number;
    }
  | DownloadEvent
  | { readonly type: "stage"; readonly stage: number; readonly plan: StagePlan }
  | {
      readonly type: "step";
      readonly stage: number;
      readonly epoch: number;
      readonly step: number;
      /** Images of the epoch seen so far, of `total`. */
      readonly done: number;
      readonly total: number;
      readonly loss: number;
      /** Mean over the epoch so far. */
      readonly meanLoss: number;
      readonly meanAccuracy: number;
      readonly learningRate: number;
      readonly imagesPerSecond: number;
      readonly secondsLeft: number;
    }
  | ({
      readonly type: "epoch";
      readonly stage: number;
      /** From 1. */
      readonly epoch: number;
      readonly epochs: number;
      readonly best: boolean;
      readonly seconds: number;
    } & EpochResult)
  | ({ readonly type: "overfitting"; readonly stage: number } & Overfitting)
  | {
      readonly type: "stage-end";
      readonly stage: number;
      readonly bestEpoch: number;
      readonly reason: "done" | "patience" | "stopped";
    }
  | { readonly type: "trial"; readonly trial: TrialRecord }
  | { readonly type: "advice"; readonly advice: Advice }
  /** After a stage in which something of the base has learnt, where pictures of the source are named. */
  | ({ readonly type: "source"; readonly stage: number } & SourceScore)
  /** A head has been fitted anew: on held-back pictures with the labels of now, the one of before, and the new one. */
  | {
      readonly type: "judged";
      readonly before: Evaluation;
      readonly after: Evaluation;
      readonly corrections: CorrectionCounts | null;
    }
  | { readonly type: "end"; readonly out: string; readonly report: Report }
  /** After the end: the page of the run is there; or it could not be drawn, and the run is none the worse for it. */
  | { readonly type: "page"; readonly path: string; readonly problem: string | null };

/** Whether the caller has asked the job to end. */
export type Stopping = () => boolean;
