// The page of a run, whole: one file without a program, which asks nobody for anything and shows names from folders as text and
// nothing else.

import { counted } from "../words.ts";
import { asIs, html, type Markup } from "./markup.ts";
import { pageStyle } from "./page-style.ts";
import type { PageInput } from "./page-input.ts";
import { classes } from "./sections/classes.ts";
import { confusion } from "./sections/confusion.ts";
import { cost } from "./sections/cost.ts";
import { data } from "./sections/data.ts";
import { forgetting } from "./sections/forgetting.ts";
import { learning } from "./sections/learning.ts";
import { options } from "./sections/options.ts";
import { errors, labels } from "./sections/pictures.ts";
import { strategy } from "./sections/strategy.ts";
import { trust } from "./sections/trust.ts";
import { verdict } from "./sections/verdict.ts";

/** Nothing may be asked of anybody, and nothing runs: what a page of this policy shows is all in it. */
const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The text of report.html. */
export function pageText(input: PageInput): string {
  const { name, report, record, drawn } = input;
  const looks =
    drawn.block !== null && html`<label class="looks"><input type="checkbox" id="looks"> where it looks</label>`;
  const { images, classes: all } = report;
  const about = [
    counted(all.length, "class", "classes"),
    counted(images.train + images.validation + images.test, "picture"),
    report.strategy,
    `${record.startedAt.slice(0, 16).replace("T", " ")} UTC`,
  ];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="reinception ${report.version}">
<link rel="icon" href="data:,">
<title>${name}: report</title>
<style>${asIs(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#verdict">To the verdict</a>
<header><p>reinception report</p><h1>${name}</h1><p>${about.join(" · ")}</p></header>
<nav aria-label="Sections"><div>${navigation(input)}${looks}</div></nav>
<main>${sections(input)}</main>
<footer>${pictureNote(input)}Made by reinception ${report.version} from report.json of this run, whose numbers these are.</footer>
</body>
</html>
`.markup;
}

function sections(input: PageInput): readonly (Markup | null)[] {
  return [
    verdict(input),
    strategy(input),
    learning(input),
    confusion(input),
    classes(input),
    errors(input),
    labels(input),
    trust(input),
    forgetting(input),
    data(input),
    cost(input),
    options(input),
  ];
}

function navigation({ report }: PageInput): Markup {
  const places: readonly (readonly [id: string, title: string])[] = [
    ["verdict", "Verdict"],
    ...(report.advice === null ? [] : ([["strategy", "Strategy"]] as const)),
    ["learning", "Learning"],
    ["confusion", "Confusion"],
    ["classes", "Classes"],
    ["errors", "Errors"],
    ["labels", "Labels"],
    ["trust", "Trust"],
    ["forgetting", "Forgetting"],
    ["data", "Pictures"],
    ["cost", "Cost"],
    ["options", "Options"],
  ];
  const links = places.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`);
  return html`<ul>${links}</ul>`;
}

/** Which pictures are missing, and whose eyes the maps are. */
function pictureNote({ drawn, chosen }: PageInput): Markup {
  const missing =
    chosen === null
      ? "No pictures are shown, since the run has not kept what its network says of each. "
      : drawn.problem !== null && `Pictures: ${drawn.problem}. `;
  const looks =
    drawn.block !== null &&
    `Where the network looks: Grad-CAM for what it says, on the maps of ${drawn.block}; bright is where it looks. `;
  const later =
    drawn.withoutMap > 0 &&
    html`For ${counted(drawn.withoutMap, "picture")} there was no time at the end of the run; <code>reinception report</code> with the run’s folder draws them too. `;
  return html`${missing}${looks}${later}`;
}
