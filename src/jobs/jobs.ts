// What a child process can be asked to do. Each job is a generator of events with a result.

import { adviseOn, resumeAutomatically, runAutomatically } from "../advise/auto-run.ts";
import { type Export, type ExportEvent, type ExportInput, exportModelFiles } from "../export/export-model.ts";
import type { Advice } from "../train/advice.ts";
import { type ReportInput, type WrittenReport, withPage, writePage } from "../report/write-report.ts";
import { type AuditInput, auditPictures, type DatasetAudit } from "../train/audit.ts";
import type { RunConfig } from "../train/config.ts";
import { fail } from "../errors.ts";
import { type EvaluateInput, evaluateFolder } from "../train/evaluate.ts";
import type { RunEvent, Stopping } from "../train/events.ts";
import { type PredictInput, type Prediction, predictImages } from "../train/predict.ts";
import { type RefitInput, refitRun } from "../train/refit.ts";
import type { Evaluation, Report } from "../train/report.ts";
import type { ResumeInput } from "../train/resume.ts";
import { resumeRun, run } from "../train/run.ts";
import { readRunRecord } from "../train/run-folder.ts";

export interface Jobs {
  train: { input: RunConfig; event: RunEvent; result: Report };
  advise: { input: RunConfig; event: RunEvent; result: Advice };
  resume: { input: ResumeInput; event: RunEvent; result: Report };
  predict: { input: PredictInput; event: Prediction; result: null };
  refit: { input: RefitInput; event: RunEvent; result: Report };
  audit: { input: AuditInput; event: RunEvent & { type: "progress" }; result: DatasetAudit };
  evaluate: { input: EvaluateInput; event: RunEvent & { type: "progress" }; result: Evaluation };
  report: { input: ReportInput; event: RunEvent & { type: "progress" }; result: WrittenReport };
  export: { input: ExportInput; event: ExportEvent; result: Export };
}

export type JobName = keyof Jobs;

export const jobs: {
  readonly [K in JobName]: (
    input: Jobs[K]["input"],
    stopping: Stopping,
  ) => AsyncGenerator<Jobs[K]["event"], Jobs[K]["result"]>;
} = {
  train: (config, stopping) => {
    const events = (config.search === null ? run : runAutomatically)(config, stopping);
    return config.report ? withPage({ run: config.out, threads: config.threads }, events, stopping) : events;
  },
  advise: adviseOn,
  async *resume(input, stopping) {
    const { config, refitOf } = await readRunRecord(input.run);
    if (refitOf !== undefined) fail("run/refitted", { path: input.run, of: refitOf, data: config.data });
    const resumed = (config.search === null ? resumeRun : resumeAutomatically)(input, stopping);
    const { threads } = config;
    return yield* config.report ? withPage({ run: input.run, threads }, resumed, stopping) : resumed;
  },
  predict: predictImages,
  refit: (input, stopping) => withPage({ run: input.out, threads: input.threads }, refitRun(input, stopping), stopping),
  audit: auditPictures,
  evaluate: evaluateFolder,
  report: writePage,
  export: exportModelFiles,
};
