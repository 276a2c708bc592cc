// What every chart is: a picture, a sentence that says what is to be seen in it, and its numbers as a table. Pure, here and in
// all of this folder: from numbers to text, for a page on disk as well as in a browser.

import { html, type Markup } from "../markup.ts";

export interface Chart {
  readonly title: string;
  /** What is to be seen, for who cannot see it. */
  readonly summary: string;
  /** An svg element of its own size, in the colours of chart-style.ts. */
  readonly picture: Markup;
  /** Every number of the picture. */
  readonly table: ChartTable;
}

export interface ChartTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Text, or a number with how it is shown. */
export type Cell = string | Shown;

export interface Shown {
  readonly value: number;
  readonly shown: string;
}

/** Width of every chart in units of its own, of which a page makes as many pixels as it has room. */
export const chartWidth = 440;

/** An svg element that says what it shows. */
export function picture(
  { title, summary }: Pick<Chart, "title" | "summary">,
  height: number,
  content: readonly Markup[],
): Markup {
  return html`<svg class="chart" viewBox="0 0 ${chartWidth} ${rounded(height)}" role="img" aria-label="${`${title}. ${summary}`}"><title>${title}</title><desc>${summary}</desc>${content}</svg>`;
}

/** A length in a picture, to a hundredth. */
export function rounded(length: number): number {
  return Math.round(length * 100) / 100;
}

/** Points of a line as an svg path. */
export function pathOf(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${rounded(x)} ${rounded(y)}`).join("");
}
