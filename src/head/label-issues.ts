// Pictures whose label is probably wrong: confident learning (Northcutt et al. 2021) on probabilities by classifiers that
// have not seen the row. It reports, and never takes a picture away.

import { fail } from "../errors.ts";
import type { Predictions } from "../metrics.ts";

/** A row that the classifiers are surer of in another class than they mostly are of that class. */
export interface LabelIssue {
  readonly row: number;
  readonly label: number;
  readonly suggested: number;
  /** Probability of the label. */
  readonly confidence: number;
  /** (p of the label - largest p of another class + 1) / 2: 0 where the classifiers are sure of another, 1 of the label. */
  readonly margin: number;
}

export interface LabelReport {
  /** From the smallest margin to the largest. */
  readonly issues: readonly LabelIssue[];
  /** `counts[label][class]`: rows which a class can be said of with confidence; off the diagonal are the issues. */
  readonly counts: readonly (readonly number[])[];
  /** Of each class: mean probability of it over the rows labelled so; infinite where there are none. */
  readonly thresholds: readonly number[];
}

/**
 * A row counts in the class of the largest probability among those that reach the threshold of their class. Rows in which
 * none does are not counted.
 *
 * @param predictions - probabilities of each row by a classifier that has not learned from it
 * @throws head/lengths when there are not as many rows of probabilities as labels
 */
export function labelIssues({ probabilities, labels, classes }: Predictions): LabelReport {
  const rows = labels.length;
  if (probabilities.length !== rows * classes)
    fail("head/lengths", {
      what: "probabilities",
      found: probabilities.length,
      needed: `${rows} labels times ${classes}`,
    });
  const thresholds = thresholdsOf({ probabilities, labels, classes });
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const issues: LabelIssue[] = [];
  for (let row = 0; row < rows; row++) {
    const own = probabilities.subarray(row * classes, (row + 1) * classes);
    const label = labels[row]!;
    const suggested = surest(own, thresholds);
    if (suggested === undefined) continue;
    counts[label]![suggested] = counts[label]![suggested]! + 1;
    if (suggested === label) continue;
    const other = Math.max(...Array.from(own).filter((_, k) => k !== label));
    issues.push({ row, label, suggested, confidence: own[label]!, margin: (own[label]! - other + 1) / 2 });
  }
  return {
    issues: issues.sort((left, right) => left.margin - right.margin || left.row - right.row),
    counts,
    thresholds,
  };
}

function thresholdsOf({ probabilities, labels, classes }: Predictions): readonly number[] {
  const [totals, rows] = [new Float64Array(classes), new Uint32Array(classes)];
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    totals[label] = totals[label]! + probabilities[row * classes + label]!;
    rows[label] = rows[label]! + 1;
  }
  return Array.from(totals, (total, k) => (rows[k] === 0 ? Infinity : total / rows[k]!));
}

/** Of the classes whose thresholds are reached the most probable one, the first of equals. */
function surest(probabilities: ArrayLike<number>, thresholds: readonly number[]): number | undefined {
  let best: number | undefined;
  for (const [k, threshold] of thresholds.entries())
    if (probabilities[k]! >= threshold && (best === undefined || probabilities[k]! > probabilities[best]!)) best = k;
  return best;
}
