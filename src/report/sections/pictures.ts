// The pictures that are worth a look first: errors that it was sure of, and labels that are probably wrong.

import { count, counted } from "../../words.ts";
import { html, type Markup } from "../markup.ts";
import { judgedIn, type PageInput } from "../page-input.ts";
import { number, opened, section, sentence, share, table } from "../page-parts.ts";
import { calledCaption, meter, photoGrid } from "../photos.ts";
import { labelCheckSentence } from "../sentences.ts";

export function errors(input: PageInput): Markup {
  const { report, chosen, drawn } = input;
  const { mostWrong, confusionMatrix } = judgedIn(report);
  const all = confusionMatrix.flatMap((row, truth) => row.filter((_, said) => said !== truth));
  const wrong = all.reduce((total, pictures) => total + pictures, 0);
  const title = "Where it errs most surely";
  if (wrong === 0)
    return section("errors", title, html`<p>It makes no error on the pictures that it was judged on.</p>`);
  const photos = (chosen?.errors ?? []).map((picture) => ({
    picture,
    caption: calledCaption(picture, report.classes),
  }));
  const listed = table({
    caption: "The most confident errors",
    columns: [
      { title: "picture" },
      { title: "is" },
      { title: "called" },
      { title: "sure by", align: "right" },
      { title: "of what it is", align: "right" },
    ],
    rows: mostWrong.map(({ name, truth, said, probability, probabilityOfTruth }) => [
      name,
      truth,
      said,
      share(probability),
      share(probabilityOfTruth),
    ]),
  });
  const shown = html`${photos.length} of ${counted(wrong, "error")}, the surest first.`;
  return section(
    "errors",
    title,
    photos.length === 0
      ? listed
      : html`<p class="note">${shown} Shown is the part of a picture that the network sees.</p>${photoGrid(photos, drawn)}${opened(`The ${mostWrong.length} most confident errors as a table`, listed)}`,
  );
}

export function labels(input: PageInput): Markup {
  const { labelIssues } = input.report;
  const { found, reason, checked, agreement } = labelIssues;
  const title = "Labels that are probably wrong";
  if (reason !== null) return section("labels", title, html`<p>Labels were not checked: ${reason}.</p>`);
  const judge = html`<p class="note">Nothing is left out for it. ${sentence(labelCheckSentence(labelIssues))} The lower that is, the more of these are labelled right after all. <span class="unseen">${number(checked, count(checked))} checked, ${share(agreement)} agree.</span></p>`;
  if (found.length === 0)
    return section(
      "labels",
      title,
      html`<p>None of ${number(checked, count(checked))} labels looks wrong.</p>${judge}`,
    );
  const photos = (input.chosen?.suspects ?? []).map(({ picture, truth, suggested, confidence, margin }) => ({
    picture,
    caption: html`${meter("truth", truth, confidence)}<span class="suggested">looks like <b>${suggested}</b></span><span class="unseen">margin ${number(margin, margin.toFixed(2))}</span>`,
  }));
  const listed = table({
    caption: "Labels that are probably wrong",
    columns: [
      { title: "picture" },
      { title: "labelled" },
      { title: "looks like" },
      { title: "probability of its label", align: "right" },
      { title: "margin", align: "right" },
    ],
    rows: found.map(({ name, truth, suggested, confidence, margin }) => [
      name,
      truth,
      suggested,
      share(confidence),
      number(margin, margin.toFixed(3)),
    ]),
  });
  return section(
    "labels",
    title,
    photos.length === 0
      ? html`${judge}${listed}`
      : html`${judge}${photoGrid(photos, input.drawn)}${opened(`All ${count(found.length)} as a table`, listed)}`,
  );
}
