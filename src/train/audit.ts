// What is wrong or odd in a folder of photos, found without a network: the same looks and the same split as those of a run.

import type { Audit } from "../data/audit.ts";
import type { CorrectionCounts } from "../data/apply-corrections.ts";
import { openPixels } from "../data/pixels.ts";
import { inceptionInput } from "../input-format.ts";
import type { RunConfig } from "./config.ts";
import type { RunEvent, Stopping } from "./events.ts";
import { type Examine, examinePictures } from "./examine.ts";
import { divideAudited, listPictures, type Skipped } from "./run-data.ts";

export type AuditInput = Pick<RunConfig, "data" | "validation" | "groupBy" | "corrections" | "seed" | "threads">;

export interface DatasetAudit extends Audit {
  /** The sources, absolute. */
  readonly data: readonly string[];
  /** What a run would leave out, with the reason. */
  readonly skipped: readonly Skipped[];
  /** What corrections have done; null where there are none. */
  readonly corrections: CorrectionCounts | null;
  /** Changes with the pictures and their classes, not with where they lie. */
  readonly fingerprint: string;
}

/** Audits a folder. Asked to stop, it looks at the rest all the same: half an audit says nothing. */
export async function* auditPictures(
  input: AuditInput,
  _stopping: Stopping,
): AsyncGenerator<RunEvent & { type: "progress" }, DatasetAudit> {
  const listed = yield* listPictures(input);
  const pool = openPixels({ format: inceptionInput, workers: input.threads });
  const examine: Examine = (image) => pool.facts(image.locator);
  try {
    const { data, audit } = divideAudited(yield* examinePictures(listed, examine), input);
    const { skipped, fingerprint } = data;
    return { data: input.data, ...audit, skipped, corrections: listed.corrections, fingerprint };
  } finally {
    await pool.close();
  }
}
