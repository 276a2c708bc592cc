// The first thing that is read: how often it is right, how sure that is, what was chosen and why, what was forgotten.

import { counted, percent, whatLearns } from "../../words.ts";
import { rounded } from "../charts/chart.ts";
import { html, type Markup } from "../markup.ts";
import { facts, number, range, section, sentence, share, unbroken, whole } from "../page-parts.ts";
import { judgedIn, judgedName, type PageInput } from "../page-input.ts";
import { calibrationSentence, correctionsSentence, keptSentence } from "../sentences.ts";
import type { Evaluation } from "../../train/report.ts";

export function verdict(input: PageInput): Markup {
  const { report } = input;
  const judged = judgedIn(report);
  const headline = html`<div class="headline"><p class="big">${number(judged.accuracy, percent(judged.accuracy))}</p><p>of ${whole(judged.images)} ${judgedName(report)} are called right; with 95\u00a0% confidence ${range(judged.accuracyInterval)} % of all such pictures.</p>${intervalBar(judged)}${otherSide(input)}${keyFacts(input)}</div>`;
  const sentences = html`<div class="sentences">${refitted(input)}${sentencesOf(input).map((text) => html`<p>${text}</p>`)}</div>`;
  return section("verdict", "Verdict", html`<div class="verdict">${headline}${sentences}</div>`);
}

/** The accuracy and its interval on a line from nothing right to everything right. */
function intervalBar({ accuracy, accuracyInterval: [low, high] }: Evaluation): Markup {
  const x = (value: number) => rounded(100 * value);
  return html`<div class="interval" aria-hidden="true"><span class="reach" style="left:${x(low)}%;width:${x(high - low)}%"></span><span class="point" style="left:${x(accuracy)}%"></span></div><div class="ends" aria-hidden="true"><span>0</span><span>50</span><span>100 %</span></div>`;
}

/** The held-back pictures, where there are others to test on. */
function otherSide({ report: { test, validation } }: PageInput): Markup | null {
  if (test === null) return null;
  return html`<p class="note">Of ${whole(validation.images)} held-back pictures, which decided what was kept: ${share(validation.accuracy)} (${range(validation.accuracyInterval)}).</p>`;
}

function sentencesOf(input: PageInput): readonly string[] {
  const { report } = input;
  return [
    ...(report.stopped ? ["The run was stopped before its last epoch; this is the best of what it had learnt."] : []),
    ...strategySentences(input),
    ...forgottenSentences(input),
    sentence(`probabilities are ${calibrationSentence(report)}`),
    ...labelSentences(input),
  ];
}

function strategySentences({ report, record }: PageInput): readonly string[] {
  if (report.advice !== null) return report.advice.explanation.map(unbroken);
  const stages = report.stages.map(
    ({ unfreeze, epochsDone }) => `${whatLearns(unfreeze)} for ${counted(epochsDone.length, "epoch")}`,
  );
  return [
    sentence(
      `the strategy was given: ${report.strategy}, from the weights "${record.config.weights}"${stages.length === 0 ? "" : `; first ${stages.join(", then ")}`}`,
    ),
  ];
}

function forgottenSentences({ report: { forgetting, stages, stopped } }: PageInput): readonly string[] {
  if (forgetting === null) {
    const frozen = stages.every(({ unfreeze }) => unfreeze === "none");
    if (frozen) return ["Nothing of what the network knew was forgotten, since only the head has learnt."];
    return stopped ? ["What was forgotten was not measured, since the run was stopped."] : [];
  }
  const kept = keptSentence(forgetting);
  return kept === null ? [] : [sentence(`of what the network knew before, ${kept}`)];
}

function labelSentences({ report: { labelIssues } }: PageInput): readonly string[] {
  const { found, reason } = labelIssues;
  if (reason !== null) return [];
  if (found.length === 0) return ["No label looks wrong."];
  return [`${counted(found.length, "label")} may be wrong; see below.`];
}

/** That the head alone is new, and how good the one of before was on the labels of now. */
function refitted({ report: { refit } }: PageInput): Markup | null {
  if (refit === undefined) return null;
  const { of, before, corrections, strength } = refit;
  const said = corrections === null ? "no corrections" : `corrections: ${correctionsSentence(corrections)}`;
  return html`<p>The head alone was fitted anew, on what the network of <code>${of}</code> has said, with ${said}. With the labels of now the head of before is right on ${share(before.accuracy)} (${range(before.accuracyInterval)}).<span class="unseen"> Penalty ${number(strength, String(strength))}.</span></p>`;
}

function keyFacts({ report }: PageInput): Markup {
  const judged = judgedIn(report);
  const { test, validation } = report.calibration;
  const seconds = Object.values(report.seconds).reduce((total, one) => total + one, 0);
  return facts([
    ["every class counted alike", share(judged.balancedAccuracy)],
    ["F1, mean of the classes", share(judged.macroF1)],
    ["loss", number(judged.loss, judged.loss.toFixed(3))],
    ["probabilities off by", share((test ?? validation).after.ece)],
    ["learnt from", whole(report.images.train)],
    ["time", `${seconds < 120 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(0)} min`}`],
  ]);
}
