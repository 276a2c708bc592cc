// From options to how pictures are changed, mixed and drawn; refuses what would have no effect.

import { fail } from "../errors.ts";
import { blocks } from "../models/card.ts";
import { learningOf, parseUnfreeze } from "../models/unfreeze.ts";
import { flagOf, options } from "../options.ts";
import type { RunConfig } from "./config.ts";
import type { GivenOptions } from "./resolve-strategy.ts";
import type { Stage, Strategy } from "./strategy.ts";

/** What `strong` mixes with where nothing else is said. */
const strongMixing = { mixup: 0.2, cutmix: 1 };

/**
 * Several kept views are of use only where they differ.
 *
 * @throws options/not-with
 */
export function viewsOf(given: GivenOptions): Pick<RunConfig, "augment" | "views"> {
  const { views = options.views.default, augment = options.augment.default } = given;
  if (augment === "none" && views > 1)
    fail("options/not-with", { option: "--views", other: "--augment none", fix: "Use: --augment light" });
  return { augment, views };
}

/**
 * Pixels can be mixed only where they enter a program that learns; what is asked for by name must have that effect.
 *
 * @throws options/not-with
 */
export function mixingOf(given: GivenOptions, { name: strategy, stages }: Strategy): RunConfig["mixing"] {
  const usual = given.augment === "strong" ? strongMixing : { mixup: 0, cutmix: 0 };
  for (const name of ["mixup", "cutmix"] as const) {
    if ((given[name] ?? 0) === 0 || stages.some(learnsFromPixels)) continue;
    const other = "a frozen part, which runs once for each view and never sees mixed pictures";
    const fix = `--strategy ${strategy === "fine-tuning" ? strategy : "hybrid"} --unfreeze all`;
    fail("options/not-with", { option: flagOf(name), other, fix: `Let the whole network learn: ${fix}` });
  }
  return { mixup: given.mixup ?? usual.mixup, cutmix: given.cutmix ?? usual.cutmix };
}

/** Whether nothing before the first parameter that learns can be computed once: the first block learns. */
export function learnsFromPixels({ unfreeze }: Pick<Stage, "unfreeze">): boolean {
  const first = `${blocks[0]!.name}.`;
  return learningOf(parseUnfreeze(unfreeze)).parameters.some((name) => name.startsWith(first));
}

/** Whether the head alone learns in a stage. */
export function onlyHeadLearns({ unfreeze }: Pick<Stage, "unfreeze">): boolean {
  return learningOf(parseUnfreeze(unfreeze)).parameters.length === 0;
}

/** @throws options/not-with where even sampling would happen in no stage */
export function refuseUselessBalance(balance: RunConfig["balance"], { name, stages }: Strategy): void {
  if (balance !== "sampling" || name === "auto" || stages.some(onlyHeadLearns)) return;
  const other = `--strategy ${name}, which has no stage in which the head alone learns`;
  fail("options/not-with", { option: "--balance sampling", other, fix: "Use: --balance adjust" });
}
