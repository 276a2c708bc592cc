// What was taken for what. A number of the matrix leads to the pictures behind it: a section of its own below, which is shown
// while it is what the address names, so that it needs no program.

import { count, counted, percent } from "../../words.ts";
import { confusionMatrix, confusions, mostColumns } from "../charts/confusion-matrix.ts";
import type { Cell, ChosenPictures, JudgedPicture } from "../choose-pictures.ts";
import { html, type Markup } from "../markup.ts";
import { judgedIn, judgedName, type PageInput } from "../page-input.ts";
import { number, opened, scrolling, section, table } from "../page-parts.ts";
import { calledCaption, photoGrid } from "../photos.ts";

export function confusion(input: PageInput): Markup {
  const { report, chosen } = input;
  const { classes } = report;
  const { confusionMatrix: matrix } = judgedIn(report);
  const link = linkTo(chosen);
  const wide = classes.length > mostColumns;
  const whole = () => html`${scrolling("Confusion matrix", confusionMatrix({ classes, matrix, link }))}`;
  const intro = html`<p>Rows are what the ${judgedName(report)} are, columns what they are called. ${wide ? `${classes.length} classes are too many for a table on one screen; these are the most frequent errors.` : "The stronger the colour of a cell, the more of its row."}</p>`;
  return section(
    "confusion",
    "What is taken for what",
    html`${intro}<div class="confused">${wide ? pairs(input, link) : whole()}${panels(input)}</div>${wide && opened("The whole table", whole())}`,
  );
}

const cellId = (truth: number, said: number) => `cell-${truth}-${said}`;

function linkTo(chosen: ChosenPictures | null) {
  const cells = new Set(chosen?.cells.map(({ truth, said }) => cellId(truth, said)));
  return (truth: number, said: number) => {
    const id = cellId(truth, said);
    return cells.has(id) ? `#${id}` : null;
  };
}

const mostPairs = 40;

function pairs({ report }: PageInput, link: (truth: number, said: number) => string | null): Markup {
  const { classes } = report;
  const all = confusions(judgedIn(report).confusionMatrix);
  return table({
    caption: "What was taken for what most often",
    columns: [
      { title: "is" },
      { title: "called" },
      { title: "pictures", align: "right" },
      { title: "of its class", align: "right" },
    ],
    rows: all.slice(0, mostPairs).map(({ truth, said, count: pictures, share }) => {
      const address = link(truth, said);
      const shown = number(pictures, count(pictures));
      const linked =
        address === null
          ? shown
          : html`<a href="${address}" aria-label="${`${counted(pictures, "picture")} of ${classes[truth]} called ${classes[said]}`}">${shown}</a>`;
      return [classes[truth]!, classes[said]!, linked, percent(share)];
    }),
  });
}

function panels(input: PageInput): Markup | null {
  const { chosen } = input;
  if (chosen === null) return null;
  return html`<div class="panels"><p class="hint">Each number leads to the pictures behind it.</p>${chosen.cells.map((cell) => panel(cell, input))}</div>`;
}

function panel({ truth, said, shown, leftOut }: Cell, input: PageInput): Markup {
  const { report, drawn, chosen } = input;
  const { classes } = report;
  const id = cellId(truth, said);
  const all = shown.length + leftOut.length;
  const title =
    truth === said
      ? `${counted(all, "picture")} of “${classes[truth]}”, rightly called so`
      : `${counted(all, "picture")} of “${classes[truth]}” called “${classes[said]}”`;
  const back = linkTo(chosen)(said, truth);
  const other =
    truth !== said &&
    back !== null &&
    html`<a href="${back}">the other way round: “${classes[said]}” called “${classes[truth]}”</a>`;
  const order = truth === said ? "The least sure first." : "The surest error first.";
  const rest = leftOut.length > 0 && opened(`${count(leftOut.length)} more, without their pictures`, names(leftOut));
  const photos = shown.map((picture) => ({ picture, caption: calledCaption(picture, classes) }));
  return html`<section class="cell" id="${id}" tabindex="-1" aria-labelledby="${id}-title"><h3 id="${id}-title">${title}</h3><p class="note">${order}</p>${photoGrid(photos, drawn)}${rest}<p class="ways"><a href="#confusion">Close</a>${other}</p></section>`;
}

/** So many names are read by nobody; the rest is in the run's own files. */
const mostNames = 500;

function names(pictures: readonly JudgedPicture[]): Markup {
  const more = pictures.length - mostNames;
  const listed = pictures.slice(0, mostNames).map(({ name }) => html`<li>${name}</li>`);
  return html`<ul class="names">${listed}</ul>${more > 0 && html`<p>and ${count(more)} more, in images.jsonl</p>`}`;
}
