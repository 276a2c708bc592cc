// What the dashboard's page asks its server, and what it gets: types only, shared by both. Every path is below /api.
//
//   GET  runs?search&state&sort&order&offset&limit      RunList
//   GET  runs/:run                                      RunDetail
//   GET  runs/:run/curves?points                        Curves
//   GET  runs/:run/live?after                           server-sent events: LiveMessage, each with its number as id
//   GET  runs/:run/pictures?split&class&said&only&sort&offset&limit   PictureList
//   GET  runs/:run/pictures/:picture/image?edge         the picture, decoded and written anew as WebP
//   GET  runs/:run/pictures/:picture/heat?class         PNG, to be laid over it: where the network looks
//   GET  runs/:run/corrections                          CorrectionState
//   POST runs/:run/corrections      CorrectionRequest   CorrectionState
//   POST runs/:run/corrections/undo                     CorrectionState
//   POST runs/:run/refit                                Refitted
//   POST runs/:run/stop | resume                        RunRow
//   POST runs/:run/try?coverage&reject   bytes of a picture   TryAnswer
//   GET  folders?path                                   FolderList
//   POST audits        DataRequest                      AuditAnswer
//   POST advices       TrainRequest                     RunRow      a run that only looks for its strategy
//   POST runs          TrainRequest                     RunRow
//
// Every path that the page has is answered with its one document: /, /runs, /runs/:run, /runs/:run/pictures, /runs/:run/try,
// /compare?runs=a,b and /new. The address that is printed ends in #token=...; the page sends it as `Authorization: Bearer`.
//
// What changes something needs the token of the page's address. What goes wrong is a Problem, with a status that fits.
// `:run` is the name of a run's folder, `:picture` the picture's row in images.jsonl.

import type { Advice, DatasetAudit, Evaluation, Finding, Prediction, Report, RunEvent, RunSummary } from "../index.ts";

export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

/** "running" has a process at work in it, whoever started it; "interrupted" can be resumed. */
export type RunState = "running" | "finished" | "stopped" | "interrupted" | "damaged";

export interface RunRow extends Omit<RunSummary, "path" | "state" | "model"> {
  readonly state: RunState;
  /** Of a run that is under way, as far as its events tell. */
  readonly progress: RunProgress | null;
  /** Run whose head was fitted anew. */
  readonly refitOf: string | null;
  readonly hasModel: boolean;
  /** Why a run that was started from here has ended, where that was not as it should. */
  readonly problem?: Problem;
}

export interface RunProgress {
  /** In words, as "stage 2 of 2, epoch 3 of 10". */
  readonly doing: string;
  readonly share: number | null;
  readonly secondsLeft: number | null;
}

export interface RunList {
  /** Those asked for, of `total` that match. */
  readonly runs: readonly RunRow[];
  readonly total: number;
  /** In the folder. */
  readonly all: number;
}

export const runSorts = ["started", "name", "accuracy", "strategy"] as const;
export type RunSort = (typeof runSorts)[number];

export interface RunDetail {
  readonly row: RunRow;
  /** Null until there is one. */
  readonly report: Report | null;
  readonly advice: Advice | null;
  readonly findings: readonly Finding[];
  /** Reproduces the run. */
  readonly command: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly versions: Readonly<Record<string, string>>;
}

export interface Curves {
  readonly stages: readonly StageCurve[];
  /** Number of the last event that is in it: `live?after=` goes on from there, so that none is missed in between. */
  readonly upTo: number;
}

/** One stage; steps are counted on from the stages before. */
export interface StageCurve {
  readonly name: string;
  readonly firstStep: number;
  /** Mean loss of a step, thinned to the number of points asked for so that no peak is lost. */
  readonly steps: readonly { readonly step: number; readonly loss: number }[];
  readonly epochs: readonly {
    readonly step: number;
    readonly epoch: number;
    readonly loss: number;
    readonly accuracy: number | null;
    readonly validationLoss: number;
    readonly validationAccuracy: number;
    readonly learningRate: number;
  }[];
}

export type LiveMessage =
  | { readonly type: "event"; readonly event: RunEvent }
  | { readonly type: "state"; readonly row: RunRow }
  /** The run has gone back to its last checkpoint: curves are to be asked for anew. */
  | { readonly type: "again" };

export const pictureChoices = ["all", "wrong", "right", "suspect", "corrected"] as const;
export type PictureChoice = (typeof pictureChoices)[number];
export const pictureSorts = ["order", "most wrong", "least sure", "suspect"] as const;
export type PictureSort = (typeof pictureSorts)[number];
export type Split = "train" | "validation" | "test";

export interface PictureList {
  readonly pictures: readonly PictureRow[];
  readonly total: number;
}

export interface PictureRow {
  readonly id: number;
  readonly name: string;
  /** Class that it had in the run. */
  readonly class: string;
  readonly split: Split;
  /** The model's answer. */
  readonly said: string;
  readonly probability: number;
  readonly probabilityOfClass: number;
  /** Class that it probably belongs to, where its own is doubted. */
  readonly suspect: string | null;
  readonly correction: Correction | null;
}

/** What a user has said of a picture since; nothing is done to its file. */
export type Correction =
  | { readonly kind: "class"; readonly class: string }
  | { readonly kind: "side"; readonly side: "train" | "validation" }
  | { readonly kind: "excluded" };

export interface CorrectionRequest {
  readonly pictures: readonly number[];
  /** Null takes back what was said of these pictures. */
  readonly correction: Correction | null;
}

export interface CorrectionState {
  /** Files beside the data in which they are kept. */
  readonly files: readonly string[];
  readonly corrected: number;
  /** What undo would take back, in words; null where there is nothing. */
  readonly undo: string | null;
}

export interface Refitted {
  /** The new run, whose model is on its way to the disk. */
  readonly run: string;
  readonly seconds: number;
  /** On held-back pictures with the labels as corrected: the head of before, and the new one. */
  readonly before: Evaluation;
  readonly after: Evaluation;
}

export interface TryAnswer {
  readonly prediction: Prediction;
  /** PNG as data address, to be laid over the picture, for the most probable class. */
  readonly heat: string | null;
  /** Pictures that were learnt from, the nearest first. */
  readonly nearest: readonly (Pick<PictureRow, "id" | "name" | "class"> & { readonly distance: number })[];
}

export interface FolderList {
  /** Absolute; null for the list of folders that may be looked into. */
  readonly path: string | null;
  readonly parent: string | null;
  readonly folders: readonly { readonly name: string; readonly path: string; readonly pictures: number }[];
}

export interface DataRequest {
  readonly data: string;
}

export interface AuditAnswer {
  readonly audit: DatasetAudit;
}

export interface TrainRequest extends DataRequest {
  /** Name of the new run's folder; found where it is left out. */
  readonly name?: string;
  /** Options of `reinception train`, by name and as typed there. */
  readonly options?: Readonly<Record<string, string>>;
}
