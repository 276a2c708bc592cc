// What each kind of finding is called, as on the command line.

import type { FindingKind } from "../../../index.ts";

export const findingTitles: { readonly [Kind in FindingKind]: string } = {
  unreadable: "unreadable",
  truncated: "cut short",
  empty: "empty",
  "not-taken": "not taken",
  "across-splits": "left out for a copy on another side",
  "label-conflict": "copies in different classes",
  "class-missing": "class without a side",
  "exact-duplicate": "the same file",
  "near-duplicate": "nearly the same",
  "wrong-extension": "another format than the name says",
  animated: "several pictures in a file, the first taken",
  cmyk: "CMYK without a profile",
  "colour-profile": "colour profile other than sRGB",
  "wide-depth": "16 bits, of which 8 are taken",
  "narrow-depth": "12 or 14 of 16 bits used, so dark",
  transparent: "transparent, put on white",
  turned: "stored turned, set upright",
  "extreme-aspect": "long and narrow",
  tiny: "tiny",
  dark: "nearly black",
  light: "nearly white",
  flat: "next to nothing to see",
  "small-class": "small class",
  imbalance: "classes of very different size",
  "other-file": "no picture",
};
