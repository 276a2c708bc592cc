// report.html of a run: gathered from its files, drawn, and put beside them. At the end of a run it may go wrong without harm:
// then an event says so.

import { basename, join } from "node:path";
import { inceptionInput } from "../input-format.ts";
import type { RunEvent, Stopping } from "../train/events.ts";
import { openHeatMaps } from "../train/heat-maps.ts";
import type { Report } from "../train/report.ts";
import { reproducingCommand } from "../train/reproduce.ts";
import { writeWhole } from "../write-whole.ts";
import { type ChosenPictures, choosePictures } from "./choose-pictures.ts";
import { type DrawnPictures, drawPictures, noPictures } from "./draw-pictures.ts";
import { pageText } from "./page.ts";
import { type RunFiles, readRunFiles } from "./read-run.ts";

export interface ReportInput {
  /** Absolute path of a run's folder. */
  readonly run: string;
  readonly threads: number;
  /** Time for maps of where the network looks; null for as long as it takes. */
  readonly mapSeconds: number | null;
}

/** At the end of a run nobody waits for what can be had later. */
const mapSecondsOfRun = 20;

/** The page that was written. */
export interface WrittenReport {
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Pictures that are shown. */
  readonly pictures: number;
  /** Why pictures are missing, in words; null where none is. */
  readonly problem: string | null;
}

export const pageName = "report.html";

/**
 * Writes the page of a finished run, whatever was there before.
 *
 * @throws run/not-a-run
 */
export async function* writePage(
  input: ReportInput,
  stopping: Stopping,
): AsyncGenerator<RunEvent & { type: "progress" }, WrittenReport> {
  const { run } = input;
  const files = await readRunFiles(run);
  const { answers, report, record } = files;
  const chosen = answers === null ? null : choosePictures({ report, answers });
  const drawn = chosen === null ? noPictures(null) : yield* drawnIn(input, files, chosen, stopping);
  const command = reproducingCommand(record);
  const text = pageText({ ...files, name: basename(run), chosen, drawn, command });
  const path = join(run, pageName);
  await writeWhole(path, text);
  return { path, sizeBytes: Buffer.byteLength(text), pictures: drawn.byName.size, problem: drawn.problem };
}

/** Where the model is gone or is another, nothing says where it looks. */
async function* drawnIn(
  { run, threads, mapSeconds }: ReportInput,
  { record, report }: RunFiles,
  { all }: ChosenPictures,
  stopping: Stopping,
): AsyncGenerator<RunEvent & { type: "progress" }, DrawnPictures> {
  const opened = await openHeatMaps(run, { threads }).catch(() => undefined);
  const own = opened !== undefined && opened.card.parametersHash === report.parametersHash;
  const { data } = record.config;
  try {
    const format = opened?.card.inputFormat ?? inceptionInput;
    return yield* drawPictures(all, { data, format, threads, mapSeconds, stopping, ...(own && { heatMaps: opened }) });
  } finally {
    await opened?.close();
  }
}

/** A run, and its page behind it. */
export async function* withPage(
  { run, threads }: Pick<ReportInput, "run" | "threads">,
  events: AsyncGenerator<RunEvent, Report>,
  stopping: Stopping,
): AsyncGenerator<RunEvent, Report> {
  const report = yield* events;
  const path = join(run, pageName);
  try {
    yield* writePage({ run, threads, mapSeconds: mapSecondsOfRun }, stopping);
    yield { type: "page", path, problem: null };
  } catch (error) {
    yield { type: "page", path, problem: error instanceof Error ? error.message : String(error) };
  }
  return report;
}
