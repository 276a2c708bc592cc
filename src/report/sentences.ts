// What came of a run, in sentences that the terminal and the page say alike. Pure.

import type { CorrectionCounts } from "../data/apply-corrections.ts";
import type { CandidateRecord } from "../train/advice.ts";
import type { Overfitting, RunEvent } from "../train/events.ts";
import type { Forgetting, Report } from "../train/report.ts";
import { count, counted, lossText, percent, percentWithin } from "../words.ts";

/** "from epoch 4 on it learns its pictures by heart: ..." */
export function overfittingSentence({ sinceEpoch, sign, training, validation }: Overfitting): string {
  const told = `from epoch ${sinceEpoch} on it learns its pictures by heart`;
  const shown = sign === "loss" ? lossText : percent;
  const fromTo = (numbers: readonly number[]) => numbers.map(shown).join(" to ");
  if (sign === "loss") return `${told}: held-out loss ${fromTo(validation)}, its own ${fromTo(training)}`;
  return `${told}: ${shown(training[1])} of them right, ${shown(validation[1])} of those held out`;
}

/** How a stage ended, and what is kept of it. */
export function stageEndSentence({
  bestEpoch,
  reason,
}: Pick<Extract<RunEvent, { type: "stage-end" }>, "bestEpoch" | "reason">): string {
  const why = { done: "", patience: "no better result any more; ", stopped: "stopped; " }[reason];
  if (bestEpoch === 0) return `${why}no epoch was better than what the stage began with, which is kept`;
  return `${why}epoch ${bestEpoch} is kept`;
}

/** What of the network's former knowledge is left; null where nothing tells. */
export function keptSentence({ source, answers }: Forgetting): string | null {
  if (source !== null)
    return `${percent(source.before)} of ${counted(source.images, "source image")} were right before, ${percentWithin(source.after, source.afterInterval)} are now`;
  if (answers === null) return null;
  return `${percent(answers.agreement)} of the original classifier's answers on ${counted(answers.images, "held-out image")} are as before`;
}

/** What the limit to forgetting came to, or how to set one. */
export function limitSentence({ limit, chosen }: Pick<Forgetting, "limit" | "chosen">): string {
  if (limit === null) return "to keep more: --max-forgetting 2%, or --retain lwf";
  if (chosen === 1) return `within the ${percent(limit)} that may be forgotten`;
  const share = `${(chosen * 100).toFixed(0)} % of the way that was learnt`;
  return `to forget no more than ${percent(limit)}, the model goes ${share}`;
}

/** By how much probabilities are off, on pictures of the test folder where there are some. */
export function calibrationSentence({ calibration }: Pick<Report, "calibration">): string {
  const { temperature, reason, validation, test } = calibration;
  const { before, after } = test ?? validation;
  if (reason !== null) return `as the network gives them, off by ${percent(before.ece)}: ${reason}`;
  return `calibrated: off by ${percent(after.ece)}, ${percent(before.ece)} before (temperature ${temperature.toFixed(2)})`;
}

/** Who says that labels are wrong, and how far they are to be believed. */
export function labelCheckSentence({ checked, agreement }: Report["labelIssues"]): string {
  return `heads fitted on other pictures say the label of ${percent(agreement)} of ${counted(checked, "picture")}`;
}

/** What users have said of pictures since, and where: "3 in another class, 1 left out, by photos.corrections.jsonl" */
export function correctionsSentence({ files, relabelled, moved, excluded, missing }: CorrectionCounts): string {
  const parts = [
    ...(relabelled > 0 ? [`${count(relabelled)} in another class`] : []),
    ...(moved > 0 ? [`${count(moved)} on another side`] : []),
    ...(excluded > 0 ? [`${count(excluded)} left out`] : []),
    ...(missing > 0 ? [`${count(missing)} not there any more`] : []),
  ];
  const said = parts.length === 0 ? "none" : parts.join(", ");
  return `${said}, by ${files.map((path) => path.split(/[\\/]/).at(-1)).join(", ")}`;
}

/** What became of a candidate. */
export function verdictWords(verdict: CandidateRecord["verdict"]): string {
  const words: { readonly [K in CandidateRecord["verdict"]]: string } = {
    chosen: "chosen",
    "not needed": "no better than the chosen one",
    worse: "worse",
    "below the linear head": "below the linear head",
    "forgets too much": "forgets too much",
  };
  return words[verdict];
}

/** "825 to learn from, 175 held out, 90 to test" */
export function sidesText({ train, validation, test }: Report["images"]): string {
  const parts = [`${count(train)} to learn from`, `${count(validation)} held out`];
  return [...parts, ...(test > 0 ? [`${count(test)} to test`] : [])].join(", ");
}
