// Several lines over one axis, each with its name at its end: losses step by step, or runs side by side. Where a name stands
// beside its line, and lines differ by their dashes too, colour says nothing that is not said otherwise.

import { html, type Markup } from "../markup.ts";
import { type Chart, pathOf, picture, rounded } from "./chart.ts";
import { axes, heightOf, labelled, labels } from "./plot.ts";
import { fixedScale, isNumber, type Scale, scaleOf, tickText } from "./scale.ts";

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Thin, where there are so many points that they are a band. */
  readonly fine?: boolean;
}

export interface LineChart {
  readonly title: string;
  readonly summary: string;
  readonly lines: readonly Line[];
  /** Title of the axis across, which is also that of its column. */
  readonly across: string;
  /** Title of the upright axis. */
  readonly up: string;
  /** Where something begins anew, with its name. */
  readonly boundaries?: readonly { readonly at: number; readonly name: string }[];
  readonly shown: (value: number) => string;
  readonly tick?: (value: number, step: number) => string;
  readonly limits?: { readonly least?: number; readonly most?: number };
  /** Whether single points can be told apart. */
  readonly dots?: boolean;
}

/** Looks of lines in their order; after the last it begins again. */
const looks = ["first", "second dashed", "third", "fourth dotted", "fifth dashed", "sixth"] as const;

export function lineChart(chart: LineChart): Chart {
  const { title, summary, lines, across, up, boundaries = [], tick = tickText, limits, dots = false } = chart;
  const { left, right, top, bottom } = labelled;
  const all = lines.flatMap(({ points }) => points).filter(([x, y]) => isNumber(x) && isNumber(y));
  const x = acrossScale(
    all.map(([at]) => at),
    [left, right],
  );
  const y = scaleOf(
    all.map(([, value]) => value),
    [bottom, top],
    limits,
  );
  const about = { title, summary };
  const drawn = [
    axes(labelled, { scale: x, title: across, text: tickText }, { scale: y, title: up, text: tick }),
    boundaryMarks(boundaries, x),
    ...lines.map((line, i) => drawnLine(line, x, y, looks[i % looks.length]!, dots)).toReversed(),
    labels(
      lines.flatMap(({ name, points }, i) => {
        const last = points.findLast(([, value]) => isNumber(value));
        const colour = looks[i % looks.length]!.split(" ")[0]!;
        return last === undefined ? [] : [{ text: shortened(name), colour, y: y.place(last[1]) }];
      }),
      right + 8,
      labelled,
    ),
  ];
  return { ...about, picture: picture(about, heightOf(labelled), drawn), table: tableOf(chart) };
}

function acrossScale(values: readonly number[], places: readonly [number, number]): Scale {
  const [from, to] = [Math.min(...values, Infinity), Math.max(...values, -Infinity)];
  return from < to ? fixedScale([from, to], places) : scaleOf(values, places);
}

/** The first of them lies above the others. */
function drawnLine({ points, fine = false }: Line, x: Scale, y: Scale, look: string, dots: boolean): Markup {
  const placed = points.flatMap(([at, value]) => (isNumber(value) ? [[x.place(at), y.place(value)] as const] : []));
  const marks = dots
    ? placed.map(([cx, cy]) => html`<circle class="dot" cx="${rounded(cx)}" cy="${rounded(cy)}" r="2"/>`)
    : [];
  return html`<g class="line ${fine ? `${look} fine` : look}"><path d="${pathOf(placed)}"/>${marks}</g>`;
}

function boundaryMarks(boundaries: NonNullable<LineChart["boundaries"]>, x: Scale): Markup {
  const { top, bottom } = labelled;
  const marks = boundaries.map(({ at, name }, i) => {
    const from = rounded(x.place(at));
    const rule = i > 0 && html`<line class="boundary" x1="${from}" x2="${from}" y1="${top - 6}" y2="${bottom}"/>`;
    const room = x.place(boundaries[i + 1]?.at ?? x.to) - x.place(at);
    const middle = rounded((x.place(at) + x.place(boundaries[i + 1]?.at ?? x.to)) / 2);
    const text =
      room > 7 * name.length &&
      html`<text class="tick" x="${middle}" y="${top - 6}" text-anchor="middle">${name}</text>`;
    return html`${rule}${boundaries.length > 1 && text}`;
  });
  return html`<g aria-hidden="true">${marks}</g>`;
}

/** A row for each place across, a column for each line. */
function tableOf({ lines, across, shown }: LineChart): Chart["table"] {
  const places = [...new Set(lines.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
  const byPlace = lines.map(({ points }) => new Map(points));
  return {
    columns: [across, ...lines.map(({ name }) => name)],
    rows: places.map((place) => [
      { value: place, shown: String(place) },
      ...byPlace.map((values) => {
        const value = values.get(place);
        return isNumber(value) ? { value, shown: shown(value) } : "";
      }),
    ]),
  };
}

/** Letters that have room beside a line: of a longer name more of its end, since names of runs begin alike. */
const [room, beginning] = [12, 4];

function shortened(name: string): string {
  const letters = [...name];
  if (letters.length <= room) return name;
  return `${letters.slice(0, beginning).join("")}…${letters.slice(beginning + 1 - room).join("")}`;
}
