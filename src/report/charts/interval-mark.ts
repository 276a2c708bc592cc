// A number with its interval as one line of a table: small enough to stand beside its words, on the same axis as its neighbours.

import { html, type Markup } from "../markup.ts";
import { rounded } from "./chart.ts";
import { isNumber, scaleOf } from "./scale.ts";

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const width = 160;
const height = 16;

/**
 * A mark for each of several intervals, all on one axis that reaches from the lowest to the highest of them. The numbers have
 * to stand beside them: to who cannot see them they say nothing.
 *
 * @param chosen - index of the one that is filled
 */
export function intervalMarks(intervals: readonly Interval[], chosen: number): readonly Markup[] {
  const ends = intervals.flatMap(({ value, low, high }) => [value, low, high]);
  const scale = scaleOf(ends, [6, width - 6]);
  return intervals.map(({ value, low, high }, i) => {
    const place = (number: number) => rounded(scale.place(isNumber(number) ? number : scale.from));
    const dot = html`<circle class="${i === chosen ? "dot" : "bubble"}" cx="${place(value)}" cy="${height / 2}" r="4"/>`;
    return html`<svg class="mark" viewBox="0 0 ${width} ${height}" aria-hidden="true"><g class="line ${i === chosen ? "first" : "second"}"><path d="M${place(low)} ${height / 2}H${place(high)}"/>${dot}</g></svg>`;
  });
}
