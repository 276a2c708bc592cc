// From options to where a strategy is looked for: nothing but the time where the adviser decides, lists to try where a user
// tunes by hand.

import { parseUnfreeze, showUnfreeze } from "../models/unfreeze.ts";
import { asList, secondsOf } from "../option-values.ts";
import { options } from "../options.ts";
import type { SearchConfig } from "./config.ts";
import { type GivenOptions, settingsOf, strategyOptions } from "./resolve-strategy.ts";

/** @throws options/unfreeze..., options/not-with, optimize/... */
export function searchOf(given: GivenOptions, command: "train" | "advise" | "tune"): SearchConfig {
  const { unfreeze, learningRate, epochs } = given;
  return {
    budgetSeconds: secondsOf(given.budget ?? options.budget.default)!,
    unfreeze: unfreeze?.split(",").map((text) => showUnfreeze(parseUnfreeze(text))) ?? null,
    learningRates: learningRate === undefined ? null : asList(learningRate),
    epochs: epochs === undefined ? null : asList(epochs),
    settings: settingsOf(given),
    result: command === "advise" ? "advice" : "model",
  };
}

/** Without what says how stages learn, which is to be found out or tried. */
export function withoutStages(given: GivenOptions): GivenOptions {
  return Object.fromEntries(Object.entries(given).filter(([name]) => !strategyOptions.some((own) => own === name)));
}
