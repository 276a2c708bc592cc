// How far the answers of a model can be trusted, in words: what calibration came to, and which labels are probably wrong.

import type { Report } from "../index.ts";
import { table } from "./table.ts";
import type { Style } from "./terminal.ts";
import { count, counted, percent, printable } from "../words.ts";

/** How many suspects are shown; the rest is in report.json. */
const shown = 5;

/** By how much probabilities are off, on pictures of the test folder where there are some. */
export function calibrationText({ calibration }: Report, style: Style): readonly string[] {
  const { temperature, reason, validation, test } = calibration;
  const { before, after } = test ?? validation;
  const title = style.bold("Probabilities");
  if (reason !== null) return [`${title}  as the network gives them, off by ${percent(before.ece)}: ${reason}`];
  const off = `off by ${percent(after.ece)}, ${percent(before.ece)} before`;
  return [`${title}  calibrated: ${off} (temperature ${temperature.toFixed(2)})`];
}

/** Nothing where no label is suspicious. */
export function labelText({ labelIssues }: Report, style: Style): readonly string[] {
  const { checked, agreement, found } = labelIssues;
  if (found.length === 0) return [];
  const rows = found
    .slice(0, shown)
    .map(({ name, truth, suggested }) => [
      printable(name),
      `is ${printable(truth)}, looks like ${printable(suggested)}`,
    ]);
  const [head = "", ...lines] = table([{ title: "Probably labelled wrong" }, { title: "" }], rows);
  const rest = found.length > shown ? [`${count(found.length)} in all, listed in report.json`] : [];
  const judge = `heads fitted on other pictures say the label of ${percent(agreement)} of ${counted(checked, "picture")}`;
  return [style.bold(head), ...lines, style.dim([...rest, judge].join("; "))];
}
