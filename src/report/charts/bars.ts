// Amounts of things that have names, one bar below the other, in the order in which they are given.

import { html } from "../markup.ts";
import { type Chart, chartWidth, picture, rounded } from "./chart.ts";
import { isNumber, scaleOf } from "./scale.ts";

export interface Bar {
  readonly name: string;
  /** At least 0; null where there is nothing to say. */
  readonly value: number | null;
}

export interface BarChart {
  readonly title: string;
  readonly summary: string;
  /** Over the column of the numbers in the table. */
  readonly unit: string;
  readonly bars: readonly Bar[];
  readonly shown: (value: number) => string;
}

const row = 19;
const nameWidth = 122;
/** Room for the number behind the longest bar. */
const numberWidth = 78;

export function barChart({ title, summary, unit, bars, shown }: BarChart): Chart {
  const values = bars.flatMap(({ value }) => (isNumber(value) ? [Math.max(0, value)] : []));
  const scale = scaleOf([0, ...values], [nameWidth, chartWidth - numberWidth], { least: 0 });
  const lines = bars.map(({ name, value }, i) => {
    const middle = i * row + row / 2;
    const end = isNumber(value) ? scale.place(Math.max(0, value)) : nameWidth;
    return html`<text class="tick name" x="${nameWidth - 8}" y="${rounded(middle + 4)}" text-anchor="end">${shortened(name)}</text><rect class="bar" x="${nameWidth}" y="${rounded(middle - 5)}" width="${rounded(end - nameWidth)}" height="10"/><text class="tick" x="${rounded(end + 6)}" y="${rounded(middle + 4)}">${isNumber(value) ? shown(value) : "not known"}</text>`;
  });
  const axis = html`<line class="axis" x1="${nameWidth}" x2="${nameWidth}" y1="0" y2="${bars.length * row}"/>`;
  return {
    title,
    summary,
    picture: picture({ title, summary }, Math.max(row, bars.length * row), [
      html`<g aria-hidden="true">${lines}${axis}</g>`,
    ]),
    table: {
      columns: ["", unit],
      rows: bars.map(({ name, value }) => [name, isNumber(value) ? { value, shown: shown(value) } : "not known"]),
    },
  };
}

/** Letters of a name that have room. */
const room = 18;

function shortened(name: string): string {
  const letters = [...name];
  return letters.length > room ? `${letters.slice(0, room - 1).join("")}…` : name;
}
