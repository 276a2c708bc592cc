// How it learnt: the curves of all stages, what each stage was, how it ended, and that what was frozen has stayed as it was.

import { boundaryText, lossText, percent, whatLearns } from "../../words.ts";
import type { Overfitting } from "../../train/events.ts";
import type { StageReport } from "../../train/report.ts";
import { learningCurves } from "../charts/learning-curves.ts";
import { html, type Markup } from "../markup.ts";
import type { PageInput } from "../page-input.ts";
import { figure, number, opened, section, sentence, table, whole } from "../page-parts.ts";
import { overfittingSentence, stageEndSentence } from "../sentences.ts";

export function learning({ report: { stages, advice }, record }: PageInput): Markup {
  if (stages.length === 0)
    return section(
      "learning",
      "How it learnt",
      html`<p>There are no epochs: the network stayed as it was, and its head was fitted in one go.</p>`,
    );
  const curves = learningCurves(
    stages.map(({ unfreeze, epochsDone, bestEpoch }) => ({
      name: whatLearns(unfreeze),
      epochs: epochsDone,
      bestEpoch,
    })),
  );
  const rates = stages.map(
    (_, i) => record.config.strategy.stages[i]?.learningRate ?? advice?.chosen.settings?.learningRate ?? null,
  );
  const note = html`<p class="note">A ring marks the epoch that is kept. Numbers of what is learnt from are means over an epoch in which the parameters change.</p>`;
  return section(
    "learning",
    "How it learnt",
    html`${note}<div class="pair">${figure(curves.loss)}${figure(curves.accuracy)}</div>${stageTable(stages, rates)}${stages.map(
      ({ overfitting }) => overfittingNote(overfitting),
    )}${opened("More of each stage", html`${stages.map(stageDetails)}`)}`,
  );
}

/** What told that a stage learnt its pictures by heart, and what would hold it back. */
export function overfittingNote(overfitting: Overfitting | null): Markup | null {
  if (overfitting === null) return null;
  const { remedies, toldAtEpoch, sinceEpoch, sign, training, validation } = overfitting;
  const shown = sign === "loss" ? lossText : percent;
  const pair = ([before, now]: readonly [number, number]) =>
    html`${number(before, shown(before))} to ${number(now, shown(now))}`;
  const numbers = html`Since epoch ${whole(sinceEpoch)}, told at epoch ${whole(toldAtEpoch)}: ${sign} of what is learnt from ${pair(training)}, held back ${pair(validation)}.`;
  const ways =
    remedies.length > 0 &&
    html` To hold it back: ${remedies.map((one, i) => html`${i > 0 && ", or "}<code>${one}</code>`)}.`;
  return html`<p class="warning">${sentence(overfittingSentence(overfitting))}${ways}</p><p class="note">${numbers}</p>`;
}

function stageTable(stages: readonly StageReport[], rates: readonly (number | null)[]): Markup {
  const right = { align: "right" } as const;
  return table({
    caption: "Stages",
    columns: [
      { title: "Stage" },
      { title: "what learns" },
      { title: "parameters", ...right },
      { title: "learning rate", ...right },
      { title: "epochs", ...right },
      { title: "how it ended" },
    ],
    rows: stages.map((stage, i) => [
      String(i + 1),
      whatLearns(stage.unfreeze),
      whole(stage.learningParameters),
      rates[i] === null || rates[i] === undefined ? "–" : String(rates[i]),
      html`${whole(stage.epochsDone.length)} of ${whole(stage.epochs)}`,
      html`${stageEndSentence(stage)}<span class="unseen"> (epoch ${whole(stage.bestEpoch)})</span>`,
    ]),
  });
}

function stageDetails(stage: StageReport, i: number): Markup {
  const { frozen, learnt, stepsPerEpoch, learningTensors, boundary, epochsDone } = stage;
  const same = frozen.before === frozen.after;
  const right = { align: "right" } as const;
  return html`<h3>Stage ${i + 1}</h3><p>${whole(learningTensors)} tensors learn in ${whole(stepsPerEpoch)} steps an epoch; ${boundaryText(boundary)} runs once for each picture. ${whole(frozen.tensors)} tensors are frozen, and ${same ? "have stayed the same to the last bit" : "have CHANGED"}: SHA-256 <code>${frozen.before}</code> before, <code>${frozen.after}</code> after.</p>${table(
    {
      caption: `Epochs of stage ${i + 1}`,
      columns: [
        { title: "epoch", ...right },
        { title: "seconds", ...right },
      ],
      rows: epochsDone.map(({ seconds }, at) => [String(at + 1), number(seconds, seconds.toFixed(2))]),
    },
  )}${opened("Names of what learnt", html`<p class="names">${learnt.join(", ")}</p>`)}`;
}
