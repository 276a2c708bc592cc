// How far the answers of a model can be trusted, in words: what calibration came to, and which labels are probably wrong.

import { calibrationSentence, labelCheckSentence, type Report } from "../index.ts";
import { table } from "./table.ts";
import type { Style } from "./terminal.ts";
import { count, printable } from "../words.ts";

/** How many suspects are shown; the rest is in report.json. */
const shown = 5;

/** By how much probabilities are off, on pictures of the test folder where there are some. */
export function calibrationText(report: Report, style: Style): readonly string[] {
  return [`${style.bold("Probabilities")}  ${calibrationSentence(report)}`];
}

/** Nothing where no label is suspicious. */
export function labelText({ labelIssues }: Report, style: Style): readonly string[] {
  const { found } = labelIssues;
  if (found.length === 0) return [];
  const rows = found
    .slice(0, shown)
    .map(({ name, truth, suggested }) => [
      printable(name),
      `is ${printable(truth)}, looks like ${printable(suggested)}`,
    ]);
  const [head = "", ...lines] = table([{ title: "Probably labelled wrong" }, { title: "" }], rows);
  const rest = found.length > shown ? [`${count(found.length)} in all, listed in report.json`] : [];
  return [style.bold(head), ...lines, style.dim([...rest, labelCheckSentence(labelIssues)].join("; "))];
}
