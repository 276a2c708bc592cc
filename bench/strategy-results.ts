// What the comparison of strategies found: a file that grows by one run at a time, so that it can go on where it ended, and
// what is read from it, as tables in Markdown.

import { existsSync, readFileSync } from "node:fs";
import { writeWhole } from "../src/write-whole.ts";
import { chosenByData } from "./strategy-table.ts";

export interface Result {
  readonly task: string;
  readonly strategy: string;
  readonly seed: number;
  /** Pictures learnt from and held back for validation, and pictures tested. */
  readonly images: { readonly given: number; readonly test: number };
  /** Accuracies, from 0 to 1. */
  readonly test: number;
  /** Of the test accuracy p over n pictures: sqrt(p (1 - p) / n). */
  readonly standardError: number;
  readonly validation: number;
  /** From start to end of the process, with nothing kept from other runs. */
  readonly seconds: number;
  /** Seconds of different machines do not compare. */
  readonly machine: string;
}

export interface Verdict {
  readonly task: string;
  /** The strategy of highest test accuracy, and among equals the fastest; never the one chosen by data. */
  readonly best: Result;
  readonly auto: Result | null;
  /** Test accuracy of the best above that of auto, in standard errors of whichever is less certain; null without auto. */
  readonly behind: number | null;
  /** Seconds of auto over those of all others together; null without auto. */
  readonly timeShare: number | null;
}

export function readResults(path: string): readonly Result[] {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as { results: readonly Result[] }).results : [];
}

export function writeResults(path: string, results: readonly Result[]): Promise<void> {
  return writeWhole(path, `${JSON.stringify({ results }, null, 2)}\n`);
}

/** @throws internal: without results of a strategy by hand */
export function verdictOn(task: string, results: readonly Result[]): Verdict {
  const byHand = results.filter(({ strategy }) => strategy !== chosenByData);
  const [best] = [...byHand].sort((left, right) => right.test - left.test || left.seconds - right.seconds);
  if (best === undefined) throw new Error(`internal: no result of ${task} to compare with`);
  const auto = results.find(({ strategy }) => strategy === chosenByData) ?? null;
  if (auto === null) return { task, best, auto, behind: null, timeShare: null };
  const gap = best.test - auto.test;
  const behind = gap === 0 ? 0 : gap / Math.max(best.standardError, auto.standardError);
  return { task, best, auto, behind, timeShare: auto.seconds / secondsOf(byHand) };
}

/** One task: a row for each strategy, the best one in bold. */
export function taskTable(task: string, results: readonly Result[]): string {
  const best = Math.max(...results.map(({ test }) => test));
  const { given, test: tested } = results[0]!.images;
  const rows = results.map(({ strategy, test, standardError, validation, seconds }) => [
    strategy,
    test === best ? `**${percent(test)}**` : percent(test),
    percent(standardError),
    percent(validation),
    seconds.toFixed(1),
  ]);
  const titles = ["strategy", "test, %", "standard error", "validation, %", "seconds"];
  return [`### ${task}`, "", `${given} pictures given, ${tested} tested`, "", ...markdown(titles, rows)].join("\n");
}

/** All tasks: the best strategy of each, and where the chosen one stands beside it. */
export function summary(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ task, best, auto, behind, timeShare }) => [
    task,
    best.strategy,
    percent(best.test),
    percent(best.standardError),
    auto === null ? "" : percent(auto.test),
    behind === null ? "" : behind.toFixed(2),
    timeShare === null ? "" : `${percent(timeShare)} %`,
  ]);
  const titles = ["task", "best", "its test, %", "standard error", "auto, %", "behind, in standard errors", "time"];
  return ["### Summary", "", ...markdown(titles, rows, 2), "", ...conclusion(verdicts)].join("\n");
}

function conclusion(verdicts: readonly Verdict[]): readonly string[] {
  const judged = verdicts.filter(({ behind }) => behind !== null);
  if (judged.length === 0) return [];
  const close = judged.filter(({ behind }) => behind! <= 1).length;
  const auto = secondsOf(judged.map((verdict) => verdict.auto!));
  const all = judged.reduce((total, verdict) => total + verdict.auto!.seconds / verdict.timeShare!, 0);
  return [
    `auto is within one standard error of the best on ${close} of ${judged.length} tasks, in ${auto.toFixed(0)} s; ` +
      `all others together took ${all.toFixed(0)} s (${percent(auto / all)} %).`,
  ];
}

/** Columns from the `words`th on hold numbers. */
function markdown(titles: readonly string[], rows: readonly (readonly string[])[], words = 1): readonly string[] {
  const rule = titles.map((_, column) => (column < words ? "---" : "--:"));
  return [titles, rule, ...rows].map((row) => `| ${row.join(" | ")} |`);
}

function secondsOf(results: readonly Result[]): number {
  return results.reduce((total, { seconds }) => total + seconds, 0);
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}
