// What the network has lost of what it knew: how far each block has moved, and what was gained for it.

import { percent } from "../../words.ts";
import type { Forgetting, Report } from "../../train/report.ts";
import type { SourceScore } from "../../train/events.ts";
import { barChart } from "../charts/bars.ts";
import { tradeOff } from "../charts/trade-off.ts";
import { html, type Markup } from "../markup.ts";
import type { PageInput } from "../page-input.ts";
import { figure, number, opened, range, section, sentence, share, table, whole } from "../page-parts.ts";
import { keptSentence, limitSentence } from "../sentences.ts";

export function forgetting({ report }: PageInput): Markup {
  const title = "What was forgotten";
  const { forgetting: lost } = report;
  if (lost === null) {
    const why = report.stages.every(({ unfreeze }) => unfreeze === "none")
      ? "Nothing: only the head has learnt, and the network is as it was."
      : "It was not measured.";
    return section("forgetting", title, html`<p>${why}</p>${sourceTable(report)}`);
  }
  const kept = keptSentence(lost);
  const told = html`${kept !== null && html`<p>${sentence(kept)} ${sentence(limitSentence(lost))}</p>`}`;
  return section(
    "forgetting",
    title,
    html`${told}<div class="pair">${drift(lost)}${curve(lost)}</div>${sourceTable(report)}${numbers(lost)}`,
  );
}

function drift({ blocks }: Forgetting): Markup {
  const moved = blocks.filter(({ parameters, distance }) => parameters > 0 || (distance ?? 0) > 0);
  const furthest = blocks.reduce<Forgetting["blocks"][number] | undefined>(
    (most, block) => ((block.distance ?? 0) > (most?.distance ?? 0) ? block : most),
    undefined,
  );
  const summary =
    furthest === undefined
      ? "No block has moved."
      : `${moved.length} of ${blocks.length} blocks have moved; ${furthest.block} furthest, by ${percent(furthest.distance ?? 0)}.`;
  const chart = barChart({
    title: "How far each block has moved",
    summary,
    unit: "relative distance of its averaged maps",
    bars: barsOf(blocks),
    shown: percent,
  });
  return figure(
    chart,
    "Relative distance of the averaged maps behind each block from what they were, from the picture on.",
  );
}

/** The blocks before the first that has moved are one bar. */
function barsOf(blocks: Forgetting["blocks"]) {
  const first = blocks.findIndex(({ parameters, distance }) => parameters > 0 || distance !== 0);
  const still = first < 0 ? blocks.length : first;
  const before = blocks[still - 1];
  const rest = blocks.slice(still).map(({ block, distance }) => ({ name: block, value: distance }));
  return before === undefined ? rest : [{ name: `to ${before.block}`, value: 0 }, ...rest];
}

function curve({ way, chosen, limit, source }: Forgetting): Markup | null {
  if (way.length === 0) return null;
  const measure = source === null ? "answers that have changed" : "accuracy on the source";
  return figure(
    tradeOff({ way, chosen, limit, measure }),
    "Points on the way from the network as it was to what it became; the model is one of them.",
  );
}

/** Before the run and after each stage. */
function sourceTable({ stages }: Report): Markup | null {
  const scored = stages.flatMap(({ source }, i) => (source === undefined ? [] : [{ source, stage: i + 1 }]));
  if (scored.length === 0) return null;
  return opened(
    "The source, stage by stage",
    table({
      caption: "Accuracy on the source after each stage",
      columns: sourceColumns("after stage"),
      rows: scored.map(({ source, stage }) => sourceRow(String(stage), source)),
    }),
  );
}

function sourceColumns(first: string) {
  const right = { align: "right" } as const;
  return [{ title: first }, { title: "images", ...right }, { title: "before", ...right }, { title: "after", ...right }];
}

function sourceRow(name: string, { images, before, beforeInterval, after, afterInterval }: SourceScore) {
  return [
    name,
    whole(images),
    html`${share(before)} (${range(beforeInterval)})`,
    html`${share(after)} (${range(afterInterval)})`,
  ];
}

function numbers({ source, answers, blocks, parameters, chosen, limit }: Forgetting): Markup {
  const right = { align: "right" } as const;
  const perBlock = table({
    caption: "Drift of each block",
    columns: [
      { title: "block" },
      { title: "parameters moved", ...right },
      { title: "similarity (CKA)", ...right },
      { title: "distance", ...right },
    ],
    rows: blocks.map(({ block, parameters: moved, similarity, distance }) => [
      block,
      number(moved, percent(moved)),
      number(similarity, similarity.toFixed(4)),
      share(distance),
    ]),
  });
  const told = html`<p>The parameters of the base have moved by ${share(parameters)} of their norm; the model lies at ${share(chosen)} of the way${limit !== null && html`, with a limit of ${share(limit)}`}.</p>`;
  const same =
    answers !== null &&
    html`<p>On ${whole(answers.images)} held-back pictures the original classifier gives the same first answer for ${share(answers.agreement)}; its answers differ by ${number(answers.divergence, answers.divergence.toFixed(4))} nats.</p>`;
  const known =
    source !== null &&
    table({ caption: "Accuracy on the source", columns: sourceColumns(""), rows: [sourceRow("the model", source)] });
  return opened("All numbers of what was forgotten", html`${told}${same}${known}${perBlock}`);
}
