// What the sections of a page are made of: numbers that carry their exact value, tables, charts with their numbers, and what
// can be opened. Pure.

import type { Cell, Chart, ChartTable, Shown } from "./charts/chart.ts";
import { html, type Markup, type Part } from "./markup.ts";
import { count, percent } from "../words.ts";

/** A number as people read it; what it is exactly stands in the page as well. */
export function number(value: number, shown: string): Markup {
  return html`<data value="${value}">${shown}</data>`;
}

/** "87.5 %" */
export function share(value: number | null): Markup {
  return value === null ? html`–` : number(value, percent(value));
}

/** "82.1 to 91.6" */
export function range([low, high]: readonly [low: number, high: number]): Markup {
  return html`${number(low, (100 * low).toFixed(1))} to ${number(high, (100 * high).toFixed(1))}`;
}

export function whole(value: number): Markup {
  return number(value, count(value));
}

export interface Column {
  readonly title: string;
  readonly align?: "right";
}

export interface Table {
  /** What it is a table of, for who does not see what stands above it. */
  readonly caption: string;
  readonly columns: readonly Column[];
  /** The first cell of a row is its name. */
  readonly rows: readonly (readonly Part[])[];
  /** Index of a row to mark. */
  readonly marked?: number | undefined;
}

/** A table that scrolls by itself where it is wider than the page. */
export function table({ caption, columns, rows, marked }: Table): Markup {
  const align = (i: number) => (columns[i]?.align === "right" ? html` class="right"` : null);
  const head = columns.map(({ title }, i) =>
    title === "" ? html`<td></td>` : html`<th scope="col"${align(i)}>${title}</th>`,
  );
  const body = rows.map((cells, row) => {
    const inside = cells.map((cell, i) =>
      i === 0 ? html`<th scope="row"${align(i)}>${cell}</th>` : html`<td${align(i)}>${cell}</td>`,
    );
    return html`<tr${row === marked && html` class="marked"`}>${inside}</tr>`;
  });
  return scrolling(
    caption,
    html`<table><caption class="unseen">${caption}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`,
  );
}

/** What may be wider than the page; it can be reached and moved by keys. */
export function scrolling(name: string, content: Markup): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${name}">${content}</div>`;
}

/** A chart under its title, with its numbers to open below. */
export function figure({ title, picture, table: numbers }: Chart, note?: Part): Markup {
  return html`<figure class="chart-figure"><figcaption><h3>${title}</h3>${note && html`<p class="note">${note}</p>`}</figcaption>${picture}${opened("The numbers", chartTable(title, numbers))}</figure>`;
}

export function chartTable(caption: string, { columns, rows }: ChartTable): Markup {
  const numeric = columns.map((_, i) => rows.some((cells) => isShown(cells[i])));
  return table({
    caption: `${caption}: the numbers`,
    columns: columns.map((title, i) => ({ title, ...(numeric[i] && { align: "right" as const }) })),
    rows: rows.map((cells) => cells.map((cell) => (isShown(cell) ? number(cell.value, cell.shown) : cell))),
  });
}

function isShown(cell: Cell | undefined): cell is Shown {
  return typeof cell === "object";
}

/** What is shown only when it is asked for. */
export function opened(summary: string, content: Part): Markup {
  return html`<details><summary>${summary}</summary>${content}</details>`;
}

/** A section of the page; `id` is where links lead. */
export function section(id: string, title: string, content: Part): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${content}</section>`;
}

/** Names and what there is to say of them. */
export function facts(rows: readonly (readonly [name: string, value: Part])[]): Markup {
  return html`<dl class="facts">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** First words of a sentence as such. */
export function sentence(text: string): string {
  const closed = /[.!?]$/.test(text) ? text : `${text}.`;
  return unbroken(closed.charAt(0).toUpperCase() + closed.slice(1));
}

/** Without a line that ends between a number and its sign. */
export function unbroken(text: string): string {
  return text.replace(/(\d) %/g, "$1\u00a0%");
}
