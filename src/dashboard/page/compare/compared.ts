// Runs beside one another: which numbers are compared, which is the best of a line, and which options differ. Pure.

import type { RunDetail } from "../../api.ts";
import { flatOptions } from "../run/flat-options.ts";

/** More lines than these cannot be told apart. */
export const mostCompared = 6;

/** Names in the query of an address, of which any may have a comma in it. */
export function namesIn(text: string | null): readonly string[] {
  return (text ?? "")
    .split(",")
    .filter((name) => name !== "")
    .map((name) => {
      try {
        return decodeURIComponent(name);
      } catch {
        return name;
      }
    });
}

export function namesTold(names: readonly string[]): string {
  return names.map((name) => (/[,%]/.test(name) ? encodeURIComponent(name) : name)).join(",");
}

export interface Measure {
  readonly name: string;
  readonly kind: "share" | "loss" | "seconds" | "bytes" | "count";
  /** Which of two is better; null where neither is. */
  readonly better: "more" | "less" | null;
  readonly of: (detail: RunDetail) => number | null;
}

const judged = ({ report }: RunDetail) => report && (report.test ?? report.validation);
const calibrated = ({ report }: RunDetail) =>
  report && (report.calibration.test ?? report.calibration.validation).after;

export const measures: readonly Measure[] = [
  { name: "Accuracy", kind: "share", better: "more", of: (run) => judged(run)?.accuracy ?? null },
  { name: "Balanced accuracy", kind: "share", better: "more", of: (run) => judged(run)?.balancedAccuracy ?? null },
  { name: "Mean F1", kind: "share", better: "more", of: (run) => judged(run)?.macroF1 ?? null },
  { name: "Loss", kind: "loss", better: "less", of: (run) => judged(run)?.loss ?? null },
  { name: "Calibration error", kind: "share", better: "less", of: (run) => calibrated(run)?.ece ?? null },
  { name: "Pictures judged", kind: "count", better: null, of: (run) => judged(run)?.images ?? null },
  { name: "Pictures learnt from", kind: "count", better: null, of: ({ report }) => report?.images.train ?? null },
  { name: "Time", kind: "seconds", better: "less", of: ({ report }) => report && total(report.seconds) },
  { name: "Memory", kind: "bytes", better: "less", of: ({ report }) => report?.peakMemoryBytes ?? null },
];

/** Waiting is a part of training. */
function total({ waiting: _, ...phases }: Readonly<Record<string, number>>): number {
  return Object.values(phases).reduce((sum, seconds) => sum + seconds, 0);
}

/** Positions of the best; none where all are the same or nothing is known. */
export function bestOf(values: readonly (number | null)[], better: Measure["better"]): readonly number[] {
  const known = values.filter((value) => value !== null);
  if (better === null || known.length < 2) return [];
  const best = better === "more" ? Math.max(...known) : Math.min(...known);
  const found = values.flatMap((value, at) => (value === best ? [at] : []));
  return found.length === known.length ? [] : found;
}

/** Whether the runs were judged on the same pictures, so far as can be told. */
export function sameData(details: readonly RunDetail[]): boolean {
  return new Set(details.map(({ report }) => report?.dataFingerprint)).size <= 1;
}

/** Options in which the runs differ, with the value of each; "" where one has no such option. */
export function optionsThatDiffer(
  details: readonly RunDetail[],
): readonly { readonly name: string; readonly values: readonly string[] }[] {
  const flat = details.map(({ options }) => flatOptions(options));
  const names = [...new Set(flat.flatMap((options) => [...options.keys()]))].filter((name) => name !== "out");
  return names
    .map((name) => ({ name, values: flat.map((options) => options.get(name) ?? "") }))
    .filter(({ values }) => new Set(values).size > 1);
}
