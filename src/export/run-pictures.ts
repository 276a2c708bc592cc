// The pictures that a run learnt from and those it held back, found again and divided in the same way.

import { dirname } from "node:path";
import { fail } from "../errors.ts";
import type { RunEvent } from "../train/events.ts";
import { divideAgain, listPictures, type RunData } from "../train/run-data.ts";
import { readReport, readRunRecord } from "../train/run-folder.ts";

/**
 * Lists the pictures of the run in whose folder a model lies.
 *
 * @param model - absolute path of the model file
 * @throws run/not-a-run, export/pictures-changed, data/...
 */
export async function* runPictures(model: string): AsyncGenerator<RunEvent, RunData> {
  const folder = dirname(model);
  const { config, dataFingerprint } = await readRunRecord(folder);
  const { skipped } = await readReport(folder);
  const data = divideAgain(yield* listPictures(config), skipped, config);
  if (data.fingerprint !== dataFingerprint) fail("export/pictures-changed", { paths: config.data });
  return data;
}
