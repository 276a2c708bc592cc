// How the strategy was found: the candidates on one axis, what the network says at several depths, the trials, and what more
// pictures would bring.

import { count, lossText, whatLearns } from "../../words.ts";
import type { Advice, ProbeRecord } from "../../train/advice.ts";
import type { TrialRecord } from "../../train/trial-record.ts";
import { intervalMarks } from "../charts/interval-mark.ts";
import { sampleCurve } from "../charts/sample-curve.ts";
import { html, type Markup } from "../markup.ts";
import { facts, figure, number, opened, range, section, share, table, whole } from "../page-parts.ts";
import type { PageInput } from "../page-input.ts";
import { verdictWords } from "../sentences.ts";
import { overfittingNote } from "./learning.ts";

/** Nothing where the strategy was given. */
export function strategy({ report: { advice } }: PageInput): Markup | null {
  if (advice === null) return null;
  const { learningCurve, wouldChange } = advice;
  const changes =
    wouldChange.length > 0 &&
    html`<h3>What would change this</h3><ul>${wouldChange.map((what) => html`<li>${what}</li>`)}</ul>`;
  return section(
    "strategy",
    "How the strategy was found",
    html`${candidates(advice)}${changes}<div class="pair">${probes(advice)}${learningCurve !== null && figure(sampleCurve(learningCurve))}</div>${trials(advice)}${taskFacts(advice)}`,
  );
}

function candidates({ candidates: all }: Advice): Markup {
  const chosen = all.findIndex(({ verdict }) => verdict === "chosen");
  const marks = intervalMarks(
    all.map(({ accuracy, accuracyInterval: [low, high] }) => ({ value: accuracy, low, high })),
    chosen,
  );
  const main = table({
    caption: "Candidates, compared on the same pictures",
    columns: [
      { title: "Candidate" },
      { title: "held-back accuracy", align: "right" },
      { title: "95 % interval" },
      { title: "" },
      { title: "p", align: "right" },
      { title: "verdict" },
    ],
    rows: all.map(({ name, accuracy, accuracyInterval, p, verdict }, i) => [
      name,
      share(accuracy),
      range(accuracyInterval),
      marks[i]!,
      number(p, p < 0.001 ? "< 0.001" : p.toFixed(3)),
      verdictWords(verdict),
    ]),
    marked: chosen,
  });
  const right = { align: "right" } as const;
  const more = table({
    caption: "How candidates were compared",
    columns: [
      { title: "Candidate" },
      { title: "loss", ...right },
      { title: "compared on", ...right },
      { title: "right there", ...right },
      { title: "right alone", ...right },
      { title: "only the best is", ...right },
      { title: "trial", ...right },
      { title: "way from the head", ...right },
    ],
    rows: all.map(({ name, loss, compared, onlyThis, onlyBest, trial, share: way }) => [
      name,
      number(loss, lossText(loss)),
      whole(compared.pictures),
      share(compared.accuracy),
      whole(onlyThis),
      whole(onlyBest),
      trial === null ? "–" : whole(trial),
      share(way),
    ]),
  });
  return html`<h3>Candidates</h3><p class="note">p is the chance of so much a difference to the best one if there were none (McNemar’s test).</p>${main}${opened("How they were compared", more)}`;
}

function probes({ probes: all, multiDepth }: Advice): Markup {
  const known = multiDepth === null || all.some(({ depth }) => depth === multiDepth.depth);
  const rows = known ? all : [...all, multiDepth];
  const best = rows.reduce((most, { accuracy }, i) => (accuracy > rows[most]!.accuracy ? i : most), 0);
  const marks = intervalMarks(
    rows.map(({ accuracy, standardError }) => ({
      value: accuracy,
      low: accuracy - standardError,
      high: accuracy + standardError,
    })),
    best,
  );
  const right = { align: "right" } as const;
  return html`<div><h3>What the frozen network says at each depth</h3><p class="note">A linear head behind each block, cross-validated, with its standard error.</p>${table(
    {
      caption: "Heads at several depths",
      columns: [{ title: "behind" }, { title: "right", ...right }, { title: "±", ...right }, { title: "" }],
      rows: rows.map(({ depth, accuracy, standardError }, i) => [
        depth,
        share(accuracy),
        number(standardError, (100 * standardError).toFixed(1)),
        marks[i]!,
      ]),
      marked: best,
    },
  )}${opened("More of these heads", probeTable(rows))}</div>`;
}

function probeTable(rows: readonly ProbeRecord[]): Markup {
  const right = { align: "right" } as const;
  return table({
    caption: "Heads at several depths: penalty and held-back pictures",
    columns: [
      { title: "behind" },
      { title: "features", ...right },
      { title: "penalty", ...right },
      { title: "held back", ...right },
    ],
    rows: rows.map(({ depth, features, strength, validationAccuracy }) => [
      depth,
      whole(features),
      number(strength, strength.toPrecision(2)),
      share(validationAccuracy),
    ]),
  });
}

function trials({ trials: all }: Advice): Markup | null {
  if (all.length === 0) return null;
  const right = { align: "right" } as const;
  const main = table({
    caption: "Trials",
    columns: [
      { title: "Trial", ...right },
      { title: "what learns" },
      { title: "rate", ...right },
      { title: "epochs", ...right },
      { title: "best", ...right },
      { title: "held back", ...right },
      { title: "loss", ...right },
      { title: "seconds", ...right },
      { title: "ended" },
    ],
    rows: all.map((trial) => [
      whole(trial.number),
      whatLearns(trial.settings.unfreeze),
      number(trial.settings.learningRate, String(trial.settings.learningRate)),
      html`${whole(trial.epochsDone.length)} of ${whole(trial.settings.epochs)}`,
      whole(trial.bestEpoch),
      share(trial.accuracy),
      number(trial.loss, lossText(trial.loss)),
      number(trial.seconds, trial.seconds.toFixed(1)),
      endings[trial.reason],
    ]),
  });
  return html`<h3>Trials of fine-tuning</h3>${main}${opened("Every epoch of every trial", html`${all.map(trialEpochs)}`)}`;
}

const endings: { readonly [K in TrialRecord["reason"]]: string } = {
  done: "after its last epoch",
  patience: "when it got no better",
  budget: "when its time was over",
  diverged: "when its loss grew without end",
};

function trialEpochs({
  number: name,
  rung,
  epochsDone,
  learningParameters,
  secondsPerEpoch,
  overfitting,
}: TrialRecord) {
  const right = { align: "right" } as const;
  const told = html`<p class="note">Trial ${whole(name)}, rung ${whole(rung)}: ${whole(learningParameters)} parameters learn, ${number(secondsPerEpoch, secondsPerEpoch.toFixed(2))} s for each epoch.</p>${overfittingNote(overfitting)}`;
  return html`${told}${table({
    caption: `Epochs of trial ${name}`,
    columns: [
      { title: "epoch", ...right },
      { title: "loss", ...right },
      { title: "right", ...right },
      { title: "held-back loss", ...right },
      { title: "held back right", ...right },
      { title: "seconds", ...right },
    ],
    rows: epochsDone.map((epoch, i) => [
      String(i + 1),
      number(epoch.loss, lossText(epoch.loss)),
      share(epoch.accuracy),
      number(epoch.validationLoss, lossText(epoch.validationLoss)),
      share(epoch.validationAccuracy),
      number(epoch.seconds, epoch.seconds.toFixed(2)),
    ]),
  })}`;
}

function taskFacts(advice: Advice): Markup {
  const { images, smallest, largest, neighbourAccuracy, likeness, costs, budgetSeconds, spentSeconds } = advice;
  const own = facts([
    ["learnt from, held back", html`${whole(images.train)}, ${whole(images.validation)}`],
    ["smallest class", html`${smallest.name}, ${whole(smallest.images)}`],
    ["largest class", html`${largest.name}, ${whole(largest.images)}`],
    ["nearest neighbours agree on", share(neighbourAccuracy)],
    ...(likeness === null
      ? []
      : ([
          ["likeness to what the weights have seen", number(likeness.likeness, likeness.likeness.toFixed(2))],
          ["LEEP", number(likeness.leep, likeness.leep.toFixed(2))],
          ["sureness of the source classifier", share(likeness.confidence)],
        ] as const)),
    [
      "trials took",
      html`${number(spentSeconds, spentSeconds.toFixed(1))} s of ${number(budgetSeconds, count(budgetSeconds))} s`,
    ],
  ]);
  const prices = table({
    caption: "What each amount of unfreezing costs",
    columns: [{ title: "unfrozen" }, { title: "seconds for each epoch", align: "right" }, { title: "" }],
    rows: costs.map(({ unfreeze, secondsPerEpoch, measured }) => [
      unfreeze,
      number(secondsPerEpoch, secondsPerEpoch.toFixed(2)),
      measured ? "measured" : "estimated",
    ]),
  });
  return html`${opened("About the pictures and the time", html`${own}${costs.length > 0 && prices}`)}`;
}
