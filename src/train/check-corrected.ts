// What corrections must leave: something to learn from in every class, and something to check on.

import type { CorrectionCounts } from "../data/apply-corrections.ts";
import { fail } from "../errors.ts";
import type { RunData } from "./run-data.ts";
import type { KnownImage } from "./views.ts";

/** @throws corrections/nothing-to-learn, corrections/nothing-to-check */
export function checkCorrected(
  { classes, train, validation }: Pick<RunData<KnownImage>, "classes" | "train" | "validation">,
  corrections: CorrectionCounts | null,
): void {
  if (corrections === null) return;
  const { files } = corrections;
  const learnt = new Set(train.map(({ label }) => label));
  const name = classes.find((_, label) => !learnt.has(label));
  if (name !== undefined) fail("corrections/nothing-to-learn", { name, files });
  if (validation.length === 0) fail("corrections/nothing-to-check", { files });
}
