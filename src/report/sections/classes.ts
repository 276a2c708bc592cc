// How good it is on each class.

import { percent } from "../../words.ts";
import { html, type Markup } from "../markup.ts";
import { judgedIn, judgedName, type PageInput } from "../page-input.ts";
import { number, section, table, whole } from "../page-parts.ts";

export function classes({ report, audit }: PageInput): Markup {
  const right = { align: "right" } as const;
  const learnt = new Map(audit?.classes.map(({ name, train }) => [name, train]));
  const rows = judgedIn(report).classes.map(({ name, images, recall, precision, f1 }) => [
    name,
    ...(audit === null ? [] : [whole(learnt.get(name) ?? 0)]),
    whole(images),
    bar(recall),
    bar(precision),
    bar(f1),
  ]);
  return section(
    "classes",
    "Class by class",
    html`<p class="note">Found: of the pictures of a class, how many are called so (recall). Right when named: of the pictures called so, how many are (precision). Judged on the ${judgedName(report)}; with fewer than 20 of a class the numbers say little.</p>${table(
      {
        caption: "Scores of each class",
        columns: [
          { title: "Class" },
          ...(audit === null ? [] : [{ title: "learnt from", ...right }]),
          { title: "judged on", ...right },
          { title: "found", ...right },
          { title: "right when named", ...right },
          { title: "F1", ...right },
        ],
        rows,
      },
    )}`,
  );
}

/** A share as a number and as a bar below it. */
function bar(value: number | null): Markup {
  if (value === null) return html`–`;
  return html`<span class="bar-cell">${number(value, percent(value))}<span class="track" aria-hidden="true"><span style="width:${(100 * value).toFixed(1)}%"></span></span></span>`;
}
