// What a run's network says of its pictures, as a table that a page looks into: which rows are asked for, in which order, and
// which of them are on the page. Pure.

import type { RunAnswers, SuspectLabel } from "../index.ts";
import type { Correction, PictureChoice, PictureList, PictureRow, PictureSort, Split } from "./api.ts";

export interface PictureQuery {
  readonly split?: Split | undefined;
  /** Class that they had in the run. */
  readonly class?: string | undefined;
  readonly said?: string | undefined;
  readonly only?: PictureChoice | undefined;
  readonly sort?: PictureSort | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** What corrections say, by the SHA-256 of a picture. */
export type Corrections = ReadonlyMap<string, Correction>;

export interface PictureTable {
  readonly count: number;
  list(query: PictureQuery, corrections: Corrections): PictureList;
  /** @param id - of a row that there is */
  row(id: number, corrections: Corrections): PictureRow;
}

type Answered = Pick<RunAnswers, "pictures" | "classes" | "logits" | "temperature">;

/** @param suspects - pictures whose label is doubted, the most doubtful first */
export function pictureTable(
  { pictures, classes, logits, temperature }: Answered,
  suspects: readonly SuspectLabel[],
): PictureTable {
  const { said, probability, probabilityOfClass } = judged(logits, temperature, pictures, classes);
  const doubt = new Map(suspects.map(({ name, suggested }, at) => [name, { at, suggested }]));
  const suspicion = pictures.map(({ name }) => doubt.get(name)?.at ?? Number.POSITIVE_INFINITY);
  const isWrong = (id: number) => classes[said[id]!] !== pictures[id]!.class;

  const row = (id: number, corrections: Corrections): PictureRow => {
    const { name, class: own, split, hash } = pictures[id]!;
    return {
      ...{ id, name, class: own, split, said: classes[said[id]!]! },
      ...{ probability: probability[id]!, probabilityOfClass: probabilityOfClass[id]! },
      suspect: doubt.get(name)?.suggested ?? null,
      correction: corrections.get(hash) ?? null,
    };
  };

  const chosen: { readonly [K in PictureChoice]: (id: number, corrections: Corrections) => boolean } = {
    all: () => true,
    wrong: isWrong,
    right: (id) => !isWrong(id),
    suspect: (id) => suspicion[id] !== Number.POSITIVE_INFINITY,
    corrected: (id, corrections) => corrections.has(pictures[id]!.hash),
  };

  const orders: { readonly [K in PictureSort]: (a: number, b: number) => number } = {
    order: () => 0,
    "most wrong": (a, b) =>
      Number(isWrong(b)) - Number(isWrong(a)) ||
      probabilityOfClass[a]! - probabilityOfClass[b]! ||
      probability[b]! - probability[a]!,
    "least sure": (a, b) => probability[a]! - probability[b]!,
    suspect: (a, b) => ascending(suspicion[a]!, suspicion[b]!) || probabilityOfClass[a]! - probabilityOfClass[b]!,
  };

  return {
    count: pictures.length,
    row,
    list({ split, class: own, said: answer, only = "all", sort = "order", offset, limit }, corrections) {
      const found = pictures.flatMap((picture, id) => {
        const fits =
          (split === undefined || picture.split === split) &&
          (own === undefined || picture.class === own) &&
          (answer === undefined || classes[said[id]!] === answer) &&
          chosen[only](id, corrections);
        return fits ? [id] : [];
      });
      const sorted = sort === "order" ? found : found.sort((a, b) => orders[sort](a, b) || a - b);
      const shown = sorted.slice(offset, offset + limit);
      return { pictures: shown.map((id) => row(id, corrections)), total: found.length };
    },
  };
}

/** Infinity minus infinity is no number. */
function ascending(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

/** Of each picture the class that is said, its probability, and that of the class it had: softmax(logits / temperature). */
function judged(
  logits: Float32Array,
  temperature: number,
  pictures: Answered["pictures"],
  classes: readonly string[],
): { said: Uint32Array; probability: Float64Array; probabilityOfClass: Float64Array } {
  const index = new Map(classes.map((name, at) => [name, at]));
  const said = new Uint32Array(pictures.length);
  const probability = new Float64Array(pictures.length);
  const probabilityOfClass = new Float64Array(pictures.length);
  for (const [id, { class: own }] of pictures.entries()) {
    const row = logits.subarray(id * classes.length, (id + 1) * classes.length);
    let best = 0;
    for (let at = 1; at < row.length; at++) if (row[at]! > row[best]!) best = at;
    const share = (logit: number) => Math.exp((logit - row[best]!) / temperature);
    const total = row.reduce((sum, logit) => sum + share(logit), 0);
    said[id] = best;
    probability[id] = 1 / total;
    probabilityOfClass[id] = share(row[index.get(own) ?? -1] ?? Number.NEGATIVE_INFINITY) / total;
  }
  return { said, probability, probabilityOfClass };
}
