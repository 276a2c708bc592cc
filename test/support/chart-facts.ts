// What a chart has to be, whatever numbers it is drawn of: well-formed, without a place that is no number, and with every number
// beside it in a table.

import { expect } from "vitest";
import type { Chart } from "../../src/report/charts/chart.ts";
import { wellFormed } from "./well-formed.ts";

export function expectChart(chart: Chart): void {
  const svg = chart.picture.markup;
  expect(wellFormed(svg)).toEqual([]);
  expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
  expect(svg).toMatch(
    /^<svg class="chart" viewBox="0 0 \d+ [\d.]+" role="img" aria-label="[^"]+"><title>[^<]+<\/title><desc>/,
  );
  for (const place of placesIn(svg)) expect(Math.abs(place)).toBeLessThan(5000);
  for (const row of chart.table.rows) expect(row).toHaveLength(chart.table.columns.length);
}

/** Coordinates of the shapes in a picture. */
function placesIn(svg: string): readonly number[] {
  const attributes = [...svg.matchAll(/ (?:x|y|x1|x2|y1|y2|cx|cy|r|width|height)="([^"%]+)"/g)].map(([, value]) =>
    Number(value),
  );
  const paths = [...svg.matchAll(/ d="([^"]*)"/g)].flatMap(([, path]) => path!.match(/-?[\d.]+(?:e[+-]?\d+)?/g) ?? []);
  return [...attributes, ...paths.map(Number)];
}

/** Centres of the circles of a class, in the order of the picture. */
export function circles(chart: Chart, className: string): readonly (readonly [number, number])[] {
  const pattern = new RegExp(`<circle class="${className}" cx="([^"]+)" cy="([^"]+)"`, "g");
  return [...chart.picture.markup.matchAll(pattern)].map(([, cx, cy]) => [Number(cx), Number(cy)]);
}

/** The numbers of a chart's table. */
export function numbersIn({ table }: Chart): ReadonlySet<number> {
  return new Set(table.rows.flatMap((row) => row.flatMap((cell) => (typeof cell === "string" ? [] : [cell.value]))));
}
