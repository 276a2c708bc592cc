// Which pictures are shown, as it stands in the query. Pure.

import { type PictureChoice, type PictureSort, pictureChoices, pictureSorts, type Split } from "../../api.ts";

export interface WantedPictures {
  readonly split: Split | "";
  /** What they are, as the run had it; empty for any. */
  readonly class: string;
  /** What they were called. */
  readonly said: string;
  readonly only: PictureChoice;
  readonly sort: PictureSort;
}

export const splits = ["train", "validation", "test"] as const satisfies readonly Split[];

export function wantedIn(query: URLSearchParams): WantedPictures {
  return {
    split: splits.find((split) => split === query.get("split")) ?? "",
    class: query.get("class") ?? "",
    said: query.get("said") ?? "",
    only: pictureChoices.find((choice) => choice === query.get("only")) ?? "all",
    sort: pictureSorts.find((sort) => sort === query.get("sort")) ?? "order",
  };
}

const splitNames: { readonly [S in Split]: string } = {
  train: "learnt from",
  validation: "held back",
  test: "to test",
};

export function splitTold(split: Split): string {
  return splitNames[split];
}
