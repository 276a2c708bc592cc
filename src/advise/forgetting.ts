// What candidates lose of what the network knew, where a limit is set to it; and what the chosen one has lost, for the report.

import { agreementOf } from "../retain/agreement.ts";
import type { RunEvent } from "../train/events.ts";
import { watchForgetting } from "../train/forgetting.ts";
import { shareRight } from "../train/forgetting-measures.ts";
import { openGauge } from "../train/gauge.ts";
import type { OpenRun } from "../train/open-run.ts";
import type { PlannedStage } from "../train/plan.ts";
import type { Report } from "../train/report.ts";
import { originalParameters } from "../train/retention.ts";
import type { SourcePictures } from "../train/source-pictures.ts";
import type { Parameters } from "../train/stepper.ts";
import type { TrialSettings } from "../train/trial-record.ts";
import type { Option } from "./candidates.ts";
import { planOf, type TrialStart } from "./run-trial.ts";

/** The two stages that a trial stands for: the head, which was fitted, and then more of the network with it. */
function stagesOf(open: OpenRun, settings: TrialSettings): readonly PlannedStage[] {
  return [planOf(open, { ...settings, unfreeze: "none" }), planOf(open, settings)];
}

/**
 * Names of the candidates that have forgotten more than the run's limit: of the source pictures, or, where none are named, of
 * the answers that the source classifier gave for the held-back ones. None where no limit is set or the weights have no
 * classifier.
 */
export async function* forgetful(
  { open }: TrialStart,
  options: readonly Option[],
  source: SourcePictures | undefined,
): AsyncGenerator<RunEvent, ReadonlySet<string>> {
  const { config, base, data, parameters } = open;
  const tuned = options.filter(({ moved }) => moved !== undefined);
  const found = new Set<string>();
  if (config.maxForgetting === null || base.source === undefined || tuned.length === 0) return found;
  const images = source?.measured ?? data.validation;
  const { classes } = base.source;
  const planned = tuned.flatMap(({ trial }) => stagesOf(open, trial!.settings));
  const gauge = yield* openGauge({ open, planned, initial: parameters, images });
  if (gauge === undefined) return found;
  try {
    const before = await gauge.said(parameters, images, ["source"]);
    for (const { name, moved } of tuned) {
      const after = await gauge.said(new Map([...parameters, ...moved!]), images, ["source"]);
      const forgotten =
        source === undefined
          ? 1 - agreementOf(before.source!, after.source!, classes).agreement
          : shareRight(before.source!, images) - shareRight(after.source!, images);
      if (forgotten > config.maxForgetting) found.add(name);
    }
  } finally {
    await gauge.close();
  }
  return found;
}

/** What the network has lost with the parameters that were taken, which `open` holds. */
export async function* forgottenBy(
  open: OpenRun,
  settings: TrialSettings,
  head: Parameters,
  initial: Parameters,
  source: SourcePictures | undefined,
): AsyncGenerator<RunEvent, Report["forgetting"]> {
  const planned = stagesOf(open, settings);
  // the gate has seen to the limit
  const unlimited = { ...open, config: { ...open.config, maxForgetting: null } };
  const watch = watchForgetting({ open: unlimited, planned, initial, source, progress: { head } });
  try {
    yield* watch.look(planned.length - 1);
    return watch.result();
  } finally {
    await watch.close();
  }
}

/** Copies of what a trial moves, before its result takes their place. */
export function beforeTrial(open: OpenRun, settings: TrialSettings): Parameters {
  return originalParameters(open.parameters, stagesOf(open, settings));
}
