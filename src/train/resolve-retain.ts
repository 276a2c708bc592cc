// From options to what holds the network to what it knew, and how much of it may be lost; refuses what would have no effect.

import { resolve } from "node:path";
import { fail } from "../errors.ts";
import { shareOf } from "../option-values.ts";
import { options } from "../options.ts";
import type { RunConfig } from "./config.ts";
import { onlyHeadLearns } from "./resolve-pictures.ts";
import type { GivenOptions } from "./resolve-strategy.ts";
import { type Retain, type Strategy, usualStrength } from "./strategy.ts";

/** @throws options/not-with where there is a strength of nothing */
export function retainOf({ retain: method = options.retain.default, retainStrength: strength }: GivenOptions): Retain {
  if (method === "none" && strength !== undefined)
    fail("options/not-with", { option: "--retain-strength", other: "--retain none", fix: "Use: --retain lwf" });
  return { method, strength: strength ?? usualStrength[method] };
}

/**
 * @param folder - where relative paths begin, absolute
 * @throws options/not-with where nothing can be forgotten; options/no-source where a stage would rehearse nothing
 */
export function forgettingOf(
  { source = [], maxForgetting }: GivenOptions,
  { name, stages }: Strategy,
  folder: string,
): Pick<RunConfig, "source" | "maxForgetting"> {
  const other = `--strategy ${name}, where only the head learns`;
  if (maxForgetting !== undefined && name !== "auto" && stages.every(onlyHeadLearns))
    fail("options/not-with", { option: "--max-forgetting", other, fix: "Use: --strategy hybrid" });
  const paths = typeof source === "string" ? [source] : source;
  if (paths.length === 0 && stages.some(({ retain }) => retain.method === "rehearsal")) fail("options/no-source", {});
  return { source: paths.map((path) => resolve(folder, path)), maxForgetting: shareOf(maxForgetting) ?? null };
}
