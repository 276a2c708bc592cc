// The files of a finished run, as far as its page is made of them. What older runs have not written is null.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Audit } from "../data/audit.ts";
import { type RunAnswers, readAnswers } from "../train/answers-file.ts";
import type { Report } from "../train/report.ts";
import { type RunRecord, readReport, readRunRecord } from "../train/run-folder.ts";

export interface RunFiles {
  readonly record: RunRecord;
  readonly report: Report;
  readonly audit: Audit | null;
  readonly answers: RunAnswers | null;
}

/** @throws run/not-a-run */
export async function readRunFiles(run: string): Promise<RunFiles> {
  const [record, report] = [await readRunRecord(run), await readReport(run)];
  const audit = await readFile(join(run, "audit.json"), "utf8").then(
    (text) => JSON.parse(text) as Audit,
    () => null,
  );
  return { record, report, audit, answers: await readAnswers(run).catch(() => null) };
}
