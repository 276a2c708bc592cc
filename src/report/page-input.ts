// What a page is made from, gathered before any of it is written: plain data, and pictures as addresses that hold them.

import type { Evaluation, Report } from "../train/report.ts";
import type { ChosenPictures } from "./choose-pictures.ts";
import type { DrawnPictures } from "./draw-pictures.ts";
import type { RunFiles } from "./read-run.ts";

export interface PageInput extends RunFiles {
  /** The folder's. */
  readonly name: string;
  /** Null where the run has not written what its network says of each picture. */
  readonly chosen: ChosenPictures | null;
  readonly drawn: DrawnPictures;
  /** Reproduces the run; null where no command line says it. */
  readonly command: string | null;
}

/** The pictures that a run is judged on: those to test where there are some, else those held back. */
export function judgedIn({ test, validation }: Report): Evaluation {
  return test ?? validation;
}

/** What they are called. */
export function judgedName({ test }: Report): string {
  return test === null ? "held-back pictures" : "pictures of the test folder";
}
