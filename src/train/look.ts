// Before a run: every picture is looked at, what was found is said, and what cannot be trained on is refused.

import type { Audit } from "../data/audit.ts";
import { type FindingKind, findingKinds } from "../data/audit-kinds.ts";
import { fail } from "../errors.ts";
import { checkCorrected } from "./check-corrected.ts";
import type { RunConfig } from "./config.ts";
import type { RunEvent } from "./events.ts";
import { type Examine, examinePictures } from "./examine.ts";
import { divideAudited, type Listed, type RunData } from "./run-data.ts";

/**
 * The pictures of a new run, divided, and what was found in them.
 *
 * @throws data/class-too-small, corrections/nothing-to-...,  data/only-copies, data/not-clean
 */
export async function* lookAt(
  listed: Listed,
  examine: Examine,
  config: RunConfig,
): AsyncGenerator<RunEvent, { readonly data: RunData; readonly audit: Audit }> {
  const examined = yield* examinePictures(listed, examine);
  checkClassSizes(examined.listed);
  const found = divideAudited(examined, config);
  checkCorrected(found.data, listed.corrections);
  checkAudit(config, found.data, found.audit);
  return found;
}

/**
 * @throws data/only-copies where nothing is left to check on; data/not-clean where the run is strict and something would
 * be left out or is in two classes
 */
function checkAudit(
  { data: paths, strict }: Pick<RunConfig, "data" | "strict">,
  { validation }: RunData,
  { findings }: Audit,
): void {
  if (validation.length === 0 && findings.some(({ kind }) => kind === "across-splits"))
    fail("data/only-copies", { paths });
  const serious = findings.filter(({ severity }) => severity === "serious");
  if (!strict || serious.length === 0) return;
  const lines = [...new Set(serious.map(({ kind }) => kind))].map((kind) => {
    const own = serious.filter((one) => one.kind === kind);
    return `${findingKinds[kind].title} (${own.length}): ${own[0]!.images[0] ?? own[0]!.detail}`;
  });
  fail("data/not-clean", { paths, found: lines });
}

/** How often each kind was found. */
export function findingCounts({ findings }: Audit): Readonly<Partial<Record<FindingKind, number>>> {
  const counts: Partial<Record<FindingKind, number>> = {};
  for (const { kind } of findings) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** @throws data/class-too-small where too few pictures of a class can be read */
function checkClassSizes({ classes, images }: Listed): void {
  for (const [label, name] of classes.entries()) {
    const count = images.filter((image) => image.label === label).length;
    if (count < 2) fail("data/class-too-small", { name, count });
  }
}
