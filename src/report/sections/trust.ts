// Whether it is right as often as it says.

import { percent } from "../../words.ts";
import type { BeforeAndAfter } from "../../train/trust.ts";
import { reliabilityDiagram } from "../charts/reliability.ts";
import { html, type Markup } from "../markup.ts";
import { judgedName, type PageInput } from "../page-input.ts";
import { chartTable, figure, number, opened, section, sentence, share, table, whole } from "../page-parts.ts";
import { calibrationSentence } from "../sentences.ts";

export function trust({ report }: PageInput): Markup {
  const { calibration } = report;
  const { temperature, images, validation, test } = calibration;
  const { before, after } = test ?? validation;
  const calibrated = temperature !== 1;
  const told = html`<p>${sentence(`probabilities are ${calibrationSentence(report)}`)}</p><p class="note">${
    calibrated
      ? html`Logits are divided by ${number(temperature, temperature.toFixed(3))}, which was fitted on ${whole(images)} held-back pictures.`
      : html`Nothing was fitted (temperature ${whole(temperature)}, ${whole(images)} held-back pictures).`
  } Here: ${judgedName(report)}. Circles are larger where more pictures speak.</p>`;
  const chart = reliabilityDiagram({ before: calibrated ? before.bins : null, after: after.bins });
  const other = test !== null && opened("The same of the held-back pictures", heldBack(validation));
  return section(
    "trust",
    "How far to trust its probabilities",
    html`${told}<div class="pair">${figure(chart)}<div><h3>Off by how much</h3>${errorTable({ before, after }, "judged pictures")}${other}</div></div>`,
  );
}

function errorTable({ before, after }: BeforeAndAfter, of: string): Markup {
  const right = { align: "right" } as const;
  const plain = (value: number) => number(value, value.toFixed(3));
  return table({
    caption: `Calibration on ${of}`,
    columns: [{ title: "" }, { title: "of the network", ...right }, { title: "of the model", ...right }],
    rows: [
      ["expected calibration error", share(before.ece), share(after.ece)],
      ["the same, class by class", share(before.classwiseEce), share(after.classwiseEce)],
      ["largest error of a bin", share(before.largestError), share(after.largestError)],
      ["log loss", plain(before.logLoss), plain(after.logLoss)],
      ["Brier score", plain(before.brier), plain(after.brier)],
    ],
  });
}

function heldBack({ before, after }: BeforeAndAfter): Markup {
  const { table: bins } = reliabilityDiagram({ before: before.bins, after: after.bins });
  return html`<p class="note">Off by ${percent(after.ece)}.</p>${errorTable({ before, after }, "held-back pictures")}${chartTable("Bins of held-back pictures", bins)}`;
}
