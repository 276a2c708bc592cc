// What an audit can find, as a table: how serious it is, and what to say of it. A finding is serious if the run would
// leave something out or learn something that contradicts itself; everything else is for the user to know.

export type Severity = "serious" | "notice";

interface KindSpec {
  readonly severity: Severity;
  /** Of one or of many. */
  readonly title: string;
}

/** In the order in which they are shown. */
export const findingKinds = {
  unreadable: { severity: "serious", title: "unreadable" },
  truncated: { severity: "serious", title: "cut short" },
  empty: { severity: "serious", title: "empty" },
  "not-taken": { severity: "serious", title: "not taken" },
  "across-splits": { severity: "serious", title: "left out for a copy on another side" },
  "label-conflict": { severity: "serious", title: "copies in different classes" },
  "class-missing": { severity: "serious", title: "class without a side" },
  "exact-duplicate": { severity: "notice", title: "the same file" },
  "near-duplicate": { severity: "notice", title: "nearly the same" },
  "wrong-extension": { severity: "notice", title: "another format than the name says" },
  animated: { severity: "notice", title: "several pictures in a file, the first taken" },
  cmyk: { severity: "notice", title: "CMYK without a profile" },
  "colour-profile": { severity: "notice", title: "colour profile other than sRGB" },
  "wide-depth": { severity: "notice", title: "16 bits, of which 8 are taken" },
  "narrow-depth": { severity: "notice", title: "12 or 14 of 16 bits used, so dark" },
  transparent: { severity: "notice", title: "transparent, put on white" },
  turned: { severity: "notice", title: "stored turned, set upright" },
  "extreme-aspect": { severity: "notice", title: "long and narrow" },
  tiny: { severity: "notice", title: "tiny" },
  dark: { severity: "notice", title: "nearly black" },
  light: { severity: "notice", title: "nearly white" },
  flat: { severity: "notice", title: "next to nothing to see" },
  "small-class": { severity: "notice", title: "small class" },
  imbalance: { severity: "notice", title: "classes of very different size" },
  relabelled: { severity: "notice", title: "given another class by a correction" },
  moved: { severity: "notice", title: "put on another side by a correction" },
  excluded: { severity: "notice", title: "left out by a correction" },
  "other-file": { severity: "notice", title: "no picture" },
} as const satisfies Readonly<Record<string, KindSpec>>;

export type FindingKind = keyof typeof findingKinds;

export interface Finding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** Names of the pictures it is about; of copies all of them. Empty where it is about classes. */
  readonly images: readonly string[];
  readonly detail: string;
}

/** One finding of this kind. */
export function finding(kind: FindingKind, images: readonly string[], detail: string): Finding {
  return { kind, severity: findingKinds[kind].severity, images, detail };
}
