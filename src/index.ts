// The public API: one explicit list of names.

import { type ExportOptions, resolveExport } from "./export/resolve-export.ts";
import { type Classifier, startClassifier } from "./jobs/classifier.ts";
import type { EngineReport } from "./jobs/classifier-process.ts";
import { type Job, startJob } from "./jobs/job.ts";
import {
  type AuditOptions,
  type ClassifierOptions,
  type EvaluateOptions,
  type PredictOptions,
  type ReportOptions,
  type ResumeOptions,
  type RetrainOptions,
  type TuneOptions,
  resolveAudit,
  resolveClassifier,
  resolveConfig,
  resolveEvaluate,
  resolvePredict,
  resolveReport,
  resolveResume,
} from "./train/resolve.ts";

import { type RefitOptions, resolveRefit } from "./train/resolve-refit.ts";

/**
 * Retrains the network on photos in folders, lists or archives, in a process of its own.
 *
 * ```ts
 * const retraining = retrain({ data: "photos", strategy: hybrid({ unfreeze: "2 blocks" }) });
 * for await (const event of retraining) if (event.type === "epoch") console.log(event.validationAccuracy);
 * const { validation } = await retraining.result;
 * ```
 *
 * @throws ReinceptionError for options that cannot be; for everything else through `result` and the iteration
 */
export function retrain(options: RetrainOptions): Job<"train"> {
  return startJob("train", resolveConfig(options));
}

/**
 * Looks for the strategy that suits photos, and says why: probes of the frozen network, trials within a time, compared on
 * the same held-back pictures. `resume` makes the model of it.
 *
 * @throws ReinceptionError for options that cannot be; for everything else through `result` and the iteration
 */
export function advise(options: TuneOptions): Job<"advise"> {
  return startJob("advise", resolveConfig(options, undefined, "advise"));
}

/** Tries every combination of lists of unfrozen parts, learning rates and epochs, and makes the model of the best. */
export function tune(options: TuneOptions): Job<"train"> {
  return startJob("train", resolveConfig(options, undefined, "tune"));
}

/**
 * Goes on with an interrupted run from its last checkpoint, as if it had never stopped: the same events, and in the end the
 * same parameters to the last bit. With `epochs` a finished run learns for longer.
 *
 * @throws ReinceptionError through `result` and the iteration: run/changed where data or options are others, ...
 */
export function resume(options: ResumeOptions): Job<"resume"> {
  return startJob("resume", resolveResume(options));
}

/**
 * Fits the head of a finished run anew, with what has been said of its pictures since, and judges both. The base stays as it
 * is and no picture is looked at, so that it takes seconds; the new run lies beside the old one.
 *
 * @throws ReinceptionError through `result` and the iteration: corrections/..., run/...
 */
export function refitHead(options: RefitOptions): Job<"refit"> {
  return startJob("refit", resolveRefit(options));
}

/** Classifies pictures with a finished model; each picture is an event, in the order in which they are named. */
export function predict(options: PredictOptions): Job<"predict"> {
  return startJob("predict", resolvePredict(options));
}

/**
 * Opens a finished model that stays open, in a process of its own, for pictures that come one by one or from many at once:
 * whatever waits passes the engine together.
 *
 * ```ts
 * const classifier = await openClassifier({ model: "runs/first" });
 * const [answer] = await classifier.classify([readFileSync("photo.jpg")], { top: 3 });
 * await classifier.close();
 * ```
 *
 * @param report - hears of every passage through the engine
 * @throws ReinceptionError: options/..., model/..., onnx/...
 */
export async function openClassifier(
  options: ClassifierOptions,
  report: (batch: EngineReport) => void = () => {},
): Promise<Classifier> {
  return startClassifier(resolveClassifier(options), report);
}

/** Judges a finished model on photos whose classes are known. */
export function evaluate(options: EvaluateOptions): Job<"evaluate"> {
  return startJob("evaluate", resolveEvaluate(options));
}

/**
 * Looks at every picture of a folder and changes nothing: what cannot be read or is odd, what is there twice, how large the
 * classes are, and how a run with the same options would divide them.
 */
export function auditDataset(options: AuditOptions): Job<"audit"> {
  return startJob("audit", resolveAudit(options));
}

/** Draws report.html of a finished run anew: one page with its numbers, its charts and the pictures behind them. */
export function writeReport(options: ReportOptions): Job<"report"> {
  return startJob("report", resolveReport(options));
}

/** Writes a finished model in a format for use elsewhere; each file is an event when it is there. */
export function exportModel(options: ExportOptions): Job<"export"> {
  return startJob("export", resolveExport(options));
}

// the run
export type { CorrectionCounts } from "./data/apply-corrections.ts";
export type { Audit, AuditedClass } from "./data/audit.ts";
export { type Finding, type FindingKind, findingKinds, type Severity } from "./data/audit-kinds.ts";
export type { Corrected, CorrectedPicture, Correction, CorrectionChange } from "./data/corrections.ts";
export {
  addCorrections,
  type CorrectionOptions,
  type Corrections,
  correctionsPath,
  readCorrections,
  undoCorrections,
} from "./data/corrections-file.ts";
export { type ErrorCode, ReinceptionError } from "./errors.ts";
export type { DatasetAudit } from "./train/audit.ts";
export type { Export, ExportEvent, WrittenFile } from "./export/export-model.ts";
export type { ComparedModel, Comparison } from "./export/gate.ts";
export type { ExportOptions } from "./export/resolve-export.ts";
export type { Classifier } from "./jobs/classifier.ts";
export type { EngineReport } from "./jobs/classifier-process.ts";
export type { Job } from "./jobs/job.ts";
export {
  type CacheClearing,
  type CacheInfo,
  type CacheInfoOptions,
  type CacheSpace,
  type CacheVerification,
  type ClearCacheOptions,
  cacheInfo,
  clearCache,
  verifyCache,
} from "./data/cache-upkeep.ts";
export type {
  Advice,
  CandidateKind,
  CandidateRecord,
  LearningCurveRecord,
  LikenessRecord,
  ProbeRecord,
} from "./train/advice.ts";
export type { AskedOfPictures, BatchReport, ClassifierCard } from "./train/classification.ts";
export type { RunConfig, SearchConfig } from "./train/config.ts";
export { type Check, type Diagnosis, doctor } from "./train/doctor.ts";
export type {
  DownloadEvent,
  EpochResult,
  Overfitting,
  Phase,
  RunEvent,
  SourceScore,
  StagePlan,
} from "./train/events.ts";
export type { Explanation, Frame } from "./train/explanation.ts";
export {
  type Inspection,
  type InspectOptions,
  inspect,
  type ModelInspection,
  type RunInspection,
  type WeightsInspection,
} from "./train/inspect.ts";
export type { LearningLayer, NetworkInspection } from "./train/inspect-network.ts";
export { type AnsweredPicture, type RunAnswers, readAnswers } from "./train/answers-file.ts";
export type { LabelCheck, SuspectLabel } from "./train/check-labels.ts";
export { type NearPicture, nearestPictures } from "./train/nearest-pictures.ts";
export type { Prediction } from "./train/predict.ts";
export { type PullOptions, pullWeights } from "./train/published-weights.ts";
export type { BlockDrift, Evaluation, Forgetting, RefitReport, Report, StageReport } from "./train/report.ts";
export type {
  AuditOptions,
  ClassifierOptions,
  EvaluateOptions,
  PredictOptions,
  ReportOptions,
  ResumeOptions,
  RetrainOptions,
  TuneOptions,
} from "./train/resolve.ts";
export type { RefitOptions } from "./train/resolve-refit.ts";
export type { TrialRecord, TrialSettings } from "./train/trial-record.ts";
export type { BeforeAndAfter, CalibrationReport } from "./train/trust.ts";
export { listRuns, type RunSummary, runSummary } from "./train/run-list.ts";
export { openShownPictures, type ShownPictures } from "./train/shown-pictures.ts";
export { processOf, stopRun } from "./train/stop-run.ts";
export {
  type BatchNormMode,
  featureExtraction,
  fineTuning,
  hybrid,
  type Retain,
  type RetainMethod,
  type Stage,
  type Strategy,
  type StrategyName,
} from "./train/strategy.ts";

// heads on features
export { type Calibration, type CalibrationBin, calibrationOf } from "./head/calibration.ts";
export {
  type ConformalMethod,
  type ConformalOptions,
  type ConformalRule,
  fitConformal,
  predictionSet,
} from "./head/conformal.ts";
export { balancedWeights, type HeadData } from "./head/features.ts";
export {
  fitHead,
  fitLogistic,
  type HeadFit,
  type HeadOptions,
  type LogisticFit,
  type LogisticOptions,
} from "./head/fit-head.ts";
export { type LabelIssue, type LabelReport, labelIssues } from "./head/label-issues.ts";
export type { StrengthScore } from "./head/path.ts";
export { type ConfusionScores, confusionScores, rocArea, topAccuracy } from "./head/scores.ts";
export { headLogits, type LinearHead } from "./head/standardise.ts";
export { fitTemperature, type Temperature } from "./head/temperature.ts";

// the page of a run, and the sentences that it shares with the terminal
export {
  calibrationSentence,
  correctionsSentence,
  keptSentence,
  labelCheckSentence,
  limitSentence,
  overfittingSentence,
  sidesText,
  stageEndSentence,
  verdictWords,
} from "./report/sentences.ts";
export type { WrittenReport } from "./report/write-report.ts";
export { reproducingCommand } from "./train/reproduce.ts";
export { type RunRecord, readRunRecord } from "./train/run-folder.ts";

// the layers below: a network as a graph, programs made of it, and what runs them
export { type Boundary, type Compilable, type Cut, lastFrozenBoundary } from "./compile/1-partition.ts";
export { type LossOptions, targetsOf } from "./compile/2-loss.ts";
export { differentiate } from "./compile/3-differentiate.ts";
export { foldBatchNorm, removeDead, shareEqual } from "./compile/4-simplify.ts";
export { type Bound, bind } from "./compile/5-bind.ts";
export { compileEvaluation, compileTraining, compileTrunk } from "./compile/program.ts";
export { tfSlimView } from "./data/tf-slim-view.ts";
export { type InputFormat, inceptionInput } from "./input-format.ts";
export { type Builder, build, type Graph, newGraph } from "./ir/graph.ts";
export type { Node, OpName, Ops, Value } from "./ir/ops.ts";
export { print } from "./ir/print.ts";
export type { Program } from "./ir/program.ts";
export { evaluate as evaluateInFloat64 } from "./ir/reference.ts";
export { verify } from "./ir/verify.ts";
export { inceptionV4, type Network, type NetworkOptions } from "./models/inception-v4.ts";
export { initialParameters } from "./models/initial-parameters.ts";
export { kerasLayers } from "./models/keras-layers.ts";
export { networkParameters, type ParameterInfo } from "./models/parameters.ts";
export { learningOf, parseUnfreeze, type Unfreeze } from "./models/unfreeze.ts";
export { toOnnx } from "./onnx/lower.ts";
export { readModel } from "./onnx/read.ts";
export { writeModel } from "./onnx/write.ts";
export { defineOptimizer, newState, type Optimizer, update } from "./optimize/optimizers.ts";
export type { ComparedTensors, NumbersFound, OddTensor, WrongShape } from "./pretrained/compare-tensors.ts";
export { type Conversion, type ConvertOptions, convertWeights } from "./pretrained/convert.ts";
export { examineWeights, type WeightsExamination, type WeightsProblem } from "./pretrained/examine.ts";
export type { CachedWeights, WeightsRecord } from "./pretrained/weights-cache.ts";
export { listWeights, type WeightsEntry } from "./pretrained/weights-list.ts";
export { openModel, openProgram, type Session, type TensorData } from "./runtime/session.ts";
export { readWeights } from "./weights/network-file.ts";
