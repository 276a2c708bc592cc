// What was gained on one's own pictures against what was forgotten of the source, at points on the way from the network as it
// was to the network as it became.

import { percent } from "../../words.ts";
import { html, type Markup } from "../markup.ts";
import { type Chart, pathOf, picture, rounded } from "./chart.ts";
import { axes, heightOf, labelled } from "./plot.ts";
import { isNumber, type Scale, scaleOf, shareTickText } from "./scale.ts";

export interface WayPoint {
  /** Of the way, 0 to 1. */
  readonly share: number;
  readonly accuracy: number;
  readonly forgotten: number;
}

export interface TradeOff {
  /** From share 0 to share 1. */
  readonly way: readonly WayPoint[];
  /** Share of the way at which the model lies. */
  readonly chosen: number;
  /** Most that was allowed to be forgotten; null for no limit. */
  readonly limit: number | null;
  /** What forgetting is measured by. */
  readonly measure: "accuracy on the source" | "answers that have changed";
}

export function tradeOff({ way, chosen, limit, measure }: TradeOff): Chart {
  const known = way.filter(({ accuracy, forgotten }) => isNumber(accuracy) && isNumber(forgotten));
  const { left, right, top, bottom } = labelled;
  const x = scaleOf([0, ...known.map(({ forgotten }) => forgotten)], [left, right]);
  const y = scaleOf(
    known.map(({ accuracy }) => accuracy),
    [bottom, top],
    { least: 0, most: 1 },
  );
  const points = known.map(({ forgotten, accuracy }) => [x.place(forgotten), y.place(accuracy)] as const);
  const title = "Gained and forgotten";
  const about = { title, summary: summaryOf(known, chosen) };
  const across =
    measure === "accuracy on the source" ? "forgotten: accuracy lost on the source" : `forgotten: share of ${measure}`;
  const dots = points.map(([cx, cy]) => html`<circle class="dot" cx="${rounded(cx)}" cy="${rounded(cy)}" r="3"/>`);
  const drawn = [
    axes(
      labelled,
      { scale: x, title: across, text: shareTickText },
      { scale: y, title: "accuracy on held-back pictures", text: shareTickText },
    ),
    ...(limit !== null && limit >= x.from && limit <= x.to ? [limitLine(limit, x)] : []),
    html`<g class="line first"><path d="${pathOf(points)}"/>${dots}</g>`,
    ...modelMark(known, chosen, x, y),
  ];
  return {
    ...about,
    picture: picture(about, heightOf(labelled), drawn),
    table: {
      columns: ["share of the way", "accuracy", "forgotten", ""],
      rows: known.map(({ share, accuracy, forgotten }) => [
        { value: share, shown: percent(share) },
        { value: accuracy, shown: percent(accuracy) },
        { value: forgotten, shown: percent(forgotten) },
        share === chosen ? "the model" : "",
      ]),
    },
  };
}

function limitLine(limit: number, x: Scale): Markup {
  const at = rounded(x.place(limit));
  const { top, bottom } = labelled;
  return html`<g aria-hidden="true"><line class="boundary" x1="${at}" x2="${at}" y1="${top}" y2="${bottom}"/><text class="tick" x="${at}" y="${top - 4}" text-anchor="middle">limit</text></g>`;
}

/** Where the model lies, between the two points around its share, and where the way began. */
function modelMark(way: readonly WayPoint[], chosen: number, x: Scale, y: Scale): readonly Markup[] {
  const before = way.findLast(({ share }) => share <= chosen);
  const after = way.find(({ share }) => share >= chosen) ?? before;
  if (before === undefined || after === undefined) return [];
  const part = after.share > before.share ? (chosen - before.share) / (after.share - before.share) : 0;
  const between = (from: number, to: number) => from + part * (to - from);
  const [cx, cy] = [
    between(x.place(before.forgotten), x.place(after.forgotten)),
    between(y.place(before.accuracy), y.place(after.accuracy)),
  ];
  return [
    html`<g aria-hidden="true"><circle class="ring first" cx="${rounded(cx)}" cy="${rounded(cy)}" r="7"/><text class="label first" x="${rounded(cx + 12)}" y="${rounded(cy + 4)}">the model</text></g>`,
  ];
}

function summaryOf(way: readonly WayPoint[], chosen: number): string {
  const [first, last] = [way[0], way.at(-1)];
  if (first === undefined || last === undefined) return "Nothing was measured.";
  const point = ({ accuracy, forgotten }: WayPoint) =>
    `${percent(accuracy)} right with ${percent(forgotten)} forgotten`;
  return `At the beginning ${point(first)}; at the end ${point(last)}. The model lies at ${percent(chosen)} of the way.`;
}
