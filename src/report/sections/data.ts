// The pictures: how many there were of each class and on each side, what was odd about them, what took no part.

import { type FindingKind, findingKinds } from "../../data/audit-kinds.ts";
import { count, counted, firstOf } from "../../words.ts";
import type { Audit } from "../../data/audit.ts";
import { html, type Markup } from "../markup.ts";
import type { PageInput } from "../page-input.ts";
import { opened, section, sentence, table, whole } from "../page-parts.ts";
import { sidesText } from "../sentences.ts";

export function data({ report, audit, record }: PageInput): Markup {
  const { images, skipped } = report;
  const taking = images.train + images.validation + images.test;
  const sides = html`<span class="unseen">${whole(images.train)}, ${whole(images.validation)}, ${whole(images.test)}</span>`;
  const intro = html`<p>${sentence(`${counted(taking, "picture")} of ${counted(report.classes.length, "class", "classes")}: ${sidesText(images)}`)}${sides}</p><p class="note">From ${record.config.data.join(", ")}.</p>`;
  return section(
    "data",
    "The pictures",
    html`${intro}${audit === null ? html`<p>What is odd about them is not known: the run has no audit.json.</p>` : found(audit)}${left(skipped)}${audit !== null && opened("How many of each class", sizes(audit))}`,
  );
}

/** Names that are shown of each kind, and in the list of what took no part; all are in audit.json and report.json. */
const shown = { names: 4, skipped: 100 };

function found({ findings, pictures }: Audit): Markup {
  if (findings.length === 0) return html`<p>Nothing odd was found in ${counted(pictures, "picture")}.</p>`;
  const kinds = (Object.keys(findingKinds) as FindingKind[]).filter((kind) =>
    findings.some((one) => one.kind === kind),
  );
  return html`${table({
    caption: "What the audit found",
    columns: [{ title: "Found" }, { title: "" }, { title: "times", align: "right" }, { title: "such as" }],
    rows: kinds.map((kind) => {
      const own = findings.filter((one) => one.kind === kind);
      const { severity, title } = findingKinds[kind];
      const named = own.map(({ images, detail }) => (images.length === 0 ? detail : images.join(" = ")));
      return [
        title,
        severity === "serious" ? html`<b class="serious">▲ serious</b>` : "to know",
        String(own.length),
        html`<span class="names">${firstOf(named, shown.names)}</span>`,
      ];
    }),
  })}`;
}

function left(skipped: PageInput["report"]["skipped"]): Markup | null {
  if (skipped.length === 0) return null;
  const more = skipped.length - shown.skipped;
  const rows = skipped
    .slice(0, shown.skipped)
    .map(({ path, reason }) => [path, html`<span class="long">${reason}</span>`]);
  const listed = table({ caption: "What took no part", columns: [{ title: "file" }, { title: "why" }], rows });
  const rest = more > 0 && html`<p>and ${count(more)} more, in report.json</p>`;
  return opened(`${counted(skipped.length, "file")} took no part`, html`${listed}${rest}`);
}

function sizes({ classes }: Audit): Markup {
  const right = { align: "right" } as const;
  const tests = classes.some(({ test }) => test > 0);
  return table({
    caption: "Pictures of each class",
    columns: [
      { title: "Class" },
      { title: "pictures", ...right },
      { title: "to learn from", ...right },
      { title: "held back", ...right },
      ...(tests ? [{ title: "to test", ...right }] : []),
    ],
    rows: classes.map(({ name, pictures, train, validation, test }) => [
      name,
      whole(pictures),
      whole(train),
      whole(validation),
      ...(tests ? [whole(test)] : []),
    ]),
  });
}
