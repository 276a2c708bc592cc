// The frame of charts with two axes: where the plot lies, its axes with ticks, and labels that do not cover one another.

import { html, type Markup } from "../markup.ts";
import { chartWidth, rounded } from "./chart.ts";
import type { Scale } from "./scale.ts";

export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Of a plot whose lines are labelled at its right. */
export const labelled: Plot = { left: 46, right: chartWidth - 94, top: 26, bottom: 204 };

/** Height of a picture with this plot: room for the ticks and the title of the axis below it. */
export function heightOf({ bottom }: Plot): number {
  return bottom + 42;
}

export interface Axis {
  readonly scale: Scale;
  readonly title: string;
  readonly text: (value: number, step: number) => string;
}

/** Thin lines at the ticks of the upright axis, numbers at both, the title of the upright one above it. */
export function axes({ left, right, top, bottom }: Plot, across: Axis, up: Axis): Markup {
  const rows = up.scale.ticks.map((tick) => {
    const y = rounded(up.scale.place(tick));
    return html`<line class="rule" x1="${left}" x2="${right}" y1="${y}" y2="${y}"/><text class="tick" x="${left - 8}" y="${rounded(y + 4)}" text-anchor="end">${up.text(tick, up.scale.step)}</text>`;
  });
  const columns = across.scale.ticks.map((tick) => {
    const x = rounded(across.scale.place(tick));
    return html`<line class="axis" x1="${x}" x2="${x}" y1="${bottom}" y2="${bottom + 4}"/><text class="tick" x="${x}" y="${bottom + 18}" text-anchor="middle">${across.text(tick, across.scale.step)}</text>`;
  });
  return html`<g aria-hidden="true">${rows}<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>${columns}<text class="axis-title" x="${rounded((left + right) / 2)}" y="${bottom + 36}" text-anchor="middle">${across.title}</text><text class="axis-title" x="0" y="${top - 14}">${up.title}</text></g>`;
}

export interface Label {
  readonly text: string;
  /** Wanted height of its middle. */
  readonly y: number;
  /** Class of its colour. */
  readonly colour: string;
}

/** Height of a line of labels. */
const line = 15;

/** Labels one below the other at a place, moved apart as little as needed. */
export function labels(wanted: readonly Label[], x: number, { top, bottom }: Plot): Markup {
  const sorted = [...wanted].sort((a, b) => a.y - b.y);
  const places: number[] = [];
  for (const { y } of sorted) places.push(Math.max(y, (places.at(-1) ?? top - line) + line));
  let below = bottom + line;
  for (let at = places.length - 1; at >= 0; at--) below = places[at] = Math.min(places[at]!, below - line);
  return html`<g aria-hidden="true">${sorted.map(
    ({ text, colour }, i) =>
      html`<text class="label ${colour}" x="${rounded(x)}" y="${rounded(places[i]! + 4)}">${text}</text>`,
  )}</g>`;
}
