// Which pictures are shown, and in which order.

import { type PictureChoice, type PictureSort, pictureChoices, pictureSorts, type Split } from "../../api.ts";
import { Select } from "../parts/select.tsx";
import { sentence } from "../words.ts";
import { splits, splitTold, type WantedPictures } from "./wanted-pictures.ts";

interface PictureFiltersProps {
  readonly wanted: WantedPictures;
  readonly want: (changes: Partial<WantedPictures>) => void;
  readonly classes: readonly string[];
}

const choiceNames: { readonly [Choice in PictureChoice]: string } = {
  all: "All",
  wrong: "Called wrong",
  right: "Called right",
  suspect: "Label doubted",
  corrected: "Corrected",
};

const sortNames: { readonly [Sort in PictureSort]: string } = {
  order: "As they lie",
  "most wrong": "Most wrong first",
  "least sure": "Least sure first",
  suspect: "Most doubted first",
};

export function PictureFilters({ wanted, want, classes }: PictureFiltersProps) {
  const classChoices = [["", "Any class"] as const, ...classes.map((name) => [name, name] as const)];
  return (
    <search class="filters">
      <Select
        label="Show"
        value={wanted.only}
        choices={pictureChoices.map((choice) => [choice, choiceNames[choice]])}
        choose={(only) => want({ only: only as PictureChoice })}
      />
      <Select
        label="Side"
        value={wanted.split}
        choices={[["", "Any side"], ...splits.map((split) => [split, sentence(splitTold(split))] as const)]}
        choose={(split) => want({ split: split as Split | "" })}
      />
      <Select label="Is" value={wanted.class} choices={classChoices} choose={(name) => want({ class: name })} />
      <Select label="Called" value={wanted.said} choices={classChoices} choose={(said) => want({ said })} />
      <Select
        label="Order"
        value={wanted.sort}
        choices={pictureSorts.map((sort) => [sort, sortNames[sort]])}
        choose={(sort) => want({ sort: sort as PictureSort })}
      />
    </search>
  );
}
