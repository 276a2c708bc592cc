// Tolerances are read from the sentence in which a file states them, so that another file may state others. A sentence
// which says it in other words is not understood, and that is an error.

import { notCovered } from "./check.ts";

/** The number that stands in the place of `#` in a phrase: `numberIn("... 1e-10 * rms", "# * rms")`. */
export function numberIn(text: string, phrase: string): number {
  const [before = "", behind = ""] = phrase.split("#").map(escapeExpression);
  const [, digits] = new RegExp(`${before}(\\d[\\d.]*(?:e-?\\d+)?)${behind}`).exec(text) ?? [];
  return digits === undefined ? notCovered(`no "${phrase}" in "${text}"`) : Number(digits);
}

/** `max(floor, factor * name)`: a limit, or so many times what the library's own float32 run is off. */
export function limitIn(text: string, name: string): (measured: number) => number {
  const floor = numberIn(text, `max(#, ${factorOf(text, name)} * ${name})`);
  return (measured) => Math.max(floor, Number(factorOf(text, name)) * measured);
}

function factorOf(text: string, name: string): string {
  const [, factor] = new RegExp(`, ([\\d.]+) \\* ${escapeExpression(name)}\\)`).exec(text) ?? [];
  return factor ?? notCovered(`no "max(..., ... * ${name})" in "${text}"`);
}

function escapeExpression(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
