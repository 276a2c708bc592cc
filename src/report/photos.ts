// A picture on the page: what it is, what it was taken for and how surely, and where the network looks, to be laid over it by a
// checkbox of its own or by the one of the page. Pure.

import type { JudgedPicture } from "./choose-pictures.ts";
import type { DrawnPictures } from "./draw-pictures.ts";
import { html, type Markup, type Part } from "./markup.ts";
import { share } from "./page-parts.ts";

export interface Photo {
  readonly picture: JudgedPicture;
  /** Lines below it. */
  readonly caption: Part;
}

export function photoGrid(photos: readonly Photo[], drawn: DrawnPictures): Markup {
  return html`<ul class="photos">${photos.map((photo) => html`<li>${photoFigure(photo, drawn)}</li>`)}</ul>`;
}

function photoFigure({ picture, caption }: Photo, { byName }: DrawnPictures): Markup {
  const { name } = picture;
  const found = byName.get(name);
  const file = html`<span class="file" title="${name}">${name}</span>`;
  if (found === undefined)
    return html`<figure class="photo"><div class="frame missing">not found as it was</div><figcaption>${caption}${file}</figcaption></figure>`;
  const image = html`<img src="${found.thumbnail}" alt="${name}" decoding="async">`;
  if (found.heat === null)
    return html`<figure class="photo"><div class="frame">${image}</div><figcaption>${caption}${file}</figcaption></figure>`;
  const heat = html`<img class="heat" src="${found.heat}" alt="" decoding="async">`;
  return html`<figure class="photo"><label class="frame">${image}${heat}<input type="checkbox" aria-label="${`Where the network looks in ${name}`}"></label><figcaption>${caption}${file}</figcaption></figure>`;
}

/** What it was called and what it is, each with the probability that it was given. */
export function calledCaption(
  { truth, said, probability, probabilityOfTruth }: JudgedPicture,
  classes: readonly string[],
): Markup {
  if (truth === said) return meter("right", classes[said]!, probability);
  return html`${meter("wrong", classes[said]!, probability)}${meter("truth", classes[truth]!, probabilityOfTruth)}`;
}

const marks = { right: "✓", wrong: "✗", truth: "is" } as const;
const spoken = { right: "rightly called", wrong: "called", truth: "" } as const;

/** A class with its probability as a number and as a bar. */
export function meter(kind: keyof typeof marks, name: string, probability: number): Markup {
  const width = (100 * Math.min(1, Math.max(0, probability))).toFixed(1);
  return html`<span class="meter ${kind}"><span class="what"><i aria-hidden="true">${marks[kind]}</i><span class="unseen">${spoken[kind]} </span><b>${name}</b></span>${share(probability)}<span class="track" aria-hidden="true"><span style="width:${width}%"></span></span></span>`;
}
