// What the folder that a model lies in says of how it came to be; only what is about this very model counts.

import { dirname, join } from "node:path";
import type { ModelCard } from "../train/model-file.ts";
import type { Report } from "../train/report.ts";
import { type RunRecord, readReport, readRunRecord } from "../train/run-folder.ts";
import { type ImageLine, readImageLines } from "../train/run-images.ts";

export interface RunFacts {
  readonly record: RunRecord;
  readonly report: Report;
  /** Every picture with its class and what it was for. */
  readonly images: readonly Extract<ImageLine, { hash: string }>[];
}

/** Undefined where the model lies outside a finished run, or is another than the run's. */
export async function runFacts(modelPath: string, card: ModelCard): Promise<RunFacts | undefined> {
  const folder = dirname(modelPath);
  try {
    const report = await readReport(folder);
    if (report.parametersHash !== card.parametersHash) return undefined;
    const lines = await readImageLines(join(folder, "images.jsonl"));
    const images = lines.flatMap((line) => ("hash" in line ? [line] : []));
    return { record: await readRunRecord(folder), report, images };
  } catch {
    return undefined;
  }
}
