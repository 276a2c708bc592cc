// What was taken for what: a table whose rows are what pictures are and whose columns are what they are called. It is a table
// and no picture, since its numbers are links.

import { count, counted } from "../../words.ts";
import { html, type Markup } from "../markup.ts";

/** Letters of names that stand upright above a column. */
const shortName = 3;

export interface ConfusionMatrix {
  readonly classes: readonly string[];
  /** `[truth][said]`, pictures. */
  readonly matrix: readonly (readonly number[])[];
  /** Where the pictures behind a cell are; null where they are not shown. */
  readonly link: (truth: number, said: number) => string | null;
}

/** With more classes a table is wider than any screen, and one of pairs says more. */
export const mostColumns = 30;

export function confusionMatrix({ classes, matrix, link }: ConfusionMatrix): Markup {
  const header = classes.map((name, said) => html`<th scope="col" id="said-${said}"><span>${name}</span></th>`);
  const rows = classes.map((name, truth) => {
    const own = matrix[truth] ?? [];
    const images = own.reduce((total, number) => total + number, 0);
    const cells = classes.map((other, said) =>
      cell(own[said] ?? 0, images, truth === said, link(truth, said), [name, other]),
    );
    return html`<tr><th scope="row">${name}</th>${cells}<td class="sum">${count(images)}</td></tr>`;
  });
  const short = classes.every((name) => [...name].length <= shortName);
  return html`<table class="matrix${short && " short"}"><caption class="unseen">Rows: what pictures are. Columns: what they are called.</caption><thead><tr><td></td>${header}<th scope="col" class="sum"><span>pictures</span></th></tr></thead><tbody>${rows}</tbody></table>`;
}

function cell(
  number: number,
  images: number,
  right: boolean,
  address: string | null,
  [truth, said]: readonly [string, string],
): Markup {
  if (number === 0) return html`<td class="none">·</td>`;
  const level = Math.min(5, Math.max(1, Math.ceil((5 * number) / images)));
  const what = right ? `${truth} called so` : `${truth} called ${said}`;
  const shown = html`<data value="${number}">${count(number)}</data>`;
  const inside =
    address === null
      ? shown
      : html`<a href="${address}" aria-label="${`${counted(number, "picture")} of ${what}`}">${shown}</a>`;
  return html`<td class="${right ? "right" : "wrong"} level-${level}">${inside}</td>`;
}

export interface Confusion {
  readonly truth: number;
  readonly said: number;
  readonly count: number;
  /** Of the pictures of the true class. */
  readonly share: number;
}

/** What was taken for what, the most frequent first, of equals the larger share of its class. */
export function confusions(matrix: readonly (readonly number[])[]): readonly Confusion[] {
  return matrix
    .flatMap((row, truth) => {
      const images = row.reduce((total, number) => total + number, 0);
      return row.flatMap((number, said) =>
        number === 0 || truth === said ? [] : [{ truth, said, count: number, share: number / images }],
      );
    })
    .sort((a, b) => b.count - a.count || b.share - a.share || a.truth - b.truth || a.said - b.said);
}
