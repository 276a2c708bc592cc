// How good it is on each class.

import { percent } from "../../words.ts";
import type { Evaluation } from "../../train/report.ts";
import { html, type Markup } from "../markup.ts";
import { judgedIn, judgedName, type PageInput } from "../page-input.ts";
import { number, opened, section, table, whole } from "../page-parts.ts";

/** With more classes the weakest are shown, and all when they are asked for. */
const most = 40;
const weakest = 20;

export function classes(input: PageInput): Markup {
  const all = judgedIn(input.report).classes;
  const note = html`<p class="note">Found: of the pictures of a class, how many are called so (recall). Right when named: of the pictures called so, how many are (precision). Judged on the ${judgedName(input.report)}; with fewer than 20 of a class the numbers say little.</p>`;
  const listed = scores(all, input, "Scores of each class");
  if (all.length <= most) return section("classes", "Class by class", html`${note}${listed}`);
  const some = [...all].sort((a, b) => (a.f1 ?? 0) - (b.f1 ?? 0)).slice(0, weakest);
  return section(
    "classes",
    "Class by class",
    html`${note}<h3>The ${weakest} weakest</h3>${scores(some, input, "Scores of the weakest classes")}${opened(`All ${all.length} classes`, listed)}`,
  );
}

function scores(some: Evaluation["classes"], { audit }: PageInput, caption: string): Markup {
  const right = { align: "right" } as const;
  const learnt = new Map(audit?.classes.map(({ name, train }) => [name, train]));
  return table({
    caption,
    columns: [
      { title: "Class" },
      ...(audit === null ? [] : [{ title: "learnt from", ...right }]),
      { title: "judged on", ...right },
      { title: "found", ...right },
      { title: "right when named", ...right },
      { title: "F1", ...right },
    ],
    rows: some.map(({ name, images, recall, precision, f1 }) => [
      name,
      ...(audit === null ? [] : [whole(learnt.get(name) ?? 0)]),
      whole(images),
      bar(recall),
      bar(precision),
      bar(f1),
    ]),
  });
}

/** A share as a number and as a bar below it. */
function bar(value: number | null): Markup {
  if (value === null) return html`–`;
  return html`<span class="bar-cell">${number(value, percent(value))}<span class="track" aria-hidden="true"><span style="width:${(100 * value).toFixed(1)}%"></span></span></span>`;
}
