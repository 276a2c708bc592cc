// How a strategy was found, as text: a line for each trial, the candidates, and why one of them was taken.

import { type Advice, type TrialRecord, verdictWords } from "../index.ts";
import { table } from "./table.ts";
import type { Style } from "./terminal.ts";
import { clockTime, counted, percent, percentWithin, printable, whatLearns } from "../words.ts";

/** A trial that has ended. */
export function trialText(
  { number, settings, accuracy, bestEpoch, seconds, reason }: TrialRecord,
  style: Style,
): string {
  const { unfreeze, learningRate, epochs } = settings;
  const how = `rate ${learningRate}, ${counted(epochs, "epoch")}`;
  const came = bestEpoch === 0 ? "no better than where it began" : `${percent(accuracy)} held-out`;
  const ended =
    reason === "budget" ? "; its time was over" : reason === "diverged" ? "; its loss grew without end" : "";
  return `${style.bold(`Trial ${number}`)}  ${whatLearns(unfreeze)}, ${how}: ${came} ${style.dim(`(${clockTime(seconds)}${ended})`)}`;
}

/** The candidates, the chosen one marked. */
function candidateTable({ candidates }: Advice, style: Style): readonly string[] {
  const rows = candidates.map(({ name, accuracy, accuracyInterval, p, verdict }) => [
    name,
    percentWithin(accuracy, accuracyInterval),
    p.toFixed(3),
    verdict === "chosen" ? style.good(verdictWords(verdict)) : verdictWords(verdict),
  ]);
  const [head = "", ...lines] = table(
    [
      { title: "Candidate" },
      { title: "held-out accuracy", align: "right" },
      { title: "p", align: "right" },
      { title: "" },
    ],
    rows,
  );
  return [style.bold(head), ...lines];
}

/** Everything that was found, the decision last. */
export function adviceText(advice: Advice, style: Style): readonly string[] {
  const { explanation, wouldChange } = advice;
  return [
    ...candidateTable(advice, style),
    "",
    style.bold("Why"),
    ...explanation.flatMap((sentence) => wrapped(printable(sentence))),
    ...(wouldChange.length === 0
      ? []
      : [style.bold("What would change this"), ...wouldChange.flatMap((what) => wrapped(`- ${printable(what)}`))]),
  ];
}

/** Places of a line that is read as prose. */
const lineWidth = 96;

/** Breaks a sentence between words. */
function wrapped(sentence: string): readonly string[] {
  const lines: string[] = [];
  let line = " ";
  for (const word of sentence.split(" ")) {
    if (line.length + 1 + word.length > lineWidth) {
      lines.push(line);
      line = "   ";
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
